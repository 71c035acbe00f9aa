package dev.adjoint.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Blocks cut out of large ranges by best fit; neighbours that are free become one. Not thread-safe. */
final class BlockHeap {
  private final TreeSet<Block> free =
      new TreeSet<>(
          Comparator.comparingLong((Block b) -> b.bytes).thenComparingLong(b -> b.address));

  /** A part of a range. The blocks of a range form a list in the order of their addresses. */
  static final class Block implements PooledBuffer.Home {
    long address;
    long bytes;
    boolean taken;

    /** How many bytes the pool had handed out when it last handed out a part of this. */
    long stamp;

    @Nullable Block previous;
    @Nullable Block next;

    Block(long address, long bytes) {
      this.address = address;
      this.bytes = bytes;
    }
  }

  /** Adds a range that is free. */
  void add(long address, long bytes) {
    free.add(new Block(address, bytes));
  }

  /** Takes a block of exactly {@code bytes}, a multiple of the alignment; null if no free block is large enough. */
  @Nullable Block take(long bytes) {
    Block block = free.ceiling(new Block(0, bytes));
    if (block == null) {
      return null;
    }
    free.remove(block);
    block.taken = true;
    if (block.bytes > bytes) {
      Block rest = new Block(block.address + bytes, block.bytes - bytes);
      rest.stamp = block.stamp;
      rest.previous = block;
      rest.next = block.next;
      if (rest.next != null) {
        rest.next.previous = rest;
      }
      block.next = rest;
      block.bytes = bytes;
      free.add(rest);
    }
    return block;
  }

  /** Gives a block back. */
  void release(Block block) {
    block.taken = false;
    Block next = block.next;
    if (next != null && !next.taken) {
      free.remove(next);
      block.bytes += next.bytes;
      block.stamp = Math.max(block.stamp, next.stamp);
      unlink(next);
    }
    Block previous = block.previous;
    if (previous != null && !previous.taken) {
      free.remove(previous);
      previous.bytes += block.bytes;
      previous.stamp = Math.max(previous.stamp, block.stamp);
      unlink(block);
      free.add(previous);
    } else {
      free.add(block);
    }
  }

  /** Removes and returns the ranges of which no part is taken. */
  List<Block> removeFreeRanges() {
    var whole = new ArrayList<Block>();
    for (Block block : free) {
      if (block.previous == null && block.next == null) {
        whole.add(block);
      }
    }
    whole.forEach(free::remove);
    return whole;
  }

  /** The size of the largest free block. */
  long largest() {
    return free.isEmpty() ? 0 : free.last().bytes;
  }

  private static void unlink(Block block) {
    if (block.previous != null) {
      block.previous.next = block.next;
    }
    if (block.next != null) {
      block.next.previous = block.previous;
    }
  }
}
