package dev.adjoint.device;

/** Gives back the blocks of tensors that can no longer be reached; an allocator that runs out of free blocks calls it. */
@FunctionalInterface
public interface Reclaimer {
  /**
   * Frees the blocks of tensors that are known to be unreachable.
   *
   * @param collect whether to run a garbage collection first, which takes milliseconds
   * @return whether a block was freed
   */
  boolean reclaim(boolean collect);
}
