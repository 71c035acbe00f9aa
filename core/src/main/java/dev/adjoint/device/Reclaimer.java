package dev.adjoint.device;

/** What an allocator that runs out of free blocks asks: it knows which blocks tensors hold, and which of them can go. */
@FunctionalInterface
public interface Reclaimer {
  /**
   * Frees the blocks of tensors that are known to be unreachable.
   *
   * @param collect whether to run a garbage collection first, which takes milliseconds
   * @return whether a block was freed
   */
  boolean reclaim(boolean collect);

  /**
   * Frees the blocks of most tensors that were dropped soon after they were made, if a collection of young objects can be had,
   * which takes less time than a full one.
   *
   * @return whether a block was freed
   */
  default boolean reclaimYoung() {
    return false;
  }

  /** The largest blocks that tensors hold, one per line, for an error message; empty if nothing is known. */
  default String holders() {
    return "";
  }
}
