package dev.adjoint.codegen;

/**
 * What kind of machine a kernel is printed for.
 *
 * @param dialect the language
 * @param threads how many work-items it wants
 * @param units how many groups run at the same time, roughly
 * @param tensorCores whether it has units that multiply fragments of matrices of tf32, bf16 and f16
 */
public record Target(Dialect dialect, Threads threads, int units, boolean tensorCores) {
  /** How the work is cut. */
  public enum Threads {
    /** A processor: a group is one work-item, which runs loops over the lanes that the compiler turns into vectors. */
    FEW,
    /** A GPU: neighbouring work-items take neighbouring lanes. */
    MANY
  }

  /** A machine without tensor cores. */
  public Target(Dialect dialect, Threads threads, int units) {
    this(dialect, threads, units, false);
  }

  boolean few() {
    return threads == Threads.FEW;
  }
}
