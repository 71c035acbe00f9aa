package dev.adjoint.nn;

/**
 * Surrounds the last three axes by its first and its last elements: [n, channels, depth, height, width] or [channels, depth,
 * height, width]. A negative count cuts elements off.
 */
public final class ReplicationPad3d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom, front, back.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ReplicationPad3d(int... padding) {
    super("replicate", 3, padding);
  }
}
