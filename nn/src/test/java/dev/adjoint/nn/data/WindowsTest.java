package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

class WindowsTest {
  @Test
  void aWindowIsFollowedByItsTarget() {
    Windows windows = Windows.of(Tensors.arange(10), 3, 2);
    assertEquals(6, windows.size());
    Batch batch = windows.batch(new int[] {5, 0});
    assertEquals(Shape.of(2, 3), batch.x().shape());
    assertEquals(Shape.of(2, 2), batch.y().shape());
    assertArrayEquals(new double[] {5, 6, 7, 0, 1, 2}, batch.x().toDoubles());
    assertArrayEquals(new double[] {8, 9, 3, 4}, batch.y().toDoubles());
    assertThrows(IndexOutOfBoundsException.class, () -> windows.batch(new int[] {6}));
    assertThrows(IndexOutOfBoundsException.class, () -> windows.batch(new int[] {-1}));
  }

  @Test
  void windowsBeginAtMultiplesOfTheStride() {
    Windows windows = Windows.of(Tensors.arange(10), 3, 1, 4);
    assertEquals(2, windows.size());
    assertArrayEquals(
        new double[] {0, 1, 2, 4, 5, 6}, windows.batch(new int[] {0, 1}).x().toDoubles());
    assertEquals(1, Windows.of(Tensors.arange(10), 9, 1, 4).size());
  }

  @Test
  void stepsMayHaveSeveralValues() {
    Tensor series = Tensors.arange(12).reshape(6, 2).to(DType.F64);
    Batch batch = Windows.of(series, 2, 1).batch(new int[] {3});
    assertEquals(Shape.of(1, 2, 2), batch.x().shape());
    assertArrayEquals(new double[] {6, 7, 8, 9}, batch.x().toDoubles());
    assertEquals(Shape.of(1, 1, 2), batch.y().shape());
    assertArrayEquals(new double[] {10, 11}, batch.y().toDoubles());
    assertEquals(DType.F64, batch.y().dtype());
  }

  @Test
  void aLoaderGivesThemLikeOtherSamples() {
    var loader = new DataLoader(Windows.of(Tensors.arange(100), 10, 1), 16).shuffle(1);
    double sum = 0;
    int samples = 0;
    for (Batch batch : loader) {
      assertArrayEquals(
          batch.x().select(1, 9).add(1).toDoubles(), batch.y().reshape(-1).toDoubles());
      sum += batch.y().sum().item();
      samples += batch.size();
    }
    assertEquals(90, samples);
    assertEquals((10 + 99) * 45, sum);
  }

  @Test
  void refusesWhatHasNoWindow() {
    Tensor series = Tensors.arange(5);
    assertEquals(1, Windows.of(series, 4, 1).size());
    var e = assertThrows(IllegalArgumentException.class, () -> Windows.of(series, 4, 2));
    assertTrue(e.getMessage().contains("6 steps or more"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Windows.of(Tensors.of(1.0), 1, 1));
    assertThrows(IllegalArgumentException.class, () -> Windows.of(series, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Windows.of(series, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Windows.of(series, 1, 1, 0));
  }
}
