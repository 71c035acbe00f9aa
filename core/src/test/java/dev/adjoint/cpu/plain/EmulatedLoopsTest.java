package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.EmulatedLoops;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.kernel.Access;
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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    0x4000_0040_0000_0001L,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** A launch in the emulator, and the interpreter's operands for it. */
  private record Pending(
      String name,
      RandomLoop loop,
      MemorySegment[] before,
      MemorySegment[] memory,
      boolean tiesAway) {
    String difference() {
      LoopInterpreter.run(loop.kernel, loop.geometry, before, loop.starts, loop.scalars, tiesAway);
      String difference = loop.difference(before, memory);
      return difference.isEmpty() ? "" : name + ": " + difference;
    }
  }

  private final EmulatedProcessor processor;
  private EmulatedLoops loops;
  private final List<Pending> pending = new ArrayList<>();
  private int compared;

  EmulatedLoopsTest(EmulatedProcessor processor) {
    this.processor = processor;
    loops = new EmulatedLoops(processor, Integer.BYTES);
  }

  private void add(String name, RandomLoop loop, MemorySegment[] memory) {
    if (!loops.has(loop.kernel)) {
      return;
    }
    MemorySegment[] before = new MemorySegment[memory.length];
    for (int a = 0; a < memory.length; a++) {
      before[a] = Arena.ofAuto().allocate(memory[a].byteSize(), 64).copyFrom(memory[a]);
    }
    pending.add(new Pending(name, loop, before, memory, processor.tiesAway));
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

  /** Adds a launch on random memory. */
  private void add(Kernel.Loop kernel, Geometry geometry) {
    RandomLoop loop = new RandomLoop(kernel, geometry);
    add(kernel + " " + geometry, loop, loop.memory(7, Arena.ofAuto()));
  }

  /** The raw bits of an element of an operand. */
  private interface Elements {
    long bits(int operand, DType type, int i);
  }

  /** Adds a launch over one axis on memory of given elements; the last operand is the result. */
  private void add(String name, Kernel.Loop kernel, Geometry geometry, Elements elements) {
    RandomLoop loop = new RandomLoop(kernel, geometry);
    MemorySegment[] memory = loop.memory(7, Arena.ofAuto());
    for (int a = 0; a < memory.length - 1; a++) {
      DType type = kernel.accesses().get(a).dtype();
      for (int i = 0; i < geometry.sizes()[0]; i++) {
        LoopInterpreter.set(memory[a], type, (long) i * type.bytes(), elements.bits(a, type, i));
      }
    }
    add(name, loop, memory);
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

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void sizesThatBreakTails(int unit) {
    loops = new EmulatedLoops(processor, unit);
    LoopCodeTest.sizes(this::add);
    compare();
  }

  @Test
  void largestAndSmallestValues() {
    ExtremeRows.each(
        (kernel, geometry, elements) -> {
          RandomLoop loop = new RandomLoop(kernel, geometry);
          add(kernel + " " + geometry, loop, loop.memory(7, Arena.ofAuto(), elements));
        });
    compare();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void everyOperationOnEveryType(int unit) {
    loops = new EmulatedLoops(processor, unit);
    LoopCodeTest.operations(this::add);
    compare();
  }

  /** All pairs of values at which operations have their own rules. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void everyOperationOnEdges(int unit) {
    loops = new EmulatedLoops(processor, unit);
    LoopCodeTest.operations(
        (kernel, geometry) -> add(kernel.toString(), kernel, geometry, EmulatedLoopsTest::edge));
    compare();
  }

  private static long edge(int operand, DType type, int i) {
    int n = FLOATS.length;
    int which = operand == 0 ? i % n : operand == 1 ? i / n % n : 7 * i % n;
    return switch (type) {
      case F32, F64 -> LoopInterpreter.bits(type, FLOATS[which]);
      case BOOL -> which & 1;
      default -> INTEGERS[which];
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void conversionsOfNarrowFloats(int unit) {
    loops = new EmulatedLoops(processor, unit);
    long[] one = {1};
    LoopCodeTest.conversions(
        (kernel, elements) ->
            add(
                kernel.toString(),
                kernel,
                LoopKernels.geometry(new int[] {elements.length}, one, one, one),
                (_, _, i) -> elements[i]));
    compare();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void scalarFunctions(DType type) {
    var random = new Random(11);
    long[] values = new long[6_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(type, i, random);
    }
    for (UnaryOp f : UnaryOp.values()) {
      if (f.takes(type)) {
        var body = new BodyBuilder();
        int x = body.add(new Instr.Load(0, type));
        add(f.name(), body, ScalarMath.unary(body, f, x, type), values, type);
      }
    }
    for (BinaryOp f : EnumSet.range(BinaryOp.ADD, BinaryOp.GE)) {
      var body = new BodyBuilder();
      int x = body.add(new Instr.Load(0, type));
      int y = body.add(new Instr.Load(1, type));
      add(f.name(), body, ScalarMath.binary(body, f, x, y, type), values, type, type);
    }
    compare();
    assertTrue(compared > 50);
  }

  /** Adds a function of values, of which each operand has another order. */
  private void add(String name, BodyBuilder body, int result, long[] values, DType... types) {
    List<Access> accesses = new ArrayList<>();
    long[][] strides = new long[types.length + 1][];
    Arrays.fill(strides, new long[] {1});
    for (DType type : types) {
      accesses.add(LoopKernels.read(type, LoopKernels.STEP));
    }
    accesses.add(LoopKernels.write(body.type(result), LoopKernels.STEP));
    var stage = new Stage.Map(body.build(), List.of(new Stage.Store(types.length, result)));
    var kernel = new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(stage));
    add(
        name,
        kernel,
        LoopKernels.geometry(new int[] {values.length}, strides),
        (operand, _, i) -> values[(operand == 0 ? i : 4_001 * i) % values.length]);
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
