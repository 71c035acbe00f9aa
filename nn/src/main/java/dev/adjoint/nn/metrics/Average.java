package dev.adjoint.nn.metrics;

/** How numbers per class become one number. */
public enum Average {
  /** The mean over the classes: a rare class counts as much as a frequent one. */
  MACRO,
  /** Computed from the counts of all classes together: each sample counts the same. */
  MICRO,
  /** The mean over the classes, weighted by how many samples each one has. */
  WEIGHTED
}
