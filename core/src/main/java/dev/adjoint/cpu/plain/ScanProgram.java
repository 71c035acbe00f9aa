package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.Extents;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * A running fold. Bundles of rows run side by side; a team of threads that has too few of them for all cuts long rows into
 * blocks, whose totals it needs first. Blocks are parts in the order of {@link Kernel.Scan}, so that both give the same bits. The
 * prologue and the epilogue run on a piece of a bundle at a time, which is then in cache.
 */
public final class ScanProgram implements Program {
  private static final int RUN = Kernel.Scan.RUN;
  private static final int BITS = Integer.numberOfTrailingZeros(RUN);

  /** A block has this level: it has {@code RUN^4} elements. */
  private static final int BLOCK_LEVEL = 3;

  private static final int RUNS_PER_BLOCK = 1 << (BITS * BLOCK_LEVEL);
  private static final int BLOCK = RUN * RUNS_PER_BLOCK;

  /** Levels of parts of at least RUN elements in a row of any length. */
  private static final int LEVELS = 7;

  private static final int POINTS_PER_TASK = 16 << 10;
  private static final int MOST_TASKS = 64;

  private final Kernel.Scan kernel;
  private final Workers workers;
  private final ScanCode code;

  /** What scans parts of level 2 whose elements are neighbours, or null if there is no code for them. */
  private final @Nullable ScanParts parts;

  private final @Nullable ScanMap prologue;
  private final @Nullable ScanMap epilogue;

  public ScanProgram(Kernel.Scan kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    this.code = ScanCompiler.compile(kernel);
    this.parts = ScanParts.of(kernel.f(), kernel.dtype());
    this.prologue = ScanMap.of(kernel.prologue(), Kernel.Scan.OPERANDS, kernel.axis());
    this.epilogue = ScanMap.of(kernel.epilogue(), kernel.epilogueOperands(), kernel.axis());
  }

  @Override
  public Launch prepare(Geometry geometry) {
    var cut = new ScanCut(kernel, geometry, prologue, epilogue);
    Extents extents = Extents.of(kernel, geometry);
    return (buffers, starts, scalars) -> {
      extents.check(buffers, starts);
      var run = new Run(cut, buffers, starts, scalars);
      if (2 * cut.bundles < workers.size() && cut.n >= 2 * BLOCK) {
        for (long b = 0; b < cut.bundles; b++) {
          run.blocks(b);
        }
      } else if (cut.bundles > 0) {
        run.all();
      }
      LoopLaunch.mustNotHaveFailed(kernel, run.failed);
    };
  }

  /** One run of a launch. */
  private final class Run {
    private final ScanCut cut;
    private final Buffer[] buffers;
    private final long[] starts;
    private final long[] scalars;
    private final boolean[] failed = new boolean[1];
    private final long[] bases = new long[Kernel.Scan.OPERANDS];

    Run(ScanCut cut, Buffer[] buffers, long[] starts, long[] scalars) {
      this.cut = cut;
      this.buffers = buffers;
      this.starts = starts;
      this.scalars = scalars;
      for (int a = 0; a < bases.length; a++) {
        bases[a] = ((CpuBuffer) buffers[a]).address() + starts[a];
      }
    }

    /** Runs a map, if there is one, on a part of a bundle. */
    private void map(ScanMap.@Nullable Placed map, long bundle, int start, int length) {
      if (map != null) {
        long row = cut.firstRow(bundle);
        map.run(buffers, starts, scalars, failed, row, cut.rowsOf(bundle), start, length);
      }
    }

    /** For each row of a bundle the addresses at which its result and its source begin. */
    private long[] addresses(long bundle) {
      int count = cut.rowsOf(bundle);
      long[] addresses = new long[2 * count];
      for (int k = 0; k < count; k++) {
        for (int a = 0; a < 2; a++) {
          long element = cut.rows.at(a, cut.firstRow(bundle) + k);
          addresses[2 * k + a] = bases[a] + element * kernel.dtype().bytes();
        }
      }
      return addresses;
    }

    /** All bundles, in tasks of several. */
    void all() {
      long points = cut.n * cut.rows.count();
      int tasks = Math.clamp(points / POINTS_PER_TASK, 1, (int) Math.min(cut.bundles, MOST_TASKS));
      workers.run(
          tasks,
          task -> {
            long end = cut.bundles * (task + 1) / tasks;
            long[] carry = new long[cut.bundle * LEVELS];
            for (long b = cut.bundles * task / tasks; b < end; b++) {
              part(b, addresses(b), 0, cut.n, carry, cut.before);
            }
          });
    }

    /** One bundle in blocks: their totals, side by side; what is carried into each; and their results, side by side. */
    void blocks(long bundle) {
      int count = cut.rowsOf(bundle);
      int blocks = Math.ceilDiv(cut.n, BLOCK);
      long[] addresses = addresses(bundle);
      long[][] carry = new long[blocks][count * LEVELS];
      long[][] totals = new long[blocks][count];
      workers.run(
          blocks,
          block -> {
            int start = block * BLOCK;
            map(cut.before, bundle, start, Math.min(BLOCK, cut.n - start));
            // The total of the last block is not needed.
            for (int k = 0; k < count && block < blocks - 1; k++) {
              totals[block][k] = total(addresses[2 * k + 1] + start * cut.fromStep);
            }
          });
      for (int block = 1; block < blocks; block++) {
        carry[block] = carry[block - 1].clone();
        for (int k = 0; k < count; k++) {
          advance(carry[block], k * LEVELS, BLOCK_LEVEL, block - 1, totals[block - 1][k]);
        }
      }
      workers.run(
          blocks,
          block -> {
            int start = block * BLOCK;
            int end = start + Math.min(BLOCK, cut.n - start);
            part(bundle, addresses, start, end, carry[block], null);
          });
    }

    /** The results of a bundle from one element, which begins a piece, to another; {@code before} makes the source. */
    private void part(
        long bundle,
        long[] addresses,
        int from,
        int end,
        long[] carry,
        ScanMap.@Nullable Placed before) {
      int start = from;
      while (start < end) {
        int length = Math.min(cut.piece, end - start);
        map(before, bundle, start, length);
        int lastRun = (start + length - 1) / RUN;
        for (int run = parts(addresses, start, start + length, carry); run <= lastRun; run++) {
          for (int k = 0; 2 * k < addresses.length; k++) {
            run(addresses, k, run, carry);
          }
        }
        map(cut.behind, bundle, start, length);
        start += length;
      }
    }

    /** Scans the parts of level 2 of a piece, where there is code for them; returns the first run that is left. */
    private int parts(long[] addresses, int start, int end, long[] carry) {
      int bytes = kernel.dtype().bytes();
      int last = end / (RUN * RUN);
      if (parts == null
          || cut.fromStep != bytes
          || cut.toStep != bytes
          || start % (RUN * RUN) != 0
          || start >= last * RUN * RUN) {
        return start / RUN;
      }
      try (Scratch scratch = Scratch.take()) {
        long folds = scratch.room(ScanPartWriter.BYTES);
        for (int k = 0; 2 * k < addresses.length; k++) {
          int at = k * LEVELS;
          for (int part = start / (RUN * RUN); part < last; part++) {
            long distance = (long) part * RUN * RUN * bytes;
            long from = addresses[2 * k + 1] + distance;
            long to = addresses[2 * k] + distance;
            long total =
                part == 0
                    ? parts.first(from, to, folds)
                    : parts.next(from, to, folds, before(carry, at, part * RUN));
            advance(carry, at, 1, part, total);
          }
        }
      }
      return last * RUN;
    }

    /** Scans a run of a row and takes its total into the carried ones. */
    private void run(long[] addresses, int row, int run, long[] carry) {
      int at = row * LEVELS;
      long first = (long) run * RUN;
      long total =
          code.scan(
              addresses[2 * row + 1] + first * cut.fromStep,
              cut.fromStep,
              addresses[2 * row] + first * cut.toStep,
              cut.toStep,
              (int) Math.min(RUN, cut.n - first),
              run == 0 ? 1 : 0,
              run == 0 ? 0 : before(carry, at, run));
      advance(carry, at, 0, run, total);
    }

    /** The fold of a whole block, from an address on. */
    private long total(long from) {
      long[] carry = new long[LEVELS];
      for (int run = 0; run < RUNS_PER_BLOCK; run++) {
        long address = from + (long) run * RUN * cut.fromStep;
        advance(carry, 0, 0, run, code.total(address, cut.fromStep, RUN));
      }
      return carry[BLOCK_LEVEL];
    }
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
      if (((run >>> (BITS * level)) & (RUN - 1)) != 0) {
        before = code.fold(before, carry[at + level]);
      }
    }
    return before;
  }
}
