package dev.adjoint.schedule;

/**
 * An update of a variable within a walk.
 *
 * @param position the node that is the new value
 * @param leaf a leaf that holds the old value, or -1 if the walk has none
 */
record UpdateTarget(int position, int leaf) {}
