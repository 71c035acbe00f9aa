package dev.adjoint.schedule;

/** What a kernel stays below, so that devices compile it well: see {@link dev.adjoint.kernel.Kernel}. */
final class KernelLimits {
  static final int ACCESSES = 40;

  static final int INSTRUCTIONS = 320;

  /** The weight of a load, so that the limit on instructions keeps the limit on accesses too. */
  static final int LOAD = INSTRUCTIONS / ACCESSES;

  private KernelLimits() {}
}
