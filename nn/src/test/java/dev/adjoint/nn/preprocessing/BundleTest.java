package dev.adjoint.nn.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import dev.adjoint.nn.io.ModelFiles;
import dev.adjoint.nn.io.SafeTensors;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Stateful;
import dev.adjoint.nn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a table to a saved model that predicts rows of another table, in one file with what makes its inputs. */
class BundleTest {
  private static final String HEADER = "height,colour,fruit\n";

  @TempDir Path folder;

  private Table table(String rows) throws IOException {
    return Table.read(Files.writeString(folder.resolve("table.csv"), HEADER + rows));
  }

  private static ColumnTransformer inputs() {
    return new ColumnTransformer()
        .numeric(List.of("height"), new SimpleImputer(), new StandardScaler())
        .categorical(List.of("colour"), new OneHotEncoder().ignoreUnknown(true));
  }

  private static Sequential model() {
    return Sequential.of(new Linear(3, 8), Activation.TANH, new Linear(8, 3));
  }

  @Test
  void whoeverPredictsNeedsTheFileAlone() throws IOException {
    Table train =
        table(
            """
            8,red,apple
            7.5,red,apple
            9,green,apple
            20,yellow,banana
            22,yellow,banana
            ,yellow,banana
            2,red,cherry
            1.5,red,cherry
            2.5,,cherry
            """);
    var inputs = inputs();
    var labels = new LabelEncoder();
    Tensor x = inputs.fitTransform(train);
    assertEquals(5, x.dim(1));
    Random.seed(1);
    var model = Sequential.of(new Linear(5, 8), Activation.TANH, new Linear(8, 3));
    var dataset = new TensorDataset(x, labels.fitTransform(train.texts("fruit")));
    new Trainer(model, new Adam(model.parameters(), 0.05), Losses::crossEntropy)
        .verbose(false)
        .fit(new DataLoader(dataset, 9), 60);
    Path file = folder.resolve("fruit.safetensors");
    ModelFiles.save(model, file, Map.of("inputs", inputs, "labels", labels));

    var sameInputs = inputs();
    var sameLabels = new LabelEncoder();
    var same = Sequential.of(new Linear(5, 8), Activation.TANH, new Linear(8, 3));
    ModelFiles.load(same, file, Map.of("labels", sameLabels, "inputs", sameInputs));
    Table others = table("21,yellow,?\n1.8,red,?\n8.5,green,?\n");
    Tensor scores = same.predict(sameInputs.transform(others));
    assertArrayEquals(model.predict(inputs.transform(others)).toFloats(), scores.toFloats());
    assertEquals(
        List.of("banana", "cherry", "apple"), sameLabels.inverseTransform(scores.argmax(1)));
  }

  @Test
  void aFileThatDoesNotFitChangesNothing() throws IOException {
    Table table = table("1,red,a\n3,blue,b\n");
    var inputs = inputs().fit(table);
    var model = model();
    Path file = folder.resolve("bundle");
    ModelFiles.save(model, file, Map.of("inputs", inputs));
    float[] before = inputs.transform(table).toFloats();

    var untouched = model();
    float[] weights = untouched.parameters().getFirst().toFloats();
    var labels = new LabelEncoder().fit(List.of("x"));
    // The file has no labels; and it has inputs, which must be asked for.
    assertEquals(
        "load: " + file + " has nothing of 'labels'",
        assertRefused(untouched, file, Map.of("labels", labels, "inputs", inputs)));
    assertEquals(List.of("x"), labels.classes());
    assertRefused(untouched, file, Map.of());
    // What has learned nothing cannot be saved.
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ModelFiles.save(model, file, Map.of("inputs", inputs())));
    assertEquals("save: there is nothing to save of 'inputs'", e.getMessage());
    // Another model.
    var wide = Sequential.of(new Linear(4, 8));
    assertRefused(wide, file, Map.of("inputs", inputs));
    assertArrayEquals(before, inputs.transform(table).toFloats());
    // A damaged part, after one that has been loaded.
    var damaged = new LinkedHashMap<>(SafeTensors.load(file).tensors());
    damaged.put("inputs.0.1.scale", Tensors.zeros(9));
    SafeTensors.save(file, damaged);
    assertRefused(untouched, file, Map.of("inputs", inputs));
    assertArrayEquals(before, inputs.transform(table).toFloats());
    assertArrayEquals(weights, untouched.parameters().getFirst().toFloats());
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThrows(
        InvalidDataFileException.class,
        () -> ModelFiles.load(untouched, file, Map.of("inputs", inputs)));
  }

  private static String assertRefused(
      Sequential model, Path file, Map<String, ? extends Stateful> parts) {
    return assertThrows(IllegalArgumentException.class, () -> ModelFiles.load(model, file, parts))
        .getMessage();
  }

  @Test
  void namesMustNotMeet() {
    Path file = folder.resolve("bundle");
    var scaler = new StandardScaler();
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ModelFiles.save(model(), file, Map.of("0", scaler)));
    assertTrue(e.getMessage().contains("'0.weight'"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> ModelFiles.save(model(), file, Map.of("a.b", scaler)));
    assertThrows(
        IllegalArgumentException.class, () -> ModelFiles.save(model(), file, Map.of("", scaler)));
  }
}
