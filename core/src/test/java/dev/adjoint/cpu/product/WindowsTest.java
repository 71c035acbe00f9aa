package dev.adjoint.cpu.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);
  private static final int[] DEPTH = {2, 3, 3};
  private static final long[] STEPS = {4 * 10 * 12, 4 * 12, 4};

  private static Windows windows(int[] columns, long... strides) {
    return Windows.of(DEPTH, STEPS, columns, strides, 4);
  }

  @Test
  void linesOfAnImageHaveGaps() {
    Windows image = windows(new int[] {8, 10}, 4 * 12, 4);
    assertNotNull(image);
    assertEquals(7 * 12 + 10, image.columns());
    assertEquals(12, image.pitch());
    int[] before = {0, 1, 10, 10, 10, 11, 20, 20, 20};
    int[] at = {0, 1, 10, 11, 12, 13, 22, 23, 24};
    assertArrayEquals(before, IntStream.of(at).map(image::before).toArray());
    assertEquals(80, image.before(image.columns()));
  }

  @Test
  void whatIsOneRunHasNoGaps() {
    Windows line = windows(new int[] {8, 10}, 4 * 10, 4);
    assertNotNull(line);
    assertEquals(80, line.columns());
    assertEquals(80, line.line());
    assertEquals(1, windows(new int[] {1, 1}, 0, 0).columns());
    assertEquals(7 * 12 + 10, windows(new int[] {1, 8, 1, 10}, 0, 4 * 12, 0, 4).columns());
  }

  @Test
  void otherColumnsAreNoLines() {
    assertNull(windows(new int[] {8, 5}, 4 * 12, 8), "every other element");
    assertNull(windows(new int[] {8, 5}, 4 * 12, 4), "more is left out than is not");
    assertNull(windows(new int[] {8, 10}, 4 * 8, 4), "lines overlap");
    assertNull(windows(new int[] {3, 8, 10}, 4 * 200, 4 * 12, 4), "planes");
    assertNull(windows(new int[] {8, 10}, -4 * 12, 4), "backwards");
    assertNull(windows(new int[] {8, 10}, 4 * 12 + 2, 4), "half an element");
  }

  @Test
  void theListHasRowsInOrder() {
    Windows image = windows(new int[] {8, 10}, 4 * 12, 4);
    assertNotNull(image);
    assertEquals(18 * Long.BYTES, image.listBytes());
    CpuBuffer list = MEMORY.allocate(image.listBytes());
    image.list(list.address());
    int row = 0;
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          long at = c * STEPS[0] + i * STEPS[1] + j * STEPS[2];
          assertEquals(at, list.segment().getAtIndex(ValueLayout.JAVA_LONG, row++));
        }
      }
    }
    MEMORY.free(list);
  }

  /** Of several passes over k, blocks of the result, and lines that blocks cut; each element is one chain over k. */
  @ParameterizedTest
  @CsvSource({"1, 70, 9, 31, 140, 3, 1", "5, 4, 23, 40, 3, 5, 2", "2, 6, 30, 17, 1, 3, 0"})
  void convolutionsHaveTheBitsOfTheirDefinition(
      int n, int channels, int high, int wide, int out, int size, int padding) {
    var random = new Random(3);
    Tensor x = random.randn(n, channels, high, wide);
    Tensor w = random.randn(out, channels, size, size);
    float[] a = x.toFloats();
    float[] b = w.toFloats();
    Tensor y = x.conv2d(w, null, 1, padding);
    float[] found = y.toFloats();
    int at = 0;
    for (int image = 0; image < n; image++) {
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < y.dim(2); i++) {
          for (int j = 0; j < y.dim(3); j++) {
            float sum = 0;
            for (int k = 0; k < channels * size * size; k++) {
              int row = i + k / size % size - padding;
              int column = j + k % size - padding;
              int plane = image * channels + k / (size * size);
              boolean inside = row >= 0 && row < high && column >= 0 && column < wide;
              float pixel = inside ? a[(plane * high + row) * wide + column] : 0;
              sum = Math.fma(b[o * channels * size * size + k], pixel, sum);
            }
            assertEquals(sum, found[at++], "image " + image + " of " + o + " at " + i + ", " + j);
          }
        }
      }
    }
  }
}
