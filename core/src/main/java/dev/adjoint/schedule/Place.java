package dev.adjoint.schedule;

/**
 * Where a value of a plan is.
 *
 * @param number what tells it from others of its kind
 */
record Place(Kind kind, long number) {
  /** What memory a value is in. */
  enum Kind {
    /** In memory before the run; the number is its position in the walk. */
    LEAF,
    /** In memory of its own, which stays; the number counts such values. */
    OUTPUT,
    /** In the block of temporaries; the number is the offset. */
    TEMPORARY,
    /** In the memory of a variable that is updated; the number counts the updates. */
    VARIABLE
  }
}
