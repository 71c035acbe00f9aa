package dev.adjoint.nn.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.optim.SGD;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimpleImputerTest {
  private static final double NAN = Double.NaN;

  private static Tensor table(int columns, double... values) {
    return Tensors.of(values, values.length / columns, columns).to(DType.F64);
  }

  @Test
  void theMeanStandsForMissingValues() {
    // The example of scikit-learn.
    var imputer = new SimpleImputer().fit(table(3, 7, 2, 3, 4, NAN, 6, 10, 5, 9));
    assertArrayEquals(
        new double[] {7, 2, 3, 4, 3.5, 6, 10, 3.5, 9},
        imputer.transform(table(3, NAN, 2, 3, 4, NAN, 6, 10, NAN, 9)).toDoubles());
  }

  @Test
  void eachStrategyHasItsNumber() {
    Tensor x = table(1, 5, NAN, 1, 2, 2, 5, 9);
    assertEquals(4, fill(new SimpleImputer(), x));
    assertEquals(3.5, fill(new SimpleImputer(SimpleImputer.Strategy.MEDIAN), x));
    assertEquals(2, fill(new SimpleImputer(SimpleImputer.Strategy.MOST_FREQUENT), x));
    assertEquals(0, fill(new SimpleImputer(SimpleImputer.Strategy.CONSTANT), x));
    assertEquals(-1, fill(new SimpleImputer(SimpleImputer.Strategy.CONSTANT).fillValue(-1), x));
    assertEquals(
        7,
        fill(new SimpleImputer(SimpleImputer.Strategy.CONSTANT).fillValue(7), table(1, NAN, NAN)));
  }

  private static double fill(SimpleImputer imputer, Tensor x) {
    return imputer.fit(x).transform(table(1, NAN)).item();
  }

  @Test
  void theIndicatorIsOfFeaturesThatHadGaps() {
    Tensor x = table(3, 1, NAN, 3, 4, 5, NAN, 7, 8, 9);
    var imputer = new SimpleImputer().addIndicator(true).fit(x);
    Tensor filled = imputer.transform(x);
    assertEquals(Shape.of(3, 5), filled.shape());
    assertArrayEquals(
        new double[] {1, 6.5, 3, 1, 0, 4, 5, 6, 0, 1, 7, 8, 9, 0, 0}, filled.toDoubles());
    assertArrayEquals(x.toDoubles(), imputer.inverseTransform(filled).toDoubles());
    Tensor complete = table(2, 1, 2, 3, 4);
    var without = new SimpleImputer().addIndicator(true).fit(complete);
    assertArrayEquals(complete.toDoubles(), without.transform(complete).toDoubles());
    assertArrayEquals(complete.toDoubles(), without.inverseTransform(complete).toDoubles());
  }

  @Test
  void whatWasLearnedIsSavedBesideTheModel(@TempDir Path folder) throws IOException {
    Tensor x = table(3, 1, NAN, 3, 4, 5, NAN, 7.25, 8, 9).to(DType.F32);
    for (boolean indicator : new boolean[] {true, false}) {
      var imputer = new SimpleImputer().addIndicator(indicator).fit(x);
      var other = new SimpleImputer().addIndicator(indicator);
      Path file = folder.resolve("checkpoint");
      Linear model = new Linear(3, 1);
      new Checkpoint(model, new SGD(model.parameters(), 0.1)).with("imputer", imputer).save(file);
      new Checkpoint(model, new SGD(model.parameters(), 0.1)).with("imputer", other).load(file);
      assertArrayEquals(imputer.transform(x).toFloats(), other.transform(x).toFloats());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    var imputer = new SimpleImputer();
    assertThrows(IllegalStateException.class, () -> imputer.transform(table(1, 1)));
    assertThrows(IllegalStateException.class, imputer::statistics);
    assertThrows(IllegalArgumentException.class, () -> imputer.fit(table(1, NAN, NAN)));
    assertThrows(IllegalArgumentException.class, () -> imputer.fit(Tensors.zeros(3)));
    imputer.fit(table(2, 1, 2));
    assertThrows(IllegalArgumentException.class, () -> imputer.transform(table(3, 1, 2, 3)));
    var e =
        assertThrows(IllegalStateException.class, () -> imputer.inverseTransform(table(2, 1, 2)));
    assertTrue(e.getMessage().contains("cannot be told"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> imputer.fillValue(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SimpleImputer(SimpleImputer.Strategy.CONSTANT).fillValue(NAN));
    Map<String, Tensor> gaps = new SimpleImputer().addIndicator(true).fit(table(1, 1, NAN)).state();
    assertThrows(IllegalArgumentException.class, () -> imputer.load(gaps));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            imputer.load(Map.of("fill", Tensors.zeros(2), "indicated", Tensors.of(new int[] {2}))));
    assertThrows(
        IllegalArgumentException.class, () -> imputer.load(Map.of("fill", Tensors.zeros(2))));
    assertArrayEquals(new double[] {1, 2}, imputer.statistics().toDoubles());
  }
}
