package dev.adjoint.nn.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.io.ModelFiles;
import dev.adjoint.nn.optim.SGD;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected of small tables is what the documentation of scikit-learn prints for them. */
class ScalersTest {
  @TempDir Path folder;

  private static Tensor table(int columns, double... values) {
    return Tensors.of(values, values.length / columns, columns).to(DType.F64);
  }

  @Test
  void standardScaler() {
    var scaler = new StandardScaler().fit(table(2, 0, 0, 0, 0, 1, 1, 1, 1));
    assertArrayEquals(new double[] {0.5, 0.5}, scaler.center().toDoubles());
    assertArrayEquals(
        new double[] {-1, -1, 3, 3}, scaler.transform(table(2, 0, 0, 2, 2)).toDoubles());
    assertArrayEquals(
        new double[] {1, 4},
        new StandardScaler().withMean(false).fitTransform(table(1, 1, 4)).mul(1.5).toDoubles());
    assertArrayEquals(
        new double[] {-1.5, 1.5},
        new StandardScaler().withStd(false).fitTransform(table(1, 1, 4)).toDoubles());
    // A constant whose mean is not itself, by rounding.
    Tensor constant = Tensors.ones(10, 1).mul(0.1);
    assertArrayEquals(new float[10], new StandardScaler().fitTransform(constant).toFloats());
  }

  @Test
  void minMaxScaler() {
    Tensor x = table(2, -1, 2, -0.5, 6, 0, 10, 1, 18);
    var scaler = new MinMaxScaler();
    assertArrayEquals(
        new double[] {0, 0, 0.25, 0.25, 0.5, 0.5, 1, 1}, scaler.fitTransform(x).toDoubles());
    assertArrayEquals(new double[] {1.5, 0}, scaler.transform(table(2, 2, 2)).toDoubles());
    assertArrayEquals(
        new double[] {-1, 0, 3, 3},
        new MinMaxScaler(-1, 3).fitTransform(table(1, 2, 3, 6, 6)).toDoubles(),
        1e-15);
    assertArrayEquals(
        new double[] {2, 2},
        new MinMaxScaler(2, 5).fitTransform(table(1, 7, 7)).toDoubles(),
        1e-14);
    assertThrows(IllegalArgumentException.class, () -> new MinMaxScaler(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new MinMaxScaler(0, Double.NaN));
  }

  @Test
  void robustScaler() {
    Tensor x = table(3, 1, -2, 2, -2, 1, 3, 4, 1, -2);
    assertArrayEquals(
        new double[] {0, -2, 0, -1, 0, 0.4, 1, 0, -1.6},
        new RobustScaler().fitTransform(x).toDoubles(),
        1e-15);
    assertArrayEquals(
        new double[] {0, 0}, new RobustScaler().fitTransform(table(1, 7, 7)).toDoubles());
  }

  private static List<Scaler> all() {
    return List.of(new StandardScaler(), new MinMaxScaler(-2, 3), new RobustScaler());
  }

  @Test
  void missingValuesArePassedOver() {
    for (Scaler scaler : all()) {
      double[] without = scaler.fitTransform(table(1, 1, 2, 5)).toDoubles();
      double[] with = scaler.fitTransform(table(1, 1, Double.NaN, 2, 5)).toDoubles();
      assertArrayEquals(new double[] {without[0], Double.NaN, without[1], without[2]}, with);
    }
  }

  @Test
  void inverseTransformGoesBack() {
    Tensor x = new Random(1).randn(50, 3, 2).mul(7).add(3).to(DType.F64);
    for (Scaler scaler : all()) {
      Tensor y = scaler.fitTransform(x);
      assertEquals(x.shape(), y.shape());
      assertEquals(Shape.of(3, 2), scaler.scale().shape());
      assertArrayEquals(x.toDoubles(), scaler.inverseTransform(y).toDoubles(), 1e-13);
    }
  }

  @Test
  void whatWasLearnedIsSavedBesideTheModel() throws IOException {
    Tensor x = new Random(2).randn(20, 3);
    Path file = folder.resolve("checkpoint");
    for (Scaler scaler : all()) {
      scaler.fit(x);
      Linear model = new Linear(3, 1);
      new Checkpoint(model, new SGD(model.parameters(), 0.1)).with("scaler", scaler).save(file);
      Scaler other =
          switch (scaler) {
            case StandardScaler _ -> new StandardScaler();
            case MinMaxScaler _ -> new MinMaxScaler(-2, 3);
            case RobustScaler _ -> new RobustScaler();
          };
      Linear same = new Linear(3, 1);
      new Checkpoint(same, new SGD(same.parameters(), 0.1)).with("scaler", other).load(file);
      assertArrayEquals(scaler.transform(x).toFloats(), other.transform(x).toFloats());
      assertArrayEquals(
          model.predict(scaler.transform(x)).toFloats(),
          same.predict(other.transform(x)).toFloats());
    }
  }

  @Test
  void aScalerCanBeTheFirstLayer() throws IOException {
    Tensor x = new Random(3).randn(20, 3);
    var scaler = new StandardScaler().fit(x);
    Module model = Sequential.of(scaler.module(), new Linear(3, 1));
    assertEquals(
        List.of("0.center", "0.scale", "1.weight", "1.bias"), List.copyOf(model.state().keySet()));
    assertEquals(2, model.parameters().size());
    assertArrayEquals(scaler.transform(x).toFloats(), scaler.module().predict(x).toFloats());
    assertTrue(model.toString().contains("StandardScaler"), model.toString());
    Path file = folder.resolve("model");
    ModelFiles.save(model, file);
    Module other = Sequential.of(new StandardScaler().fit(x.mul(3)).module(), new Linear(3, 1));
    ModelFiles.load(other, file);
    assertArrayEquals(model.predict(x).toFloats(), other.predict(x).toFloats());
  }

  @Test
  void typesAreThoseOfTheSamples() {
    var scaler = new StandardScaler().fit(table(1, 1, 4));
    assertEquals(DType.F64, scaler.center().dtype());
    assertEquals(DType.F32, scaler.transform(table(1, 1, 4).to(DType.F32)).dtype());
  }

  @Test
  void refusesWhatDoesNotFit() {
    var scaler = new StandardScaler();
    var e = assertThrows(IllegalStateException.class, () -> scaler.transform(table(1, 1, 4)));
    assertTrue(e.getMessage().contains("call fit first"), e.getMessage());
    assertThrows(IllegalStateException.class, scaler::module);
    assertThrows(IllegalArgumentException.class, () -> scaler.fit(Tensors.zeros(0, 2)));
    assertThrows(IllegalArgumentException.class, () -> scaler.fit(Tensors.of(1.0)));
    assertThrows(
        IllegalArgumentException.class, () -> scaler.fit(Tensors.of(new int[] {1, 2}, 2, 1)));
    var none =
        assertThrows(IllegalArgumentException.class, () -> scaler.fit(table(2, 1, Double.NaN)));
    assertTrue(none.getMessage().contains("feature 1 has no value"), none.getMessage());
    scaler.fit(table(2, 1, 2, 3, 4));
    var wide =
        assertThrows(IllegalArgumentException.class, () -> scaler.transform(table(3, 1, 2, 3)));
    assertTrue(wide.getMessage().contains("[2], these are [1, 3]"), wide.getMessage());
    Map<String, Tensor> before = scaler.state();
    assertThrows(
        IllegalArgumentException.class,
        () -> scaler.load(Map.of("center", Tensors.zeros(2), "scale", Tensors.zeros(3))));
    assertThrows(
        IllegalArgumentException.class, () -> scaler.load(Map.of("mean", Tensors.zeros(2))));
    assertEquals(before, scaler.state());
    scaler.load(Map.of());
    assertEquals(Map.of(), scaler.state());
  }
}
