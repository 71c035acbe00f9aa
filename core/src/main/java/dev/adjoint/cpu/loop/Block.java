package dev.adjoint.cpu.loop;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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

  private final boolean lanesReduce;
  private final int perAccess;
  private int end;

  Block(LoopShape shape) {
    lanesReduce = shape.kernel().laneReduces();
    int accesses = shape.kernel().accesses().size();
    perAccess = shape.strides();
    strides = BASES + accesses * WORD;
    scalars = strides + accesses * perAccess * WORD;
    sizes = scalars + shape.kernel().scalars().size() * WORD;
    end = sizes + shape.loops() * WORD;
  }

  /** Where a stride of an access is. */
  int stride(int access, int which) {
    return strides + (access * perAccess + which) * WORD;
  }

  /** Writes the arguments of a run to the beginning of a block; see {@link LoopCode#run}. */
  void write(
      MemorySegment memory,
      long block,
      LoopArguments arguments,
      int row0,
      int rows,
      int col0,
      int cols) {
    memory.set(JAVA_LONG, block + ROWS, rows);
    memory.set(JAVA_LONG, block + COLUMNS, cols);
    memory.set(JAVA_LONG, block + FAILED, 0);
    long[] bases = arguments.bases();
    long[] steps = arguments.strides();
    for (int a = 0; a < bases.length; a++) {
      int first = a * perAccess;
      long base = bases[a] + row0 * steps[first + LoopCode.ROW];
      base += lanesReduce ? 0 : col0 * steps[first + LoopCode.LANE];
      memory.set(JAVA_LONG, block + BASES + (long) a * WORD, base);
    }
    put(memory, block + strides, steps);
    put(memory, block + scalars, arguments.scalars());
    for (int k = 0; k < arguments.sizes().length; k++) {
      memory.set(JAVA_LONG, block + sizes + (long) k * WORD, arguments.sizes()[k]);
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
