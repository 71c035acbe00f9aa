package dev.adjoint.device;

/** What is not known yet of launches: whether the positions that they check are in range. It is asked for once. */
public interface Verdict {
  /**
   * Waits for the launches.
   *
   * @throws PositionException if a position is out of range
   */
  void await();
}
