package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
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
    assertFalse(line.hasGaps() || line.hasLines());
    assertEquals(7 * 12 + 10, windows(new int[] {1, 8, 1, 10}, 0, 4 * 12, 0, 4).columns());
  }

  @Test
  void linesThatAreFarApartAreLinesOfTheirOwn() {
    Windows planes = windows(new int[] {3, 8, 10}, 4 * 200, 4 * 12, 4);
    assertNotNull(planes);
    assertTrue(planes.hasLines());
    assertEquals(240, planes.columns());
    assertEquals(4 * (2 * 200 + 3 * 12 + 7), planes.at(2 * 80 + 3 * 10 + 7));
    assertTrue(
        windows(new int[] {8, 5}, 4 * 12, 4).hasLines(), "more would be left out than is not");
    assertTrue(windows(new int[] {8, 10}, 4 * 8, 4).hasLines(), "lines overlap");
  }

  @Test
  void columnsThatAreApartBecomeNeighbours() {
    Windows strided = windows(new int[] {4, 5}, 4 * 24, 8);
    assertNotNull(strided);
    // Every other row of 6, which a line of 5 begins in at the first or the second element.
    assertTrue(strided.hasGaps());
    assertEquals(3 * 6 + 5, strided.columns());
    // The last element of the last row and column: of one image of 12 x 10 and 74 elements more.
    int extent = 120 + 2 * 12 + 2 + 3 * 24 + 4 * 2 + 1;
    CpuBuffer image = MEMORY.allocate(4L * extent);
    for (int i = 0; i < extent; i++) {
      image.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    }
    CpuBuffer list = MEMORY.allocate(strided.listBytes());
    strided.list(list.address());
    try (Scratch scratch = Scratch.take();
        var workers = new Workers(2)) {
      long near = strided.near(image.address(), scratch, workers);
      for (int row = 0; row < 18; row++) {
        long start = near + list.segment().getAtIndex(ValueLayout.JAVA_LONG, row);
        int first = row / 9 * 120 + row / 3 % 3 * 12 + row % 3;
        for (int column = 0; column < 23; column++) {
          if (column % 6 < 5) {
            float found = ALL.get(ValueLayout.JAVA_FLOAT, start + strided.at(column));
            assertEquals(first + column / 6 * 24 + column % 6 * 2, found);
          }
        }
      }
    }
    MEMORY.free(list);
    MEMORY.free(image);
  }

  @Test
  void otherColumnsAreNoLines() {
    assertNull(windows(new int[] {1, 1}, 0, 0), "a single column");
    assertNull(windows(new int[] {8, 10}, -4 * 12, 4), "backwards");
    assertNull(windows(new int[] {8, 10}, 4 * 12 + 2, 4), "half an element");
    assertNull(windows(new int[] {8, 10}, 4 * 21, 8), "lines that begin between two columns");
  }

  @Test
  void theListHasRowsInOrder() {
    Windows image = windows(new int[] {8, 10}, 4 * 12, 4);
    assertNotNull(image);
    assertEquals((18 + TileWriter.AHEAD) * Long.BYTES, image.listBytes());
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
  @CsvSource({
    "1, 70, 9, 31, 140, 3, 1, 1",
    "5, 4, 23, 40, 3, 5, 2, 1",
    "2, 6, 30, 17, 1, 3, 0, 1",
    "2, 70, 20, 41, 9, 3, 1, 2",
    "1, 3, 40, 400, 30, 7, 3, 2",
    "2, 5, 23, 30, 8, 2, 0, 3"
  })
  void convolutionsHaveTheBitsOfTheirDefinition(
      int n, int channels, int high, int wide, int out, int size, int padding, int stride) {
    var random = new Random(3);
    Tensor x = random.randn(n, channels, high, wide);
    Tensor w = random.randn(out, channels, size, size);
    float[] a = x.toFloats();
    float[] b = w.toFloats();
    Tensor y = x.conv2d(w, null, stride, padding);
    float[] found = y.toFloats();
    int at = 0;
    for (int image = 0; image < n; image++) {
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < y.dim(2); i++) {
          for (int j = 0; j < y.dim(3); j++) {
            float sum = 0;
            for (int k = 0; k < channels * size * size; k++) {
              int row = i * stride + k / size % size - padding;
              int column = j * stride + k % size - padding;
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

  /** Of parts of k that end within an image, at its end, and within a line; each element is one chain over k. */
  @ParameterizedTest
  @CsvSource({
    "1, 70, 9, 31, 140, 3, 1, 1",
    "5, 4, 23, 40, 37, 5, 2, 1",
    "3, 13, 40, 41, 16, 3, 1, 1",
    "2, 3, 5, 1400, 9, 3, 1, 1",
    "2, 7, 31, 30, 20, 4, 1, 2",
    "9, 50, 5, 6, 33, 3, 1, 1"
  })
  void gradientsOfWeightsHaveTheBitsOfTheirDefinition(
      int n, int channels, int high, int wide, int out, int size, int padding, int stride) {
    var random = new Random(3);
    Tensor x = random.randn(n, channels, high, wide);
    Tensor windows =
        x.pad(padding, padding, padding, padding).unfold(2, size, stride).unfold(3, size, stride);
    int lines = windows.dim(2);
    int line = windows.dim(3);
    Tensor g = random.randn(n, out, lines, line);
    Tensor right =
        windows.permute(0, 2, 3, 1, 4, 5).reshape(n * lines * line, channels * size * size);
    Tensor left = g.permute(1, 0, 2, 3).reshape(out, n * lines * line);
    float[] found = left.matmul(right).toFloats();
    float[] image = x.toFloats();
    float[] slope = g.toFloats();
    int at = 0;
    for (int o = 0; o < out; o++) {
      for (int k = 0; k < channels * size * size; k++) {
        float sum = 0;
        for (int p = 0; p < n * lines * line; p++) {
          int row = p / line % lines * stride + k / size % size - padding;
          int column = p % line * stride + k % size - padding;
          int plane = p / (lines * line) * channels + k / (size * size);
          boolean inside = row >= 0 && row < high && column >= 0 && column < wide;
          float pixel = inside ? image[(plane * high + row) * wide + column] : 0;
          int result = (p / (lines * line) * out + o) * lines * line + p % (lines * line);
          sum = Math.fma(slope[result], pixel, sum);
        }
        assertEquals(sum, found[at++], "weight " + k + " of " + o);
      }
    }
  }
}
