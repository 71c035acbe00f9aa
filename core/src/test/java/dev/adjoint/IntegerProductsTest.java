package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of integers against sums in 64 bits, which wrap as all narrower ones do. */
class IntegerProductsTest {
  private static final int M = 33;
  private static final int N = 40;

  private final java.util.Random random = new java.util.Random(4);

  private long[] numbers(int count, DType dtype) {
    long[] all = new long[count];
    for (int i = 0; i < count; i++) {
      // Half of them are as large as they can be, so that sums are, too.
      boolean end = random.nextBoolean();
      all[i] =
          switch (dtype) {
            case I8 -> end ? -128 : (byte) random.nextInt();
            case U8 -> end ? 255 : random.nextInt(256);
            case I32 -> end ? Integer.MAX_VALUE : random.nextInt();
            default -> end ? Long.MIN_VALUE + 1 : random.nextLong();
          };
    }
    return all;
  }

  private static Tensor tensor(long[] numbers, int rows, DType dtype) {
    return Tensors.of(numbers).to(dtype).reshape(rows, -1).realize();
  }

  private static long[] product(long[] a, long[] b, int k) {
    long[] sums = new long[M * N];
    for (int i = 0; i < M; i++) {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < N; j++) {
          sums[i * N + j] += a[i * k + p] * b[p * N + j];
        }
      }
    }
    return sums;
  }

  /** Sums of more products than f32 has exactly, whose parts are added as integers. */
  @ParameterizedTest
  @EnumSource(names = {"U8", "I8", "I32", "I64"})
  void productsWrapAround(DType dtype) {
    for (int k : new int[] {1, 40, 1500}) {
      long[] a = numbers(M * k, dtype);
      long[] b = numbers(k * N, dtype);
      Tensor c = tensor(a, M, dtype).matmul(tensor(b, k, dtype));
      assertEquals(dtype, c.dtype());
      assertArrayEquals(
          tensor(product(a, b, k), M, dtype).to(DType.I64).toLongs(), c.to(DType.I64).toLongs());
    }
  }

  @ParameterizedTest
  @CsvSource({"I8, I8, I32", "I8, I8, I64", "U8, I8, I32", "U8, U8, I64"})
  void convertedFactorsHaveTheirProductsInTheWiderType(DType left, DType right, DType wide) {
    int k = 2500;
    long[] a = numbers(M * k, left);
    long[] b = numbers(k * N, right);
    Tensor c = tensor(a, M, left).to(wide).matmul(tensor(b, k, right).to(wide));
    assertEquals(wide, c.dtype());
    assertArrayEquals(product(a, b, k), c.to(DType.I64).toLongs());
  }

  /** Factors of all sizes, whose elements have neighbours along rows, along columns or not at all. */
  @ParameterizedTest
  @CsvSource({"I8, I8", "I8, U8", "U8, I8", "U8, U8"})
  void bytesLieInAnyWay(DType left, DType right) {
    for (int trial = 0; trial < 60; trial++) {
      // Rows of the last result fall into one set of the first cache.
      boolean last = trial == 59;
      int m = last ? 40 : 1 + random.nextInt(trial % 2 == 0 ? 20 : 150);
      int n = last ? 1024 : 1 + random.nextInt(trial % 3 == 0 ? 20 : 150);
      int k = last ? 2300 : 1 + random.nextInt(trial % 5 == 0 ? 2500 : 100);
      Tensor a = view(m, k, left);
      Tensor b = view(k, n, right);
      Tensor c = a.to(DType.I32).matmul(b.to(DType.I32));
      assertArrayEquals(sums(a, b), c.to(DType.I64).toLongs(), m + "x" + n + "x" + k);
    }
  }

  private Tensor view(int rows, int columns, DType dtype) {
    Tensor many = tensor(numbers(2 * rows * 3 * columns, dtype), 2 * rows, dtype);
    return switch (random.nextInt(5)) {
      case 0 -> tensor(numbers(rows * columns, dtype), rows, dtype);
      case 1 -> tensor(numbers(rows * columns, dtype), columns, dtype).t();
      case 2 -> many.slice(0, 0, 2 * rows, 2).slice(1, 0, 3 * columns, 3);
      case 3 -> many.slice(0, rows, 2 * rows).slice(1, columns, 2 * columns).flip(0, 1);
      default -> many.slice(0, 1, 2).slice(1, 0, columns).expand(rows, columns);
    };
  }

  /** The product of two matrices by sums in 64 bits. */
  private static long[] sums(Tensor a, Tensor b) {
    long[] left = a.to(DType.I64).toLongs();
    long[] right = b.to(DType.I64).toLongs();
    int k = a.dim(-1);
    int n = b.dim(-1);
    long[] sums = new long[a.dim(-2) * n];
    for (int i = 0; i < sums.length; i++) {
      for (int p = 0; p < k; p++) {
        sums[i] += left[i / n * k + p] * right[p * n + i % n];
      }
    }
    return sums;
  }

  /** What is computed of a product, and products of a batch, of which one factor is the same. */
  @ParameterizedTest
  @EnumSource(names = {"U8", "I8"})
  void resultsAreReadByWhatFollows(DType dtype) {
    int k = 70;
    Tensor a = tensor(numbers(3 * M * k, dtype), 3, dtype).reshape(3, M, k);
    Tensor b = tensor(numbers(k * N, dtype), k, dtype);
    Tensor shift = tensor(numbers(N, dtype), 1, dtype);
    Tensor batch = a.matmul(b.expand(3, k, N)).mul(3).add(shift);
    Tensor wide = a.to(DType.I32).matmul(b.to(DType.I32)).to(DType.F32).mul(0.5).relu();
    for (int i = 0; i < 3; i++) {
      Tensor product = Tensors.of(sums(a.get(i), b)).reshape(M, N);
      assertArrayEquals(
          product.mul(3).add(shift.to(DType.I64)).to(dtype).to(DType.I64).toLongs(),
          batch.get(i).to(DType.I64).toLongs());
      assertArrayEquals(product.to(DType.F32).mul(0.5).relu().toFloats(), wide.get(i).toFloats());
    }
    Tensor computed = a.get(0).add(1).pad(1, 2);
    Tensor longer = b.pad(0, 0, 2, 1);
    assertArrayEquals(
        Tensors.of(sums(computed, longer)).to(dtype).to(DType.I64).toLongs(),
        computed.matmul(longer).to(DType.I64).toLongs());
  }

  @Test
  void noSumHasNoTerms() {
    Tensor none = Tensors.zeros(5, 0).to(DType.I8).matmul(Tensors.zeros(0, 4).to(DType.I8));
    assertArrayEquals(new int[20], none.to(DType.I32).toInts());
  }

  /** The unit of bytes has sums that wrap around, so a product of them is one kernel, however long its sums are. */
  @Test
  void aUnitOfBytesNeedsNoParts() {
    boolean has = CpuFeatures.HERE.vnni();
    assertEquals(has, Device.cpu().backend().multipliesBytes());
    assumeTrue(has, "this processor has no dot products of bytes");
    Tensor a = tensor(numbers(5 * 9000, DType.U8), 5, DType.U8);
    Node product = a.matmul(a.t()).node().input(0);
    assertEquals(new Op.MatMul(), product.op());
    assertEquals(DType.I32, product.dtype());
    assertEquals(a.node(), product.input(0));
  }
}
