package dev.adjoint.nn;

/**
 * Surrounds the last axis by its first and its last elements: [n, channels, length] or [channels, length]. A negative count cuts
 * elements off.
 */
public final class ReplicationPad1d extends Padding {
  /**
   * With one count for all sides, or a count for each: before and after.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ReplicationPad1d(int... padding) {
    super("replicate", 1, padding);
  }
}
