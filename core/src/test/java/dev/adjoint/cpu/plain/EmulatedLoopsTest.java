package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.EmulatedLoops;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import dev.adjoint.kernel.ScalarMath;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Code for processors that this machine may lack, under emulators, against an interpreter: all bits must agree. */
@ParameterizedClass
@EnumSource
class EmulatedLoopsTest {
  private static final int KERNELS = Integer.getInteger("adjoint.test.kernels", 1_000);

  /** Launches that take more are not run in one process. */
  private static final int MOST_BYTES = 32 << 20;

  private static final double[] FLOATS = {
    0,
    -0.0,
    1,
    -1,
    1.5,
    -0.75,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e-42,
    -1e-310,
    0x1.fffffep30,
    0x1p31,
    -0x1p31 - 0.75,
    0x1.fffffffffffffp62,
    0x1p63,
    -1e19,
    1e300
  };

  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    -7,
    31,
    33,
    64,
    1000,
    0x10000,
    0x01000001,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MIN_VALUE + 1,
    0xFFFF_FFFFL,
    0x0040_0000_8000_0001L,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** A launch in the emulator, and the interpreter's operands for it. */
  private record Pending(
      String name, RandomLoop loop, MemorySegment[] before, MemorySegment[] memory) {
    String difference() {
      LoopInterpreter.run(loop.kernel, loop.geometry, before, loop.starts, loop.scalars);
      String difference = loop.difference(before, memory);
      return difference.isEmpty() ? "" : name + ": " + difference;
    }
  }

  private final EmulatedLoops loops;

  private final List<Pending> pending = new ArrayList<>();
  private int compared;

  EmulatedLoopsTest(EmulatedProcessor processor) {
    loops = new EmulatedLoops(processor);
  }

  private void add(String name, RandomLoop loop, MemorySegment[] memory) {
    if (!loops.has(loop.kernel)) {
      return;
    }
    MemorySegment[] before = new MemorySegment[memory.length];
    for (int a = 0; a < memory.length; a++) {
      before[a] = Arena.ofAuto().allocate(memory[a].byteSize(), 64).copyFrom(memory[a]);
    }
    pending.add(new Pending(name, loop, before, memory));
    loops.add(loop.kernel, loop.geometry, memory, loop.starts, loop.scalars);
    if (loops.bytes() > MOST_BYTES) {
      compare();
    }
  }

  private void compare() {
    loops.run();
    List<String> differences =
        pending.parallelStream().map(Pending::difference).filter(d -> !d.isEmpty()).toList();
    assertEquals(List.of(), differences);
    compared += pending.size();
    pending.clear();
  }

  private static RandomLoop random(Kernel.Loop kernel, Geometry geometry) {
    return new RandomLoop(kernel, geometry);
  }

  /** Memory with given elements, as raw bits, for each operand but the last. */
  private static MemorySegment[] filled(RandomLoop loop, IntToLongFunction[] elements) {
    MemorySegment[] memory = loop.memory(1, Arena.ofAuto());
    for (int a = 0; a < elements.length; a++) {
      DType type = loop.kernel.accesses().get(a).dtype();
      for (int i = 0; i < loop.geometry.sizes()[0]; i++) {
        long at = (long) i * type.bytes();
        LoopInterpreter.set(memory[a], type, at, elements[a].applyAsLong(i));
      }
    }
    return memory;
  }

  @Test
  void randomKernels() {
    for (int seed = 0; seed < KERNELS; seed++) {
      RandomLoop loop = new RandomLoop(seed);
      add("kernel of seed " + seed, loop, loop.memory(seed, Arena.ofAuto()));
    }
    compare();
    assertTrue(compared > KERNELS / 2);
  }

  @Test
  void sizesThatBreakTails() {
    LoopCodeTest.sizes(
        (kernel, geometry) -> {
          RandomLoop loop = random(kernel, geometry);
          add(kernel + " " + geometry, loop, loop.memory(7, Arena.ofAuto()));
        });
    compare();
  }

  @Test
  void everyOperationOnEveryType() {
    LoopCodeTest.operations(
        (kernel, geometry) -> {
          RandomLoop loop = random(kernel, geometry);
          add(kernel.toString(), loop, loop.memory(7, Arena.ofAuto()));
        });
    compare();
  }

  /** All pairs of values at which operations have their own rules. */
  @Test
  void everyOperationOnEdges() {
    int n = FLOATS.length;
    LoopCodeTest.operations(
        (kernel, geometry) -> {
          int operands = kernel.accesses().size() - 1;
          var elements = new IntToLongFunction[operands];
          for (int a = 0; a < operands; a++) {
            int step = a == 0 ? 1 : a == 1 ? n : 7;
            DType type = kernel.accesses().get(a).dtype();
            elements[a] = i -> edge(type, a(step, i, n));
          }
          RandomLoop loop = random(kernel, geometry);
          add(kernel.toString(), loop, filled(loop, elements));
        });
    compare();
  }

  private static int a(int step, int i, int n) {
    return step == 7 ? i * step % n : i / step % n;
  }

  private static long edge(DType type, int i) {
    return switch (type) {
      case F32, F64 -> LoopInterpreter.bits(type, FLOATS[i]);
      case BOOL -> i & 1;
      default -> INTEGERS[i];
    };
  }

  @Test
  void scalarFunctions() {
    for (DType type : List.of(DType.F32, DType.F64)) {
      var random = new Random(11);
      long[] values = new long[6_000];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(type, i, random);
      }
      for (UnaryOp f : UnaryOp.values()) {
        if (f.takes(type)) {
          var body = new BodyBuilder();
          int result = ScalarMath.unary(body, f, body.add(new Instr.Load(0, type)), type);
          var kernel =
              new Kernel.Loop(
                  1,
                  0,
                  false,
                  List.of(
                      LoopKernels.read(type, LoopKernels.STEP),
                      LoopKernels.write(body.type(result), LoopKernels.STEP)),
                  List.of(),
                  List.of(new Stage.Map(body.build(), List.of(new Stage.Store(1, result)))));
          long[] one = {1};
          var loop = random(kernel, LoopKernels.geometry(new int[] {values.length}, one, one));
          add(f + " " + type, loop, filled(loop, new IntToLongFunction[] {i -> values[i]}));
        }
      }
    }
    compare();
    assertTrue(compared > 70);
  }

  /** Numbers of all exponents, halves of integers, and numbers of usual sizes. */
  private static long value(DType type, int i, Random random) {
    boolean single = type == DType.F32;
    int digits = single ? 23 : 52;
    if (i < 4096) {
      long exponent = single ? i >> 3 & 0xFF : i >> 1;
      long mantissa = (random.nextInt(4) - 1L) * random.nextLong(1L << digits);
      long sign = (long) (i & 1) << (single ? 31 : 63);
      return sign | exponent << digits | mantissa & (1L << digits) - 1;
    }
    double value = i < 5000 ? (i - 4548) / 2.0 : random.nextGaussian() * (1 << random.nextInt(8));
    return LoopInterpreter.bits(type, value);
  }
}
