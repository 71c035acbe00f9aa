package dev.adjoint.codegen;

/**
 * What kind of machine a kernel is printed for.
 *
 * @param dialect the language
 * @param threads how many work-items it wants
 * @param units how many groups run at the same time, roughly
 */
public record Target(Dialect dialect, Threads threads, int units) {
  /** How the work is cut. */
  public enum Threads {
    /** A processor: a group is one work-item, which runs loops over the lanes that the compiler turns into vectors. */
    FEW,
    /** A GPU: neighbouring work-items take neighbouring lanes. */
    MANY
  }

  boolean few() {
    return threads == Threads.FEW;
  }
}
