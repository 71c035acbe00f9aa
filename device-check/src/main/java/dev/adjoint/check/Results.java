package dev.adjoint.check;

/** What takes results as they come. */
interface Results {
  /** Takes a number. */
  void add(Measurement measurement);

  /** Takes what was not done, for want of time or of what it needs. */
  void leftOut(String text);

  /** Takes what is wrong. */
  void problem(String text);
}
