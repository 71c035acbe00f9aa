package dev.adjoint.cpu.loop;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * The memory that machine code of a loop kernel works with, one for each thread that runs it: first its arguments, which the
 * caller writes, then room for what does not fit into registers. All are reached from one register.
 */
final class Block {
  /** The number of rows to run. */
  static final int ROWS = 0;

  /** The number of columns to run. */
  static final int COLUMNS = 8;

  /** Becomes other than 0 where a checked position is out of range. */
  static final int FAILED = 16;

  /** How many lanes of the last vector are there. */
  static final int TAIL = 24;

  /** A mask for each lane of 4 bytes that is there. */
  static final int TAIL_4 = 64;

  /** A mask for each lane of 8 bytes that is there. */
  static final int TAIL_8 = 128;

  /** The first of the bases, one for each access. */
  static final int BASES = 192;

  private static final int WORD = Long.BYTES;
  private static final int LINE = 64;

  /** Where the strides begin: for each access those along the rows, the lanes and each reduction axis around the lanes. */
  final int strides;

  /** Where the scalars begin. */
  final int scalars;

  /** Where the sizes of the reduction axes around the lanes begin. */
  final int sizes;

  private final Kernel.Loop kernel;
  private final int perAccess;
  private int end;

  Block(LoopShape shape) {
    kernel = shape.kernel();
    int accesses = kernel.accesses().size();
    perAccess = shape.strides();
    strides = BASES + accesses * WORD;
    scalars = strides + accesses * perAccess * WORD;
    sizes = scalars + kernel.scalars().size() * WORD;
    end = sizes + shape.loops() * WORD;
  }

  /** Where a stride of an access is. */
  int stride(int access, int which) {
    return strides + (access * perAccess + which) * WORD;
  }

  /** The bytes that a run needs: the block, and behind it the rows that the kernel keeps, see {@link RowReuse}. */
  long bytes(LoopArguments arguments, int cols) {
    long bytes = bytes();
    for (int a = arguments.bases().length; a < kernel.accesses().size(); a++) {
      bytes += rowBytes(a, cols);
    }
    return bytes;
  }

  /** The bytes of a kept row: a whole vector may be stored at its end. */
  private long rowBytes(int access, int cols) {
    long bytes = (long) cols * kernel.accesses().get(access).dtype().bytes();
    return (bytes + 2 * LINE - 1) & -LINE;
  }

  /**
   * Writes the arguments of a run; see {@link LoopCode#run}.
   *
   * @param memory where to write, from {@code at} on
   * @param block the address that the block then has
   */
  void write(
      MemorySegment memory,
      long at,
      long block,
      LoopArguments arguments,
      int row0,
      int rows,
      int col0,
      int cols) {
    memory.set(JAVA_LONG, at + ROWS, rows);
    memory.set(JAVA_LONG, at + COLUMNS, cols);
    memory.set(JAVA_LONG, at + FAILED, 0);
    long[] bases = arguments.bases();
    long[] steps = arguments.strides();
    put(memory, at + strides, steps);
    for (int a = 0; a < bases.length; a++) {
      int first = a * perAccess;
      long base = bases[a] + row0 * steps[first + LoopCode.ROW];
      base += kernel.laneReduces() ? 0 : col0 * steps[first + LoopCode.LANE];
      memory.set(JAVA_LONG, at + BASES + (long) a * WORD, base);
    }
    long row = block + bytes();
    for (int a = bases.length; a < kernel.accesses().size(); a++) {
      memory.set(JAVA_LONG, at + BASES + (long) a * WORD, row);
      memory.set(JAVA_LONG, at + stride(a, LoopCode.ROW), 0);
      int element = kernel.accesses().get(a).dtype().bytes();
      memory.set(JAVA_LONG, at + stride(a, LoopCode.LANE), element);
      row += rowBytes(a, cols);
    }
    put(memory, at + scalars, arguments.scalars());
    for (int k = 0; k < arguments.sizes().length; k++) {
      memory.set(JAVA_LONG, at + sizes + (long) k * WORD, arguments.sizes()[k]);
    }
  }

  /** Writes the bases and sizes of a part, in a block that has all else. */
  static void writePart(MemorySegment memory, long at, long[] bases, int rows, int cols) {
    memory.set(JAVA_LONG, at + ROWS, rows);
    memory.set(JAVA_LONG, at + COLUMNS, cols);
    for (int a = 0; a < bases.length; a++) {
      memory.set(JAVA_LONG, at + BASES + (long) a * WORD, bases[a]);
    }
  }

  private static void put(MemorySegment memory, long to, long[] numbers) {
    MemorySegment.copy(numbers, 0, memory, JAVA_LONG, to, numbers.length);
  }

  /** Room for a number. */
  int word() {
    int at = end;
    end += WORD;
    return at;
  }

  /** Room for some bytes, at the beginning of a cache line. */
  int room(int bytes) {
    int at = (end + LINE - 1) & -LINE;
    end = at + bytes;
    return at;
  }

  /** The size of the block. */
  int bytes() {
    return (end + LINE - 1) & -LINE;
  }
}
