package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopCodes;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.loop.MachineLoop;
import dev.adjoint.device.DebugLevel;
import dev.adjoint.kernel.Kernel;
import java.util.Locale;

/**
 * The code of a loop kernel. Vector loops are very slow until the JVM's second compiler has them. So a kernel starts
 * with an interpreter of blocks, and as soon as it has done enough work to be worth it, its vector loops are warmed up
 * aside, on memory of their own, and take over when they are fast. A kernel without vector loops has plain loops, and one that
 * computes positions starts with them. All give the same bits.
 */
public final class TieredCode implements LoopCodes {
  /** Which code runs. */
  enum Tier {
    /** The interpreter of blocks alone, where it has the kernel. */
    BLOCKS,
    /** Plain loops alone. */
    SCALAR,
    /** Vector loops from the first launch on, where the kernel has them. */
    VECTOR,
    /** Machine code where it can be used, else plain loops. */
    MACHINE,
    /** What is fastest at the time. */
    AUTO
  }

  private static final Tier TIER =
      Tier.valueOf(System.getProperty("adjoint.cpu.tier", "machine").toUpperCase(Locale.ROOT));

  /**
   * The number of index points after which the vector loops of a kernel are warmed up. Both what that costs and what it gains at
   * a point grow with the length of the kernel, which therefore does not matter. On few points the interpreter is nearly as fast,
   * and a kernel of 300 instructions keeps a processor busy for seconds until it is warm.
   */
  private static final long WORTH_WARMING = 4_000_000;

  /** Kernels of a few launches, such as those that initialize parameters, are not warmed up. */
  private static final int LAUNCHES = 4;

  private final LoopShape shape;
  private volatile LoopCode current;
  private boolean settled;
  private boolean requested;
  private long done;
  private int launches;

  /** Compiles a kernel. */
  public TieredCode(Kernel.Loop kernel) {
    this(kernel, TIER);
  }

  TieredCode(Kernel.Loop kernel, Tier tier) {
    shape = new LoopShape(kernel);
    boolean hasVectors = VectorTypes.of(shape).isPresent();
    if (hasVectors && tier == Tier.VECTOR) {
      VectorClasses.load();
    }
    if (shape.lanesComputePositions()) {
      DebugLevel.note("cpu: " + kernel.name() + " computes positions, so it runs as plain loops");
    }
    current =
        switch (tier) {
          case BLOCKS -> blocks();
          case MACHINE ->
              MachineLoop.isPossible(shape) ? MachineLoop.of(shape) : BytecodeCompiler.scalar(shape);
          case SCALAR -> BytecodeCompiler.scalar(shape);
          case VECTOR ->
              BytecodeCompiler.vector(shape).orElseGet(() -> BytecodeCompiler.scalar(shape));
          case AUTO -> hasVectors ? blocks() : BytecodeCompiler.scalar(shape);
        };
    settled = tier != Tier.AUTO || !hasVectors;
  }

  /** The interpreter of blocks, or plain loops for what it cannot do. */
  private LoopCode blocks() {
    return shape.computesPositions() ? BytecodeCompiler.scalar(shape) : new BlockInterpreter(shape);
  }

  @Override
  public LoopShape shape() {
    return shape;
  }

  @Override
  public LoopCode current(long points) {
    if (!settled) {
      // Counting may lose updates of other threads, which only delays the warm-up.
      done += points;
      launches++;
      if (done > WORTH_WARMING && launches >= LAUNCHES) {
        settled = true;
        requested = true;
        WarmUp.request(this);
      }
    }
    return current;
  }

  /** Whether the warm-up of vector loops was asked for. */
  boolean isRequested() {
    return requested;
  }

  /** Switches to other code with the same bits. */
  void use(LoopCode code) {
    current = code;
  }
}
