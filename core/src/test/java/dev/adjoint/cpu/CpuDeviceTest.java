package dev.adjoint.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CpuDeviceTest {
  private static final Workers WORKERS = new Workers(2);
  private final CpuDevice device = new CpuDevice(WORKERS);

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  @Test
  void theDescriptionNamesCodeThreadsAndJvm() {
    String code =
        CpuFeatures.HERE.isa() == CpuFeatures.Isa.NONE
            ? "plain loops"
            : "machine code for (AVX-512|AVX2|NEON)";
    String expected = code + ", \\d+ threads?, JDK \\d+.*";
    assertTrue(device.description().matches(expected), device.description());
    var provider = new CpuProvider();
    assertEquals("cpu", provider.kind());
    assertEquals(List.of(device.description()), provider.describe());
    assertTrue(provider.whyNot().isEmpty());
    assertThrows(IllegalArgumentException.class, () -> provider.open(1));
  }

  @Test
  void whatIsWrittenIsRead() {
    // More than one piece, and no whole number of them.
    byte[] data = new byte[(5 << 20) / 2 + 13];
    new Random(1).nextBytes(data);
    Buffer buffer = device.allocate(data.length + 7);
    device.write(buffer, 7, MemorySegment.ofArray(data));
    byte[] back = new byte[data.length];
    device.read(buffer, 7, MemorySegment.ofArray(back));
    assertArrayEquals(data, back);
    byte[] part = new byte[100];
    device.read(buffer, 7 + 1000, MemorySegment.ofArray(part));
    assertArrayEquals(Arrays.copyOfRange(data, 1000, 1100), part);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(8);
      host.set(ValueLayout.JAVA_LONG, 0, 42);
      device.write(buffer, 0, host);
      device.read(buffer, 0, host.asSlice(0, 4));
      assertEquals(42, host.get(ValueLayout.JAVA_LONG, 0));
    }
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> device.read(buffer, buffer.bytes() - 4, MemorySegment.ofArray(part)));
    device.free(buffer);
  }

  @Test
  void theCountersCount() {
    MemoryStats before = device.memory();
    Buffer one = device.allocate(1000);
    Buffer two = device.allocate(3 << 20);
    assertEquals(before.live() + one.bytes() + two.bytes(), device.memory().live());
    assertEquals(before.allocations() + 2, device.memory().allocations());
    assertEquals(1, device.memory().reservations());
    device.free(one);
    device.free(two);
    assertEquals(before.live(), device.memory().live());
    assertEquals(one.bytes() + two.bytes(), device.memory().peak());
    assertTrue(device.memory().reserved() >= two.bytes());
  }

  @Test
  void everyKindOfKernelRuns() {
    Buffer half = filled(15, 15);
    Buffer whole = device.allocate(8);
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, DType.F32));
    int sum = body.apply(ScalarOp.ADD, x, x);
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    var map = new Stage.Map(body.build(), List.of(new Stage.Store(1, sum)));
    device
        .compile(new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(map)))
        .prepare(new Geometry(new int[] {2}, new long[2], new long[][] {{1}, {1}}))
        .run(new Buffer[] {half, whole}, new long[2], new long[0]);
    assertArrayEquals(new float[] {30, 30}, floats(whole, 2));

    Buffer table = filled(10, 20, 30, 40);
    Buffer positions = device.allocate(8);
    device.write(positions, 0, MemorySegment.ofArray(new int[] {2, 2}));
    var back = new Geometry(new int[] {2}, new long[3], new long[][] {{0}, {1}, {1}});
    device
        .compile(new Kernel.Scatter(ScatterOp.ADD, 1, 0, DType.F32, DType.I32))
        .prepare(back)
        .run(new Buffer[] {table, positions, whole}, new long[3], new long[] {1, 4});
    assertArrayEquals(new float[] {10, 20, 90, 40}, floats(table, 4));

    Buffer sums = device.allocate(16);
    var along = new Geometry(new int[] {4}, new long[2], new long[][] {{1}, {1}});
    device
        .compile(new Kernel.Scan(1, 0, ScanOp.SUM, DType.F32))
        .prepare(along)
        .run(new Buffer[] {sums, table}, new long[2], new long[0]);
    assertArrayEquals(new float[] {10, 30, 120, 160}, floats(sums, 4));

    Buffer order = device.allocate(8);
    device
        .compile(new Kernel.ArgSort(1, 0, DType.F32, true))
        .prepare(new Geometry(new int[] {2}, new long[2], new long[][] {{1}, {0}}))
        .run(new Buffer[] {order, table}, new long[2], new long[] {1, 4});
    int[] largest = new int[2];
    device.read(order, 0, MemorySegment.ofArray(largest));
    assertArrayEquals(new int[] {2, 3}, largest);

    Buffer product = device.allocate(16);
    long[][] strides = {{2, 0, 1}, {0, 1, 2}, {2, 1, 0}};
    device
        .compile(new Kernel.MatMul(DType.F32, null))
        .prepare(new Geometry(new int[] {2, 2, 2}, new long[3], strides))
        .run(new Buffer[] {table, table, product}, new long[3], new long[0]);
    assertArrayEquals(new float[] {1900, 1000, 4500, 3400}, floats(product, 4));
    device.synchronize();
  }

  private Buffer filled(float... values) {
    Buffer buffer = device.allocate(4L * values.length);
    device.write(buffer, 0, MemorySegment.ofArray(values));
    return buffer;
  }

  private float[] floats(Buffer buffer, int n) {
    float[] values = new float[n];
    device.read(buffer, 0, MemorySegment.ofArray(values));
    return values;
  }
}
