package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
