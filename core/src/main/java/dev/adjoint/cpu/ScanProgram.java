package dev.adjoint.cpu;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * A running fold. Rows run side by side; a team of threads that has too few of them for all cuts long rows into blocks, whose
 * totals it needs first. Blocks are parts in the order of {@link Kernel.Scan}, so that both give the same bits.
 */
final class ScanProgram implements Program {
  private static final int RUN = Kernel.Scan.RUN;
  private static final int BITS = Integer.numberOfTrailingZeros(RUN);

  /** A block has this level: it has {@code RUN^4} elements. */
  private static final int BLOCK_LEVEL = 3;

  private static final int RUNS_PER_BLOCK = 1 << BITS * BLOCK_LEVEL;
  private static final int BLOCK = RUN * RUNS_PER_BLOCK;

  /** Levels of parts of at least RUN elements in a row of any length. */
  private static final int LEVELS = 7;

  /** Rows that are neighbours in memory are walked together, so that each cache line is used whole. */
  private static final int BUNDLE = 16;

  private static final int POINTS_PER_TASK = 16 << 10;
  private static final int MOST_TASKS = 64;

  private final Kernel.Scan kernel;
  private final Workers workers;
  private final ScanCode code;

  ScanProgram(Kernel.Scan kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    this.code = ScanCompiler.compile(kernel);
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Rows rows = Rows.of(geometry, kernel.axis());
    Extents extents = Extents.of(kernel, geometry);
    int n = geometry.sizes()[kernel.axis()];
    int bytes = kernel.dtype().bytes();
    long toStep = geometry.strides()[0][kernel.axis()] * bytes;
    long fromStep = geometry.strides()[1][kernel.axis()] * bytes;
    return (buffers, starts, scalars) -> {
      extents.check(buffers, starts);
      var row =
          new Row(
              address(buffers[0], starts[0]), toStep, address(buffers[1], starts[1]), fromStep, n);
      if (2L * rows.count() < workers.size() && n >= 2 * BLOCK) {
        for (long r = 0; r < rows.count(); r++) {
          blocks(row.moved(rows, r, bytes));
        }
      } else {
        all(row, rows, bytes);
      }
    };
  }

  private static long address(Buffer buffer, long start) {
    return ((CpuBuffer) buffer).address() + start;
  }

  /** The elements of a row: addresses, steps in bytes, and their number. */
  private record Row(long to, long toStep, long from, long fromStep, int n) {
    Row moved(Rows rows, long row, int bytes) {
      return new Row(
          to + rows.at(0, row) * bytes, toStep, from + rows.at(1, row) * bytes, fromStep, n);
    }
  }

  /** All rows, in tasks of several. */
  private void all(Row first, Rows rows, int bytes) {
    boolean near = Math.abs(rows.step(0)) < Math.abs(first.toStep / bytes);
    int bundle = near ? BUNDLE : 1;
    long bundles = Math.ceilDiv(rows.count(), bundle);
    int tasks =
        Math.clamp(
            first.n * rows.count() / POINTS_PER_TASK, 1, (int) Math.min(bundles, MOST_TASKS));
    workers.run(
        tasks,
        task -> {
          long end = bundles * (task + 1) / tasks;
          var some = new Row[bundle];
          long[] carry = new long[bundle * LEVELS];
          for (long b = bundles * task / tasks; b < end; b++) {
            int count = (int) Math.min(bundle, rows.count() - b * bundle);
            for (int k = 0; k < count; k++) {
              some[k] = first.moved(rows, b * bundle + k, bytes);
            }
            bundle(some, count, carry);
          }
        });
  }

  private void bundle(Row[] rows, int count, long[] carry) {
    int runs = Math.ceilDiv(rows[0].n, RUN);
    for (int run = 0; run < runs; run++) {
      for (int k = 0; k < count; k++) {
        run(rows[k], run, carry, k * LEVELS);
      }
    }
  }

  /** Scans a run and takes its total into the carried ones. */
  private void run(Row row, int run, long[] carry, int at) {
    long first = (long) run * RUN;
    int n = (int) Math.min(RUN, row.n - first);
    long before = run == 0 ? 0 : before(carry, at, run);
    long total =
        code.scan(
            row.from + first * row.fromStep,
            row.fromStep,
            row.to + first * row.toStep,
            row.toStep,
            n,
            run == 0 ? 1 : 0,
            before);
    advance(carry, at, 0, run, total);
  }

  /**
   * Takes in the total of a part that has ended. For each level, {@code carry} holds the fold of the parts of that level, up to
   * the last one that has ended, in the same part of the level above.
   *
   * @param level the part's level above runs
   * @param number the part's number on its level
   */
  private void advance(long[] carry, int at, int level, int number, long total) {
    int rest = number;
    long sum = total;
    for (int l = level; ; l++) {
      int place = rest & RUN - 1;
      carry[at + l] = place == 0 ? sum : code.fold(carry[at + l], sum);
      if (place != RUN - 1) {
        return;
      }
      sum = carry[at + l];
      rest >>>= BITS;
    }
  }

  /** The fold of all before a run, which is not the first. */
  private long before(long[] carry, int at, int run) {
    int level = (31 - Integer.numberOfLeadingZeros(run)) / BITS;
    long before = carry[at + level];
    while (--level >= 0) {
      if ((run >>> BITS * level & RUN - 1) != 0) {
        before = code.fold(before, carry[at + level]);
      }
    }
    return before;
  }

  /** One row in blocks: their totals, side by side; what is carried into each; and their results, side by side. */
  private void blocks(Row row) {
    int blocks = Math.ceilDiv(row.n, BLOCK);
    long[] carry = new long[blocks * LEVELS];
    long[] totals = new long[blocks];
    // The total of the last block is not needed.
    workers.run(blocks - 1, block -> totals[block] = total(row, block));
    for (int block = 1; block < blocks; block++) {
      System.arraycopy(carry, (block - 1) * LEVELS, carry, block * LEVELS, LEVELS);
      advance(carry, block * LEVELS, BLOCK_LEVEL, block - 1, totals[block - 1]);
    }
    workers.run(
        blocks,
        block -> {
          int end = (int) Math.min((long) Math.ceilDiv(row.n, RUN), (block + 1L) * RUNS_PER_BLOCK);
          for (int run = block * RUNS_PER_BLOCK; run < end; run++) {
            run(row, run, carry, block * LEVELS);
          }
        });
  }

  /** The fold of a whole block. */
  private long total(Row row, int block) {
    long[] carry = new long[LEVELS];
    long from = row.from + (long) block * BLOCK * row.fromStep;
    for (int run = 0; run < RUNS_PER_BLOCK; run++) {
      advance(
          carry, 0, 0, run, code.total(from + (long) run * RUN * row.fromStep, row.fromStep, RUN));
    }
    return carry[BLOCK_LEVEL];
  }
}
