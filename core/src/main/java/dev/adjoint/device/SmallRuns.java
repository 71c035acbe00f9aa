package dev.adjoint.device;

import org.jspecify.annotations.Nullable;

/**
 * Blocks of one small size, cut out of runs. A run whose blocks are all free goes back to the heap, except the last one,
 * so that a block that is taken and freed in turn costs no run each time. Not thread-safe.
 */
final class SmallRuns {
  /** The size of a run. */
  static final int RUN_BYTES = 256 << 10;

  private final int blockBytes;
  private @Nullable Run first;

  SmallRuns(int blockBytes) {
    this.blockBytes = blockBytes;
  }

  /** A range of equal blocks. Runs with free blocks form a list. */
  static final class Run implements PooledBuffer.Home {
    final BlockHeap.Block home;
    final SmallRuns owner;
    final int[] freeOffsets;
    int freeCount;
    @Nullable Run previous;
    @Nullable Run next;

    Run(BlockHeap.Block home, SmallRuns owner) {
      this.home = home;
      this.owner = owner;
      freeOffsets = new int[RUN_BYTES / owner.blockBytes];
      for (int offset = (freeOffsets.length - 1) * owner.blockBytes;
          offset >= 0;
          offset -= owner.blockBytes) {
        freeOffsets[freeCount++] = offset;
      }
    }
  }

  /** Takes a block; null if no run is left or to be had. */
  <B extends PooledBuffer> @Nullable B take(BlockHeap heap, Pool.Maker<B> maker) {
    Run run = first;
    if (run == null) {
      BlockHeap.Block home = heap.take(RUN_BYTES);
      if (home == null) {
        return null;
      }
      run = new Run(home, this);
      first = run;
    }
    long address = run.home.address + run.freeOffsets[--run.freeCount];
    if (run.freeCount == 0) {
      unlink(run);
    }
    return maker.make(address, blockBytes, run);
  }

  /** Gives a block of a run back. */
  void release(Run run, long address, BlockHeap heap) {
    if (run.freeCount == 0) {
      run.next = first;
      if (first != null) {
        first.previous = run;
      }
      first = run;
    }
    run.freeOffsets[run.freeCount++] = (int) (address - run.home.address);
    if (run.freeCount == run.freeOffsets.length && (run.previous != null || run.next != null)) {
      unlink(run);
      heap.release(run.home);
    }
  }

  /** Gives the last run back too, if it is free. */
  void trim(BlockHeap heap) {
    Run run = first;
    if (run != null && run.freeCount == run.freeOffsets.length) {
      unlink(run);
      heap.release(run.home);
    }
  }

  private void unlink(Run run) {
    if (run.previous != null) {
      run.previous.next = run.next;
    } else {
      first = run.next;
    }
    if (run.next != null) {
      run.next.previous = run.previous;
    }
    run.previous = null;
    run.next = null;
  }
}
