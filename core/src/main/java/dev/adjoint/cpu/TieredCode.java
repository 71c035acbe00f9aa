package dev.adjoint.cpu;

import dev.adjoint.kernel.Kernel;
import java.util.Locale;
import java.util.Optional;

/**
 * The code of a loop kernel. A kernel starts with plain loops, which are fast soon. Vector loops are very slow until the
 * JVM's second compiler has them, so they are warmed up aside, on memory of their own, as soon as the kernel has done enough
 * work to be worth it, and take over when they are fast. Both give the same bits.
 */
final class TieredCode {
  /** Which code runs. */
  enum Tier {
    /** Plain loops alone. */
    SCALAR,
    /** Vector loops from the first launch on, where the kernel has them. */
    VECTOR,
    /** Plain loops first, vector loops when they are warm. */
    AUTO
  }

  private static final Tier TIER =
      Tier.valueOf(System.getProperty("adjoint.cpu.tier", "auto").toUpperCase(Locale.ROOT));

  /** The number of instruction executions of a kernel after which its vector loops are warmed up. */
  private static final long WORTH_WARMING = 1_000_000;

  /** Kernels of a few launches, such as those that initialize parameters, are not warmed up. */
  private static final int LAUNCHES = 4;

  private final LoopShape shape;
  private final int instructions;
  private volatile LoopCode current;
  private boolean settled;
  private boolean requested;
  private long work;
  private int launches;

  /** Compiles a kernel. */
  TieredCode(Kernel.Loop kernel) {
    this(kernel, TIER);
  }

  TieredCode(Kernel.Loop kernel, Tier tier) {
    shape = new LoopShape(kernel);
    instructions = shape.instructions() + 1;
    Optional<LoopCode> vector = tier == Tier.VECTOR ? BytecodeCompiler.vector(shape) : Optional.empty();
    current = vector.orElseGet(() -> BytecodeCompiler.scalar(shape));
    settled = tier != Tier.AUTO || VectorTypes.of(shape).isEmpty();
  }

  LoopShape shape() {
    return shape;
  }

  /** The code for a launch over a number of index points. */
  LoopCode current(long points) {
    if (!settled) {
      // Counting may lose updates of other threads, which only delays the warm-up.
      work += points * instructions;
      launches++;
      if (work > WORTH_WARMING && launches >= LAUNCHES) {
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
