package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Op;
import dev.adjoint.reference.Reference;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Creation of tensors, and reading them back into Java arrays. */
final class TensorsTest {
  @Test
  void scalarsAndVectors() {
    assertEquals(Shape.SCALAR, Tensors.of(2.5).shape());
    assertEquals(2.5, Tensors.of(2.5).item());
    assertEquals(Shape.of(1), Tensors.of(new double[] {2.5}).shape());
    assertArrayEquals(new float[] {1, -2, 3}, Tensors.of(1.0, -2, 3).toFloats());
    assertArrayEquals(new int[] {1, -2}, Tensors.of(1, -2).toInts());
    assertArrayEquals(new long[] {1L << 40}, Tensors.of(new long[] {1L << 40}).toLongs());
    assertArrayEquals(new boolean[] {true, false}, Tensors.of(true, false).toBooleans());
    assertArrayEquals(new int[] {1, 255}, Tensors.of(new byte[] {1, -1}, 2).toInts());
  }

  @Test
  void nestedArraysThereAndBack() {
    float[][][] cube = {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}, {9, 10}, {11, 12}}};
    Tensor x = Tensors.of(cube);
    assertEquals(Shape.of(2, 3, 2), x.shape());
    assertArrayEquals(cube, (float[][][]) x.toArray());
    assertArrayEquals(new int[][] {{1, 2}}, (int[][]) Tensors.of(new int[][] {{1, 2}}).toArray());
    assertArrayEquals(
        new boolean[][] {{true}}, (boolean[][]) Tensors.of(new boolean[][] {{true}}).toArray());
    assertEquals(5L, Tensors.of(5L).toArray());
    assertEquals(Shape.of(2, 0), Tensors.of(new double[2][0]).shape());
    assertEquals(Shape.of(0, 0), Tensors.of(new double[0][]).shape());
  }

  @Test
  void memoryIsCopied() {
    try (Arena arena = Arena.ofConfined()) {
      var memory = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 1, 2, 3, 4);
      Tensor x = Tensors.fromSegment(memory, DType.F64, 2, 2);
      memory.fill((byte) 0);
      assertArrayEquals(new double[] {1, 2, 3, 4}, x.toDoubles());
    }
    float[] values = {1, 2};
    Tensor x = Tensors.of(values, 2);
    values[0] = 9;
    assertArrayEquals(new float[] {1, 2}, x.toFloats());
  }

  @Test
  void elementsAreReadAsMemory() {
    Tensor x = Tensors.of(new double[][] {{1, 2}, {3, 4}}).toHalf().t();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = x.toSegment(arena);
      assertEquals(8, memory.byteSize());
      assertTrue(Tensors.fromSegment(memory, DType.F16, 2, 2).allEqual(x));
    }
    ByteBuffer bytes = Tensors.of(1L, -2).toBuffer();
    assertEquals(-2, bytes.getLong(8));
    assertEquals(-2, Tensors.fromBuffer(bytes.position(8), DType.I64, 1).item());
    assertEquals(0, Tensors.zeros(0, 3).toBuffer().remaining());
    assertThrows(IllegalArgumentException.class, () -> Tensors.fromBuffer(bytes, DType.I64, 2));
  }

  @Test
  void aCopyStaysAsItIs() {
    var variable = new Variable("v", Tensors.of(1f, 2));
    Tensor before = variable.value();
    Tensor copy = before.copy();
    variable.copyFrom(Tensors.of(7));
    assertArrayEquals(new float[] {7, 7}, variable.toFloats());
    assertThrows(StaleTensorException.class, () -> before.add(1).toFloats());
    assertArrayEquals(new float[] {2, 3}, copy.add(1).toFloats());
    assertThrows(IllegalArgumentException.class, () -> variable.copyFrom(Tensors.ones(3)));
  }

  @Test
  void readingConvertsAsJavaDoes() {
    Tensor x = Tensors.of(1.9, -1.9, Double.NaN, 1e30);
    assertArrayEquals(new int[] {1, -1, 0, Integer.MAX_VALUE}, x.toInts());
    assertArrayEquals(new long[] {1, -1, 0, Long.MAX_VALUE}, x.toLongs());
    assertArrayEquals(new boolean[] {true, true, true, true}, x.toBooleans());
    assertArrayEquals(new float[] {0, 1}, Tensors.of(false, true).toFloats());
    assertEquals(3, Tensors.of(3.7).itemInt());
    assertEquals(3L, Tensors.of(3.7).itemLong());
    assertTrue(Tensors.of(0.5).itemBoolean());
  }

  @Test
  void narrowTypesAreReadAsWiderOnes() {
    double[] values = {0.1, -2, 65519, 65520, 1e-8, Double.NaN};
    Tensor half = Scope.withDType(DType.F16, () -> Tensors.of(values));
    assertEquals(DType.F16, half.dtype());
    float[] expected = {0.0999755859375f, -2, 65504, Float.POSITIVE_INFINITY, 0, Float.NaN};
    assertArrayEquals(expected, half.toFloats());
    assertArrayEquals(expected, (float[]) half.toArray());
    assertArrayEquals(expected, Tensors.of(values).toHalf().toFloats());
    assertEquals(0x1.9ap-4, Tensors.full(Shape.SCALAR, 0.1, DType.BF16).item());
    assertArrayEquals(
        new float[] {1.5f, Float.NEGATIVE_INFINITY},
        Tensors.fromSegment(
                MemorySegment.ofArray(new short[] {0x3fc0, (short) 0xff80}), DType.BF16, 2)
            .toFloats());
    Tensor signed = Tensors.of(new byte[] {-128, -1, 127}, 3).bitcast(DType.I8);
    assertArrayEquals(new int[] {-128, -1, 127}, signed.toInts());
    assertArrayEquals(new int[] {-128, -1, 127}, (int[]) signed.toArray());
    assertArrayEquals(new int[] {127, 0, -128}, signed.bitwiseNot().toInts());
    assertArrayEquals(new int[] {-128, 1, 127}, signed.abs().toInts());
    assertArrayEquals(
        new int[] {44, -1, 0}, Tensors.of(300.7, -1.9, Double.NaN).to(DType.I8).toInts());
    assertArrayEquals(
        new int[] {44, 255, 0}, Tensors.of(300.7, -1.9, Double.NaN).toByte().toInts());
    assertThrows(IllegalArgumentException.class, () -> signed.add(128));
    assertEquals(2047, Tensors.arange(0, 4095, 2, DType.F16).get(1024).item(), 1);
    assertEquals(4096, Tensors.arange(0, 4097, 1, DType.F16).get(4096).item());
  }

  @Test
  void constantsTakeNoMemory() {
    assertEquals(new Op.Const(), Tensors.zeros(1000).node().op());
    assertEquals(new Op.Const(), Tensors.ones(Shape.of(9, 9), DType.U8).node().op());
    assertEquals(new Op.Const(), Tensors.full(Shape.of(2), 7).node().op());
    assertArrayEquals(new double[] {7, 7}, Tensors.full(Shape.of(2), 7).toDoubles());
  }

  @Test
  void sequences() {
    assertArrayEquals(new long[] {0, 1, 2}, Tensors.arange(3).toLongs());
    assertArrayEquals(new long[] {5, 3, 1}, Tensors.arange(5, 0, -2).toLongs());
    assertArrayEquals(new double[] {0, 0.25, 0.5, 0.75}, Tensors.arange(0, 1, 0.25).toDoubles());
    assertArrayEquals(new double[] {-1, 0, 1, 2, 3}, Tensors.linspace(-1, 3, 5).toDoubles());
    assertArrayEquals(new double[] {1, 10, 100}, Tensors.logspace(0, 2, 3).toDoubles(), 1e-4);
    assertEquals(0, Tensors.arange(3, 1).size());
    Tensor ends = Tensors.linspace(0.1, 0.7, 1001);
    assertEquals(0.1f, ends.get(0).item());
    assertEquals(0.7f, ends.get(-1).item());
  }

  @Test
  void gridsAndDiagonals() {
    assertArrayEquals(
        new float[][] {{1, 0, 0}, {0, 1, 0}}, (float[][]) Tensors.eye(2, 3).toArray());
    var grids = Tensors.meshgrid(Tensors.of(1, 2), Tensors.of(3, 4, 5));
    assertArrayEquals(new int[][] {{1, 1, 1}, {2, 2, 2}}, (int[][]) grids.get(0).toArray());
    assertArrayEquals(new int[][] {{3, 4, 5}, {3, 4, 5}}, (int[][]) grids.get(1).toArray());
  }

  @Test
  void scopesChooseTheType() {
    Scope.withDType(
        DType.F64,
        () -> {
          assertEquals(DType.F64, Tensors.of(0.1).dtype());
          assertEquals(0.1, Tensors.of(0.1).item());
          assertArrayEquals(new double[] {0.1, 0.2}, Tensors.of(0.1, 0.2).toDoubles());
          return Tensors.zeros(1);
        });
    assertEquals((double) 0.1f, Tensors.of(0.1).item());
  }

  @Test
  void comparingTensors() {
    Tensor x = Tensors.of(1.0, 2.0);
    assertTrue(x.allEqual(Tensors.of(1, 2)));
    assertFalse(x.allEqual(Tensors.of(1.0, 2.5)));
    assertFalse(x.allEqual(Tensors.of(1.0)));
    assertTrue(x.allClose(Tensors.of(1.0, 2.00001)));
    assertFalse(x.allClose(Tensors.of(1.0, 2.001)));
    assertFalse(Tensors.of(Double.NaN).allClose(Tensors.of(Double.NaN)));
    assertTrue(Tensors.of(Double.NaN).allClose(Tensors.of(Double.NaN), 1e-5, 1e-8, true));
  }

  @Test
  void theEngineAgreesWithTheReference() {
    Tensor x = Tensors.arange(24.0).reshape(2, 3, 4).sin();
    Tensor y = x.softmax(-1).matmul(x.transpose(1, 2)).roll(1, 2).diagonal(0, 1, 2);
    assertArrayEquals(Reference.evaluate(y), y.toDoubles(), 1e-6);
  }
}
