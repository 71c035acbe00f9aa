package dev.adjoint.cuda;

import java.util.function.IntBinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/**
 * What a kernel takes, as NVIDIA's assembler tells: the sum over its functions, and of registers the most.
 *
 * @param registers those of a thread
 * @param stack bytes of local memory: arrays of a thread that are indexed by what is not known before, and spills
 * @param spills bytes that are stored there because there are too few registers
 * @param shared bytes of shared memory of a block
 */
record Resources(int registers, int stack, int spills, int shared) {
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
  private static final Pattern STACK = Pattern.compile("(\\d+) bytes stack frame");
  private static final Pattern SPILLS = Pattern.compile("(\\d+) bytes spill (?:stores|loads)");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  /** Those of a multiprocessor of compute capability 8.0 and 9.0, and its threads. */
  private static final int ALL_REGISTERS = 65_536;

  private static final int ALL_THREADS = 2048;
  private static final int WARP = 32;
  private static final int REGISTER_UNIT = 256;

  /** The newest major version of the compiler that is looked for. */
  private static final int NEWEST = 13;

  /** NVIDIA's compiler; skips a test where there is none. */
  static Nvrtc compiler() {
    NativeLibrary library = Toolkit.ofThisMachine().find("nvrtc", NEWEST);
    if (library == null) {
      throw new TestAbortedException(
          "no NVRTC, which compiles CUDA: the profile nvrtc has one, and CUDA_HOME may name another");
    }
    return new Nvrtc(library);
  }

  /** Reads what {@link Nvrtc#resources} says. */
  static Resources of(String log) {
    if (!REGISTERS.matcher(log).find() || !STACK.matcher(log).find()) {
      throw new AssertionError("the assembler does not tell of registers: " + log);
    }
    return new Resources(
        all(REGISTERS, log, Math::max),
        all(STACK, log, Integer::sum),
        all(SPILLS, log, Integer::sum),
        all(SHARED, log, Integer::sum));
  }

  private static int all(Pattern pattern, String log, IntBinaryOperator combine) {
    Matcher matcher = pattern.matcher(log);
    int result = 0;
    while (matcher.find()) {
      result = combine.applyAsInt(result, Integer.parseInt(matcher.group(1)));
    }
    return result;
  }

  /**
   * How many blocks of so many threads a multiprocessor holds at a time. Registers are given out to warps in units of 256, and
   * each block takes 1 KiB of shared memory more than it declares on compute capability 8.0 and newer (CUDA C++ Programming
   * Guide, "Compute Capabilities").
   *
   * @param shared the shared memory of a multiprocessor
   */
  int blocks(int threads, int shared) {
    int warps = threads / WARP;
    int ofWarp = (registers * WARP + REGISTER_UNIT - 1) / REGISTER_UNIT * REGISTER_UNIT;
    int byRegisters = ALL_REGISTERS / (ofWarp * warps);
    int byShared = shared / (this.shared + 1024);
    return Math.min(Math.min(byRegisters, byShared), ALL_THREADS / threads);
  }
}
