package dev.adjoint.nn.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.nn.data.IdxFiles;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of scikit-learn; what is expected of the real files are published facts about them. */
class ScikitLearnTablesTest {
  @TempDir Path folder;

  private static int[] perClass(TensorDataset table, int classes) {
    int[] counts = new int[classes];
    Arrays.stream(table.y().toInts()).forEach(label -> counts[label]++);
    return counts;
  }

  private static double[] means(TensorDataset table) {
    return table.x().to(DType.F64).mean(0).toDoubles();
  }

  private static String iris(String lastRow) {
    return "150,4,setosa,versicolor,virginica\n"
        + IntStream.range(0, 149)
            .mapToObj(i -> "5.1,3.5,1.4," + i + "," + i % 3 + "\n")
            .collect(Collectors.joining())
        + lastRow
        + "\n";
  }

  @Test
  void rowsAreFeaturesAndAClass() throws IOException {
    Files.writeString(folder.resolve("iris.csv"), iris("1,2,3,4.25,2"));
    TensorDataset iris = Iris.load(folder);
    assertEquals(Shape.of(150, 4), iris.x().shape());
    assertEquals(DType.F32, iris.x().dtype());
    assertEquals(DType.I32, iris.y().dtype());
    assertArrayEquals(new double[] {1, 2, 3, 4.25}, iris.x().get(149).toDoubles());
    assertArrayEquals(new int[] {50, 50, 50}, perClass(iris, 3));
    assertEquals(List.of("setosa", "versicolor", "virginica"), Iris.classes());
    Tensor exact = Scope.withDType(DType.F64, () -> unchecked(folder).x());
    assertEquals(5.1, exact.get(0, 0).item());
    // The compressed file is as good.
    byte[] zipped = IdxFiles.gzip(Files.readAllBytes(folder.resolve("iris.csv")));
    Files.delete(folder.resolve("iris.csv"));
    Files.write(folder.resolve("iris.csv.gz"), zipped);
    assertArrayEquals(iris.x().toFloats(), Iris.load(folder).x().toFloats());
  }

  private static TensorDataset unchecked(Path folder) {
    try {
      return Iris.load(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    assertThrows(NoSuchFileException.class, () -> Iris.load(folder));
    assertReason(iris("1,2,3,4"), "line 151 has 4 numbers, not 5");
    assertReason(iris("1,2,x,4,0"), "line 151, field 3 is no number: x");
    assertReason(iris("1,2,NaN,4,0"), "line 151, field 3 is NaN");
    assertReason(iris("1,2,3,4,3"), "the class of sample 149 is 3.0, not below 3");
    assertReason(iris("1,2,3,4,0.5"), "the class of sample 149 is 0.5");
    assertReason(iris("1,2,3,4,0\n1,2,3,4,0"), "there are 151 samples, not 150");
    assertReason(iris("1,2,3,4,0").replaceFirst("150,4", "150,5"), "the first line is not of");
    Files.write(folder.resolve("iris.csv"), new byte[] {0x1f, (byte) 0x8b, 0, 0});
    assertThrows(IOException.class, () -> Iris.load(folder));
  }

  private void assertReason(String content, String expected) throws IOException {
    Files.writeString(folder.resolve("iris.csv"), content, StandardCharsets.US_ASCII);
    var e = assertThrows(InvalidDataFileException.class, () -> Iris.load(folder));
    assertTrue(e.reason().contains(expected), e.reason());
  }

  @Test
  void diabetesIsTwoFiles() throws IOException {
    String rows =
        IntStream.range(0, 442)
            .mapToObj(i -> i + " 1 2 3 4 5 6 7 8 " + (i % 2) + "\n")
            .collect(Collectors.joining());
    // Nine features that are all the same cannot be scaled; the test looks at the others.
    Files.writeString(folder.resolve("diabetes_data_raw.csv"), rows);
    assertThrows(NoSuchFileException.class, () -> Diabetes.load(folder, true));
    Files.writeString(
        folder.resolve("diabetes_target.csv"),
        IntStream.range(0, 442).mapToObj(i -> i + ".5\n").collect(Collectors.joining()));
    TensorDataset raw = Diabetes.load(folder, false);
    assertEquals(Shape.of(442, 10), raw.x().shape());
    assertEquals(Shape.of(442, 1), raw.y().shape());
    assertEquals(441.5, raw.y().get(441, 0).item());
    assertEquals(441, raw.x().get(441, 0).item());
    Tensor last = Diabetes.load(folder, true).x().select(1, 9);
    assertEquals(0, last.sum().item(), 1e-5);
    assertEquals(1, last.square().sum().item(), 1e-5);
    Files.writeString(folder.resolve("diabetes_target.csv"), "1\n");
    var e = assertThrows(InvalidDataFileException.class, () -> Diabetes.load(folder, true));
    assertEquals("there are 1 samples, not 442", e.reason());
  }

  @Test
  void irises() throws IOException {
    TensorDataset iris = Installed.require(Iris::load);
    assertArrayEquals(new int[] {50, 50, 50}, perClass(iris, 3));
    assertArrayEquals(new double[] {5.843333, 3.057333, 3.758, 1.199333}, means(iris), 1e-5);
    assertArrayEquals(new float[] {5.1f, 3.5f, 1.4f, 0.2f}, iris.x().get(0).toFloats());
  }

  @Test
  void wines() throws IOException {
    TensorDataset wine = Installed.require(Wine::load);
    assertEquals(Shape.of(178, 13), wine.x().shape());
    assertEquals(13, Wine.features().size());
    assertArrayEquals(new int[] {59, 71, 48}, perClass(wine, 3));
    assertEquals(13.000618, means(wine)[0], 1e-5);
    assertEquals(746.893258, means(wine)[12], 1e-3);
  }

  @Test
  void breastCancer() throws IOException {
    TensorDataset table = Installed.require(BreastCancer::load);
    assertEquals(Shape.of(569, 30), table.x().shape());
    assertEquals(30, BreastCancer.features().size());
    assertArrayEquals(new int[] {212, 357}, perClass(table, 2));
    assertEquals(14.127292, means(table)[0], 1e-5);
    assertEquals(0.083946, means(table)[29], 1e-5);
  }

  @Test
  void digits() throws IOException {
    TensorDataset digits = Installed.require(Digits::load);
    assertEquals(Shape.of(1797, 64), digits.x().shape());
    assertArrayEquals(
        new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, perClass(digits, 10));
    assertEquals(16, digits.x().max().item());
    assertEquals(4.884165, digits.x().to(DType.F64).mean().item(), 1e-5);
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Arrays.copyOf(digits.y().toInts(), 10));
  }

  @Test
  void diabetes() throws IOException {
    TensorDataset table = Installed.require(Diabetes::load);
    assertEquals(152.133484, table.y().to(DType.F64).mean().item(), 1e-5);
    assertEquals(151, table.y().get(0, 0).item());
    // The first sample as scikit-learn has it.
    assertArrayEquals(
        new double[] {0.038076, 0.050680, 0.061696, 0.021872},
        Arrays.copyOf(table.x().get(0).toDoubles(), 4),
        1e-6);
    assertArrayEquals(new double[10], means(table), 1e-7);
    double[] squares = table.x().to(DType.F64).square().sum(0).toDoubles();
    assertArrayEquals(IntStream.range(0, 10).mapToDouble(i -> 1).toArray(), squares, 1e-5);
    assertEquals(59, Diabetes.load(false).x().get(0, 0).item());
  }
}
