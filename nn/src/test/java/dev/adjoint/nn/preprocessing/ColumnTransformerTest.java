package dev.adjoint.nn.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.optim.SGD;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnTransformerTest {
  @TempDir Path folder;
  private Table table;

  @BeforeEach
  void read() throws IOException {
    String text = "age,city,income,sex\n20,Rome,1,f\n,Paris,3,m\n40,Rome,5,f\n";
    table = Table.read(Files.writeString(folder.resolve("table.csv"), text));
  }

  private static ColumnTransformer inputs() {
    return new ColumnTransformer()
        .numeric(List.of("age", "income"), new SimpleImputer(), new MinMaxScaler())
        .categorical(List.of("city"), new OneHotEncoder())
        .categorical(List.of("sex"), new OrdinalEncoder(), new StandardScaler().withStd(false));
  }

  @Test
  void groupsStandBesideEachOther() {
    Tensor x = inputs().fitTransform(table);
    assertEquals(Shape.of(3, 5), x.shape());
    float third = 1 / 3f;
    assertArrayEquals(
        new float[] {
          0, 0, 0, 1, -third, 0.5f, 0.5f, 1, 0, 2 * third, 1, 1, 0, 1, -third,
        },
        x.toFloats(),
        1e-6f);
    var fitted = inputs().fit(table);
    assertArrayEquals(
        new float[] {1, 1, 0, 1, -third}, fitted.transform(table.rows(2)).toFloats(), 1e-6f);
  }

  @Test
  void isSavedBesideTheModel() throws IOException {
    var inputs = inputs().fit(table);
    Linear model = new Linear(5, 1);
    Path file = folder.resolve("checkpoint");
    new Checkpoint(model, new SGD(model.parameters(), 0.1)).with("inputs", inputs).save(file);
    Linear otherModel = new Linear(5, 1);
    var other = inputs();
    new Checkpoint(otherModel, new SGD(otherModel.parameters(), 0.1))
        .with("inputs", other)
        .load(file);
    assertArrayEquals(
        model.predict(inputs.transform(table)).toFloats(),
        otherModel.predict(other.transform(table)).toFloats());
  }

  @Test
  void aStateThatDoesNotFitChangesNothing() {
    var inputs = inputs().fit(table);
    float[] before = inputs.transform(table).toFloats();
    var damaged = new LinkedHashMap<>(inputs().fit(table.rows(0, 1)).state());
    // The scaler of the last group cannot take this over, when the others have changed already.
    damaged.put("2.1.scale", Tensors.zeros(7));
    assertThrows(IllegalArgumentException.class, () -> inputs.load(damaged));
    assertArrayEquals(before, inputs.transform(table).toFloats());
    assertThrows(
        IllegalArgumentException.class, () -> inputs.load(Map.of("3.0.scale", Tensors.zeros(7))));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(IllegalStateException.class, () -> inputs().transform(table));
    assertThrows(IllegalStateException.class, () -> new ColumnTransformer().fit(table));
    assertThrows(IllegalArgumentException.class, () -> inputs().fit(table.select("age", "income")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ColumnTransformer().numeric(List.of("city")).fit(table));
  }
}
