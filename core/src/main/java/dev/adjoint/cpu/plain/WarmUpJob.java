package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.memory.NativeMemory;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The vector loops of one kernel on their way to being fast. */
final class WarmUpJob {
  private static final System.Logger LOG = System.getLogger("dev.adjoint");

  /** The bytes that reads, and writes, of a warm-up run may touch. */
  private static final long SCRATCH = 64 << 10;

  /** What is read: about 1 as a float of any width, true as a truth value. */
  private static final byte[] PATTERN = {(byte) 0x80, 0x3f};

  /** The last byte of every 64, which makes a very large float: unlikely values must be there, or their code is left out. */
  private static final byte LARGE = 0x6f;

  /** The bytes of the widest vectors. */
  private static final int WIDEST = 64;

  private static final int ROWS = 4;
  private static final int VECTORS = 16;
  private static final int ODD_COLUMNS = 3;

  /** Runs after which HotSpot's counters have passed the second compiler's thresholds. */
  private static final int ENOUGH_RUNS = CompileThreshold.runs(10_000);

  private static final int FIRST_RUNS = CompileThreshold.runs(250);
  private static final int LOOP_RUNS = CompileThreshold.runs(1200);
  private static final int LONG_RUN = 128;
  private static final int KINDS = 8;

  /** Of this number of runs, one has folds of more than a block, where they run across the lanes. */
  private static final int LONG_KINDS = 32;

  private static final int RUNS_PER_STEP = 50;
  private static final long NANOS_PER_STEP = 3_000_000;
  private static final int PROBES = 4;

  /** Compiled vector instructions take less; boxed ones take much more. */
  private static final long NANOS_PER_INSTRUCTION = 5;

  private static final long NANOS_PER_ROW = 400;

  /** The time for the compiler to get to it; waiting costs next to nothing. */
  private static final long PATIENCE_MILLIS = 30_000;

  private static final int ATTEMPTS = 2;

  /** A compiler that is asked by several sides at once raises its thresholds, so that more runs may be needed. */
  private static final long MORE_RUNS_AFTER_MILLIS = 30;

  private final TieredCode code;
  private final LoopShape shape;
  private final LoopArguments arguments;
  private final LoopArguments longArguments;
  private final int order;
  private LoopCode vector;
  private int runs;
  private int attempts = 1;
  private long began = System.nanoTime();
  private long lastRun;

  /** A job that compiles and warms the vector loops of a kernel that has them. */
  WarmUpJob(TieredCode code) {
    this.code = code;
    this.shape = code.shape();
    Kernel.Loop kernel = shape.kernel();
    order = WIDEST / shape.widest();
    int n = kernel.accesses().size();
    long[] bases = new long[n];
    long[] strides = new long[n * shape.strides()];
    for (int a = 0; a < n; a++) {
      Access access = kernel.accesses().get(a);
      bases[a] = Scratch.ADDRESS + (access.kind() == Access.Kind.WRITE ? SCRATCH : 0);
      int steps =
          switch (access.lane()) {
            case BROADCAST -> 0;
            case CONTIGUOUS -> 1;
            case STRIDED -> 2;
          };
      strides[a * shape.strides() + LoopCode.LANE] = (long) steps * LoopShape.unit(access);
    }
    int[] sizes = new int[shape.loops()];
    Arrays.fill(sizes, 2);
    long[] scalars = new long[kernel.scalars().size()];
    arguments = new LoopArguments(bases, strides, scalars, sizes, new boolean[1]);
    int[] longSizes = sizes.clone();
    if (longSizes.length > 0) {
      longSizes[longSizes.length - 1] = Kernel.Loop.BLOCK + ODD_COLUMNS;
    }
    longArguments = new LoopArguments(bases, strides, scalars, longSizes, new boolean[1]);
    vector = compile();
  }

  private LoopCode compile() {
    return BytecodeCompiler.vector(shape).orElseThrow();
  }

  private static final class Scratch {
    static final long ADDRESS = NativeMemory.zeros(2 * SCRATCH);

    static {
      for (long i = 0; i < 2 * SCRATCH; i++) {
        NativeMemory.ALL.set(
            ValueLayout.JAVA_BYTE,
            ADDRESS + i,
            i % 64 == 63 ? LARGE : PATTERN[(int) (i % PATTERN.length)]);
      }
    }
  }

  /** Whether there is nothing to do but to wait for the compiler. */
  boolean isWaiting() {
    return runs >= ENOUGH_RUNS;
  }

  /** Runs for a while; returns whether there is more to do. */
  boolean step() {
    if (!isWaiting() || millis() - lastRun > MORE_RUNS_AFTER_MILLIS) {
      warm();
      lastRun = millis();
    }
    if (isFast()) {
      code.use(vector);
      LOG.log(
          System.Logger.Level.DEBUG,
          () -> "cpu: " + this + " is warm after " + millis() + " ms, " + runs + " runs");
      return false;
    }
    if (millis() < PATIENCE_MILLIS) {
      return true;
    }
    if (attempts == ATTEMPTS) {
      LOG.log(
          System.Logger.Level.INFO,
          () -> "cpu: " + this + " stays slow, its vector loops do not get fast");
      return false;
    }
    // HotSpot may hold on to its first compiler's code of a long method; that of a new class gets
    // another chance.
    attempts++;
    runs = 0;
    lastRun = 0;
    began = System.nanoTime();
    vector = compile();
    return true;
  }

  /**
   * Runs on few columns, because operations are slow until HotSpot's second compiler has their method. That is after 5000
   * calls, or fewer with 15000 calls and loop turns together; the first compiler, which makes them some ten times faster,
   * comes after 200 calls. Some runs are long, since loops that seem short are not unrolled.
   */
  private void warm() {
    long start = System.nanoTime();
    for (int r = 0; r < RUNS_PER_STEP && System.nanoTime() - start < NANOS_PER_STEP; r++) {
      int kind = runs % KINDS;
      if (runs % LONG_KINDS == 2 && shape.loops() > 0 && !shape.kernel().laneReduces()) {
        vector.run(longArguments, 0, 1, 0, order);
      } else {
        run(kind == 1 ? 3 : 1, vectors(kind) * order + (kind == 1 ? 0 : ODD_COLUMNS));
      }
      runs++;
    }
  }

  /** The number of whole vectors of a run: a few, then some turns of the loop, and then as few as will do. */
  private int vectors(int kind) {
    if (kind == 0) {
      return 0;
    }
    if (runs < FIRST_RUNS) {
      return 4;
    }
    if (kind == 2) {
      return LONG_RUN;
    }
    return runs < LOOP_RUNS || kind == 1 ? 8 + kind % 2 : shape.kernel().laneReduces() ? 4 : 0;
  }

  private long millis() {
    return (System.nanoTime() - began) / 1_000_000;
  }

  private void run(int rows, int cols) {
    vector.run(arguments, 0, rows, 0, cols);
  }

  /** Whether all parts are fast: what rows without a whole vector run, what those with one group run, and the loops. */
  private boolean isFast() {
    return isFast(ODD_COLUMNS) && isFast(4 * order) && isFast(VECTORS * order + ODD_COLUMNS);
  }

  private boolean isFast(int cols) {
    long instructions = (long) shape.instructions() + shape.kernel().accesses().size();
    for (int size : arguments.sizes()) {
      instructions *= size;
    }
    long vectors = cols / order + 1L;
    long limit = ROWS * (NANOS_PER_ROW + vectors * instructions * NANOS_PER_INSTRUCTION);
    for (int probe = 0; probe < PROBES; probe++) {
      long start = System.nanoTime();
      run(ROWS, cols);
      long nanos = System.nanoTime() - start;
      if (nanos < limit) {
        return true;
      }
      if (nanos > PROBES * limit) {
        return false;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return shape.kernel().name();
  }
}
