package dev.adjoint.nn.text;

/** Which neighbours are merged into one token, and in which order. */
interface Merges {
  int NONE = -1;

  /** The place of the merge of a pair in the order, or {@link #NONE}. */
  int rank(int left, int right);

  /** The token that the merge at a place makes. */
  int result(int rank);
}
