package dev.adjoint.device;

/**
 * A reading of an allocator's counters.
 *
 * @param live bytes in blocks that are taken
 * @param reserved bytes taken from the system
 * @param peak the largest value that {@code live} had
 * @param reservations how often memory was taken from the system
 * @param allocations how often a block was taken
 * @param blocks how many blocks are taken
 * @param limit how many bytes may be taken from the system
 */
public record MemoryStats(
    long live,
    long reserved,
    long peak,
    long reservations,
    long allocations,
    long blocks,
    long limit) {
  /** Bytes taken from the system and in no block. */
  public long cached() {
    return reserved - live;
  }
}
