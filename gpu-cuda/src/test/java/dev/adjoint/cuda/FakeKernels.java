package dev.adjoint.cuda;

import dev.adjoint.codegen.CLaunch;
import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Dialect;
import dev.adjoint.codegen.Target;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelInterpreter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What kernels compute on the driver without hardware. A launch is read as a device would read it: the text tells the kernel, the
 * structure of numbers tells where it works and its scalars, and the pointers must lead to memory that is there.
 */
final class FakeKernels {
  private final Target target;
  private final LongFunction<MemorySegment> memory;
  private final Map<String, List<Known>> byText = new HashMap<>();

  /** Kernels on a device; {@code memory} gives its memory from an address on. */
  FakeKernels(CudaInfo info, LongFunction<MemorySegment> memory) {
    target = new Target(Dialect.CUDA, Target.Threads.MANY, info.units(), info.tensorCores());
    this.memory = memory;
  }

  /**
   * A kernel over a geometry.
   *
   * @param numbers the structure with zeros for starts and scalars
   * @param starts for each access where the structure has its start, or -1
   * @param scalars the same for each scalar
   */
  private record Known(
      Kernel kernel,
      Geometry geometry,
      CSource source,
      ByteBuffer numbers,
      int[] starts,
      int[] scalars) {}

  /** Learns what launches of a kernel over a geometry compute. */
  synchronized void learn(Kernel kernel, Geometry geometry) {
    int count =
        switch (kernel) {
          case Kernel.Loop loop -> loop.scalars().size();
          case Kernel.MatMul product ->
              product.loops().stream().mapToInt(loop -> loop.scalars().size()).max().orElse(0);
          case Kernel.Scatter _ -> 2;
          case Kernel.Scan _,
              Kernel.ArgSort _,
              Kernel.Factorize _,
              Kernel.SolveTriangular _,
              Kernel.Attention _ ->
              -1;
        };
    CLaunch launch =
        count < 0 ? null : CSource.print("fake", kernel, target, geometry, Integer.MAX_VALUE);
    if (launch == null || launch.parts() == 0) {
      return;
    }
    int[] starts = new int[kernel.accesses().size()];
    for (int a = 0; a < starts.length; a++) {
      long[] other = new long[starts.length];
      other[a] = kernel.accesses().get(a).dtype().bytes();
      starts[a] = difference(launch, starts.length, other, new long[count]);
    }
    int[] scalars = new int[count];
    for (int k = 0; k < count; k++) {
      long[] other = new long[count];
      other[k] = 1;
      scalars[k] = difference(launch, starts.length, new long[starts.length], other);
    }
    ByteBuffer numbers =
        blank(written(launch, new long[starts.length], new long[count]), starts, scalars);
    byText
        .computeIfAbsent(launch.source().text(), _ -> new ArrayList<>())
        .add(new Known(kernel, geometry, launch.source(), numbers, starts, scalars));
  }

  private static ByteBuffer written(CLaunch launch, long[] starts, long[] scalars) {
    ByteBuffer to = ByteBuffer.allocate(launch.bytes()).order(ByteOrder.nativeOrder());
    launch.write(to, 0, starts, scalars);
    return to;
  }

  /** Where a structure changes when one start or scalar does, or -1. */
  private static int difference(CLaunch launch, int accesses, long[] starts, long[] scalars) {
    ByteBuffer zeros = written(launch, new long[accesses], new long[scalars.length]);
    int where = written(launch, starts, scalars).mismatch(zeros);
    return where < 0 ? -1 : where & -Long.BYTES;
  }

  private static ByteBuffer blank(ByteBuffer numbers, int[] starts, int[] scalars) {
    for (int[] positions : new int[][] {starts, scalars}) {
      Arrays.stream(positions).filter(at -> at >= 0).forEach(at -> numbers.putLong(at, 0));
    }
    return numbers;
  }

  /**
   * A launch with the arguments that are in memory now.
   *
   * @param arguments a pointer to each argument
   */
  synchronized Runnable read(String text, MemorySegment arguments) {
    List<Known> all = byText.get(text);
    if (all == null) {
      return () -> {};
    }
    CSource source = all.getFirst().source;
    int count = source.buffers().size();
    long[] pointers = new long[count];
    for (int i = 0; i < count; i++) {
      pointers[i] = argument(arguments, i, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
    }
    int bytes = all.getFirst().numbers.capacity();
    byte[] structure = argument(arguments, source.pointers(), bytes).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment fault =
        source.checksPositions()
            ? memory.apply(argument(arguments, count, Long.BYTES).get(ValueLayout.JAVA_LONG, 0))
            : MemorySegment.NULL;
    int guardAt = source.pointers() - 1;
    long guard =
        source.canBeHeldBack()
            ? argument(arguments, guardAt, Long.BYTES).get(ValueLayout.JAVA_LONG, 0)
            : 0;
    Known known = find(all, structure);
    return known == null
        ? () -> {}
        : () -> {
          if (guard != 0 && memory.apply(guard).get(ValueLayout.JAVA_INT, 0) != CSource.FINE) {
            return;
          }
          var numbers = ByteBuffer.wrap(structure).order(ByteOrder.nativeOrder());
          if (!run(known, pointers, numbers)) {
            fault.set(ValueLayout.JAVA_INT, 0, CSource.FAULT);
          }
        };
  }

  private static MemorySegment argument(MemorySegment arguments, int number, int bytes) {
    return FakeDriver.at(
        arguments.reinterpret((number + 1L) * Long.BYTES).getAtIndex(ValueLayout.JAVA_LONG, number),
        bytes);
  }

  private static @Nullable Known find(List<Known> all, byte[] structure) {
    for (Known known : all) {
      ByteBuffer copy = ByteBuffer.wrap(structure.clone()).order(ByteOrder.nativeOrder());
      if (blank(copy, known.starts, known.scalars).equals(known.numbers)) {
        return known;
      }
    }
    return null;
  }

  private boolean run(Known known, long[] pointers, ByteBuffer structure) {
    long[] offsets = known.geometry.offsets().clone();
    for (int a = 0; a < offsets.length; a++) {
      offsets[a] = known.starts[a] < 0 ? offsets[a] : structure.getLong(known.starts[a]);
    }
    MemorySegment[] operands = new MemorySegment[offsets.length];
    Arrays.fill(operands, MemorySegment.NULL);
    for (int i = 0; i < pointers.length; i++) {
      operands[known.source.buffers().get(i)] = memory.apply(pointers[i]);
    }
    long[] scalars =
        Arrays.stream(known.scalars).mapToLong(at -> at < 0 ? 0 : structure.getLong(at)).toArray();
    var geometry = new Geometry(known.geometry.sizes(), offsets, known.geometry.strides());
    return KernelInterpreter.run(
        known.kernel, geometry, operands, new long[offsets.length], scalars);
  }
}
