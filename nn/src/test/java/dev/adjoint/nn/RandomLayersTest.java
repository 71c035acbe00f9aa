package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Layers that draw while training. */
class RandomLayersTest {
  @BeforeEach
  void seed() {
    Random.seed(41);
  }

  /** Of [rows, length], rows are zeros or all equal to the factor; about half are zeros. */
  private static void assertWholeRows(Tensor y, int length) {
    float[] values = y.toFloats();
    int zeros = 0;
    for (int i = 0; i < values.length; i++) {
      assertTrue(values[i] == 0 || values[i] == 2, "value " + values[i]);
      assertEquals(values[i - i % length], values[i]);
      zeros += values[i] == 0 ? 1 : 0;
    }
    assertEquals(0.5, zeros / (double) values.length, 0.1);
  }

  @Test
  void channelsAreDroppedAsAWhole() {
    assertWholeRows(new Dropout1d().apply(Tensors.ones(30, 40, 5)), 5);
    assertWholeRows(new Dropout1d().apply(Tensors.ones(800, 5)), 5);
    assertWholeRows(new Dropout2d().apply(Tensors.ones(30, 40, 2, 3)), 6);
    assertWholeRows(new Dropout2d().apply(Tensors.ones(30, 40, 3)), 3);
    assertWholeRows(new Dropout3d().apply(Tensors.ones(30, 40, 2, 1, 2)), 4);
    assertWholeRows(new Dropout3d().apply(Tensors.ones(800, 2, 1, 2)), 4);
  }

  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    Tensor x = Tensors.randn(200, 500);
    Tensor y = new AlphaDropout(0.3).apply(x);
    assertEquals(0, y.mean().item(), 0.02);
    assertEquals(1, y.var().item(), 0.03);
    Tensor z = new FeatureAlphaDropout(0.3).apply(x.reshape(200, 50, 10));
    assertEquals(0, z.mean().item(), 0.05);
    assertEquals(1, z.var().item(), 0.06);
  }

  @Test
  void slopesOfRReLUAreUniform() {
    var layer = new RReLU(0.2, 0.4);
    float[] y = layer.apply(Tensors.ones(10_000).neg()).toFloats();
    double sum = 0;
    double squares = 0;
    for (float v : y) {
      assertTrue(v <= -0.2f && v >= -0.4f, "value " + v);
      sum += v;
      squares += (v + 0.3) * (v + 0.3);
    }
    assertEquals(-0.3, sum / y.length, 0.003);
    assertEquals(0.2 / Math.sqrt(12), Math.sqrt(squares / y.length), 0.002);
    assertArrayEquals(new float[] {3}, layer.apply(Tensors.of(3f)).toFloats());
    assertArrayEquals(new float[] {-0.3f}, layer.predict(Tensors.of(-1f)).toFloats(), 1e-7f);
  }

  @Test
  void nothingIsDrawnInEvaluation() {
    Tensor x = Tensors.ones(2, 3, 4);
    for (Module layer :
        new Module[] {
          new Dropout(), new Dropout2d(), new AlphaDropout(), new FeatureAlphaDropout()
        }) {
      layer.eval();
      assertSame(x, layer.apply(x));
    }
    assertArrayEquals(new float[3], new Dropout(1).apply(Tensors.ones(3)).toFloats());
  }

  @Test
  void maximaReturnToTheirPlaces() {
    Tensor x = Tensors.rand(2, 3, 4, 6).realize();
    var pool = new MaxPool2d(2);
    var found = pool.withIndices(x);
    assertArrayEquals(pool.apply(x).toFloats(), found.values().toFloats());
    Tensor back = new MaxUnpool2d(2).apply(found.values(), found.indices());
    assertArrayEquals(x.shape().dims(), back.shape().dims());
    assertArrayEquals(back.ne(0).where(x, 0).toFloats(), back.toFloats());
    assertEquals(36, back.ne(0).sum().item());
    Tensor wide = new MaxUnpool2d(2).apply(found.values(), found.indices(), 5, 7);
    assertArrayEquals(new int[] {2, 3, 5, 7}, wide.shape().dims());
    var adaptive = new AdaptiveMaxPool2d(2, 3).withIndices(x);
    assertArrayEquals(found.values().toFloats(), adaptive.values().toFloats());
    assertArrayEquals(found.indices().toLongs(), adaptive.indices().toLongs());
  }

  @Test
  void maximaOfLinesAndVolumesReturnToTheirPlaces() {
    Tensor x = Tensors.rand(2, 3, 4, 6, 2).realize();
    var pool = new MaxPool3d(2);
    var found = pool.withIndices(x);
    Tensor back = new MaxUnpool3d(2).apply(found.values(), found.indices());
    assertArrayEquals(x.shape().dims(), back.shape().dims());
    assertArrayEquals(back.ne(0).where(x, 0).toFloats(), back.toFloats());
    assertEquals(36, back.ne(0).sum().item());
    var adaptive = new AdaptiveMaxPool3d(2, 3, 1).withIndices(x);
    assertArrayEquals(found.values().toFloats(), adaptive.values().toFloats());
    assertArrayEquals(found.indices().toLongs(), adaptive.indices().toLongs());
    Tensor lines = x.select(0, 0).flatten(1);
    var tops = new MaxPool1d(3, 2, 1).withIndices(lines);
    Tensor line = new MaxUnpool1d(3, 2, 1).apply(tops.values(), tops.indices(), 48);
    assertArrayEquals(lines.shape().dims(), line.shape().dims());
    assertArrayEquals(line.ne(0).where(lines, 0).toFloats(), line.toFloats());
    assertEquals("MaxUnpool1d(3, stride 2, padding 1)", new MaxUnpool1d(3, 2, 1).toString());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new MaxUnpool3d(2).apply(found.values(), found.indices(), 4, 6));
    assertTrue(e.getMessage().startsWith("maxUnpool3d: the output size"), e::getMessage);
  }
}
