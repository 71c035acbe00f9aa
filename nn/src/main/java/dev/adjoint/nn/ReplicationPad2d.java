package dev.adjoint.nn;

/**
 * Surrounds the last two axes by its first and its last elements: [n, channels, height, width] or [channels, height, width]. A
 * negative count cuts elements off.
 */
public final class ReplicationPad2d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ReplicationPad2d(int... padding) {
    super("replicate", 2, padding);
  }
}
