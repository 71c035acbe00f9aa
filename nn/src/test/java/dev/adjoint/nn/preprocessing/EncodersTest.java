package dev.adjoint.nn.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.optim.Stateful;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected of small tables is what the documentation of scikit-learn prints for them. */
class EncodersTest {
  @TempDir Path folder;

  private Table table(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("table.csv"), text);
    return Table.read(file, CsvOptions.DEFAULT.categorical("sex", "group"));
  }

  private Table people() throws IOException {
    return table("sex,group\nMale,1\nFemale,3\nFemale,2\n");
  }

  private void saveAndLoad(Stateful from, Stateful to) throws IOException {
    Path file = folder.resolve("checkpoint");
    Linear model = new Linear(1, 1);
    new Checkpoint(model, new SGD(model.parameters(), 0.1)).with("part", from).save(file);
    new Checkpoint(model, new SGD(model.parameters(), 0.1)).with("part", to).load(file);
  }

  @Test
  void ordinalEncoder() throws IOException {
    var encoder = new OrdinalEncoder().fit(people());
    assertEquals(
        Map.of("sex", List.of("Female", "Male"), "group", List.of("1", "2", "3")),
        encoder.categories());
    Table some = table("group,sex\n3,Female\n1,Male\n");
    Tensor numbers = encoder.transform(some);
    assertEquals(DType.F32, numbers.dtype());
    assertArrayEquals(new double[] {0, 2, 1, 0}, numbers.toDoubles());
    Table back = encoder.inverseTransform(numbers);
    assertEquals(some.texts("sex"), back.texts("sex"));
    assertEquals(some.texts("group"), back.texts("group"));
    assertEquals(List.of("sex", "group"), encoder.featureNames());
  }

  @Test
  void missingCategoriesAreNaN() throws IOException {
    Table gaps = table("sex,group\nMale,1\nNA,1\nFemale,\n");
    var encoder = new OrdinalEncoder();
    Tensor numbers = encoder.fitTransform(gaps);
    assertArrayEquals(new double[] {1, 0, Double.NaN, 0, 0, Double.NaN}, numbers.toDoubles());
    assertEquals(gaps.texts("sex"), encoder.inverseTransform(numbers).texts("sex"));
    // As codes are in the order of the texts, the most frequent code is that of the first text.
    var imputer = new SimpleImputer(SimpleImputer.Strategy.MOST_FREQUENT);
    assertEquals(
        List.of("Male", "Female", "Female"),
        encoder.inverseTransform(imputer.fitTransform(numbers)).texts("sex"));
  }

  @Test
  void oneHotEncoder() throws IOException {
    var encoder = new OneHotEncoder().ignoreUnknown(true).fit(people());
    assertEquals(
        List.of("sex_Female", "sex_Male", "group_1", "group_2", "group_3"), encoder.featureNames());
    Tensor flags = encoder.transform(table("sex,group\nFemale,1\nMale,4\n"));
    assertArrayEquals(new double[] {1, 0, 1, 0, 0, 0, 1, 0, 0, 0}, flags.toDoubles());
    Table back = encoder.inverseTransform(flags);
    assertEquals(List.of("Female", "Male"), back.texts("sex"));
    assertEquals(Arrays.asList("1", null), back.texts("group"));
    assertEquals(
        List.of("Male"),
        encoder.inverseTransform(Tensors.of(new double[] {0.2, 0.8, 0, 1, 0}, 1, 5)).texts("sex"));
  }

  @Test
  void missingValuesAreACategory() throws IOException {
    Table gaps = table("sex,group\nMale,1\nNA,1\nFemale,2\n");
    var encoder = new OneHotEncoder();
    Tensor flags = encoder.fitTransform(gaps);
    assertArrayEquals(
        new double[] {0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1}, flags.toDoubles());
    assertEquals(gaps.texts("sex"), encoder.inverseTransform(flags).texts("sex"));
    assertEquals("sex_null", encoder.featureNames().get(2));
  }

  @Test
  void labelEncoder() throws IOException {
    var encoder = new LabelEncoder().fit(List.of("paris", "paris", "tokyo", "amsterdam"));
    assertEquals(List.of("amsterdam", "paris", "tokyo"), encoder.classes());
    Tensor numbers = encoder.transform(List.of("tokyo", "tokyo", "paris"));
    assertEquals(DType.I32, numbers.dtype());
    assertArrayEquals(new int[] {2, 2, 1}, numbers.toInts());
    assertEquals(List.of("tokyo", "tokyo", "paris"), encoder.inverseTransform(numbers));
    var other = new LabelEncoder();
    saveAndLoad(encoder, other);
    assertEquals(encoder.classes(), other.classes());
    var e = assertThrows(IllegalArgumentException.class, () -> encoder.transform(List.of("rome")));
    assertEquals(
        "labelEncoder: label 0 is 'rome', which is none of the classes [amsterdam, paris, tokyo]",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> encoder.inverseTransform(Tensors.of(new int[] {3})));
    assertThrows(
        IllegalArgumentException.class, () -> encoder.inverseTransform(Tensors.of(1.0, 2.0)));
    assertThrows(IllegalArgumentException.class, () -> encoder.fit(List.of()));
    assertThrows(IllegalArgumentException.class, () -> encoder.fit(Arrays.asList("a", null)));
    assertThrows(IllegalStateException.class, () -> new LabelEncoder().classes());
  }

  @Test
  void categoriesAreSavedBesideTheModel() throws IOException {
    Table cities = table("sex,group\nM\u00fcnchen,\u00e9\nNA,\ud83d\ude00\nRome,\u00e9\n");
    var oneHot = new OneHotEncoder();
    var sameOneHot = new OneHotEncoder();
    Tensor flags = oneHot.fitTransform(cities);
    saveAndLoad(oneHot, sameOneHot);
    assertEquals(oneHot.categories(), sameOneHot.categories());
    assertEquals(oneHot.featureNames(), sameOneHot.featureNames());
    assertArrayEquals(flags.toFloats(), sameOneHot.transform(cities).toFloats());
    var ordinal = new OrdinalEncoder();
    var sameOrdinal = new OrdinalEncoder();
    Tensor codes = ordinal.fitTransform(cities);
    saveAndLoad(ordinal, sameOrdinal);
    assertArrayEquals(codes.toFloats(), sameOrdinal.transform(cities).toFloats());
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    Table people = people();
    Table others = table("sex,group\nMale,1\nother,1\n");
    for (Encoder encoder : List.of(new OneHotEncoder(), new OrdinalEncoder())) {
      assertThrows(IllegalStateException.class, () -> encoder.transform(people));
      assertThrows(IllegalStateException.class, encoder::featureNames);
      encoder.fit(people);
      var e = assertThrows(IllegalArgumentException.class, () -> encoder.transform(others));
      assertTrue(
          e.getMessage()
              .endsWith(
                  "row 1 of column 'sex' is 'other', which is none of the categories [Female, Male]"),
          e.getMessage());
      assertThrows(IllegalArgumentException.class, () -> encoder.transform(people.select("sex")));
      assertThrows(
          IllegalArgumentException.class, () -> encoder.inverseTransform(Tensors.zeros(1, 7)));
      assertThrows(IllegalArgumentException.class, () -> encoder.fit(people.rows(new int[0])));
      assertThrows(IllegalArgumentException.class, () -> encoder.fit(people.select()));
      Map<String, Tensor> before = encoder.state();
      assertThrows(
          IllegalArgumentException.class, () -> encoder.load(Map.of("fill", Tensors.zeros(2))));
      assertEquals(before.keySet(), encoder.state().keySet());
    }
    Path file = Files.writeString(folder.resolve("numbers.csv"), "a\n1\n");
    Table numbers = Table.read(file);
    assertThrows(IllegalArgumentException.class, () -> new OneHotEncoder().fit(numbers));
    var hot = new OneHotEncoder().fit(people);
    assertThrows(IllegalArgumentException.class, () -> hot.inverseTransform(Tensors.zeros(1, 5)));
    var ordinal = new OrdinalEncoder().fit(people);
    assertThrows(
        IllegalArgumentException.class,
        () -> ordinal.inverseTransform(Tensors.of(new double[] {0.5, 0}, 1, 2)));
    assertThrows(IllegalArgumentException.class, () -> new OrdinalEncoder().unknownValue(3));
    assertArrayEquals(
        new double[] {1, 0, -1, 0},
        new OrdinalEncoder().unknownValue(-1).fit(people).transform(others).toDoubles());
  }
}
