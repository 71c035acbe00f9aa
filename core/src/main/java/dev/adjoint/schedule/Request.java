package dev.adjoint.schedule;

import dev.adjoint.graph.Cell;
import dev.adjoint.graph.Node;
import java.util.List;

/**
 * What one run shall compute.
 *
 * @param roots the nodes whose values shall be remembered
 * @param updates the variables that shall take new values
 * @param keepTracked whether to remember the stored values of tracked nodes too, for a later backward pass
 */
record Request(List<Node> roots, List<Update> updates, boolean keepTracked) {
  /** The cell of a variable with its leaf from before the update. */
  record Update(Cell cell, Node before) {}
}
