package dev.adjoint.nn.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("table.csv"), text);
  }

  private Table read(String text) throws IOException {
    return Table.read(file(text));
  }

  private String reason(String text, CsvOptions options) throws IOException {
    Path file = file(text);
    var e = assertThrows(InvalidDataFileException.class, () -> Table.read(file, options));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    return e.reason();
  }

  @Test
  void columnsAreNumbersOrCategories() throws IOException {
    Table table = read("age,city,code\n31,Rome,1\n-4.5e1,Paris,x\n.5,Rome,3\n");
    assertEquals(3, table.rows());
    assertEquals(List.of("age", "city", "code"), table.columns());
    assertEquals(List.of("age"), table.columns(Table.Kind.NUMERIC));
    assertEquals(List.of("city", "code"), table.columns(Table.Kind.CATEGORICAL));
    assertArrayEquals(new double[] {31, -45, 0.5}, table.numbers("age"));
    assertEquals(List.of("Rome", "Paris", "Rome"), table.texts("city"));
    assertEquals(
        "Table(3 rows: age (numbers), city (categories), code (categories))", table.toString());
    assertEquals(Table.Kind.CATEGORICAL, read("a\n1f\n0x1p3\n").kind("a"));
  }

  @Test
  void valuesMayBeMissing() throws IOException {
    Table table = read("a,b,c\n1,NA,x\n,2, \nNaN,3,NA\n");
    assertArrayEquals(new double[] {1, Double.NaN, Double.NaN}, table.numbers("a"));
    assertArrayEquals(new double[] {Double.NaN, 2, 3}, table.numbers("b"));
    assertEquals(Arrays.asList("x", null, null), table.texts("c"));
    Table marked = Table.read(file("a,b\n1,?\n-,NA\n3,x\n"), CsvOptions.DEFAULT.missing("?", "-"));
    assertArrayEquals(new double[] {1, Double.NaN, 3}, marked.numbers("a"));
    assertEquals(Arrays.asList(null, "NA", "x"), marked.texts("b"));
    // In a table of one column, an empty line is a missing value.
    assertEquals(3, read("a\n1\n\n3\n").rows());
    assertEquals(2, read("a,b\n1,2\n\n3,4\n\n").rows());
  }

  @Test
  void fieldsMayBeQuoted() throws IOException {
    Table table = read("\"name, first\",note\r\n\"Ada \"\"A\"\"\",\"two\nlines\"\r\nBob,x\r\n");
    assertEquals(List.of("name, first", "note"), table.columns());
    assertEquals(List.of("Ada \"A\"", "Bob"), table.texts("name, first"));
    assertEquals(List.of("two\nlines", "x"), table.texts("note"));
    // The row after one of two lines begins on line 4.
    assertEquals(
        "line 4 has 1 field, column 'b' is missing",
        reason("a,b\n\"1\n2\",3\n4\n", CsvOptions.DEFAULT));
  }

  @Test
  void optionsChangeHowTextIsRead() throws IOException {
    Table table =
        Table.read(
            file("\ufeff1;02134;3\n4;10001;6\n"),
            CsvOptions.DEFAULT.separator(';').header("a", "zip", "c").categorical("zip"));
    assertEquals(List.of("02134", "10001"), table.texts("zip"));
    assertArrayEquals(new double[] {1, 4}, table.numbers("a"));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Table.read(folder.resolve("table.csv"), CsvOptions.DEFAULT.numeric("other")));
    assertTrue(e.getMessage().contains("no column 'other'"), e.getMessage());
  }

  @Test
  void badRowsAreNamed() throws IOException {
    assertEquals(
        "line 3 has 1 field, column 'b' is missing", reason("a,b\n1,2\n3\n", CsvOptions.DEFAULT));
    assertEquals(
        "line 2 has 3 fields, there are 2 columns", reason("a,b\n1,2,3\n", CsvOptions.DEFAULT));
    assertEquals(
        "line 3, column 'b' is no number: two",
        reason("a,b\n1,1\n2,two\n", CsvOptions.DEFAULT.numeric("b")));
    assertEquals("two columns have the name 'a'", reason("a,a\n1,2\n", CsvOptions.DEFAULT));
    assertEquals("there is no line with the names of the columns", reason("", CsvOptions.DEFAULT));
    reason("a,b\n\"1\"x,2\n", CsvOptions.DEFAULT);
    assertThrows(NoSuchFileException.class, () -> Table.read(folder.resolve("none")));
  }

  @Test
  void numbersBecomeATensor() throws IOException {
    Table table = read("a,b,c\n1,x,2\n3,y,\n");
    assertEquals(Shape.of(2, 2), table.tensor("c", "a").shape());
    assertArrayEquals(new float[] {2, 1, Float.NaN, 3}, table.tensor("c", "a").toFloats());
    assertEquals(DType.F64, Scope.withDType(DType.F64, () -> table.tensor("a")).dtype());
    Table last = table.select("b", "a").rows(1);
    assertEquals(List.of("b", "a"), last.columns());
    assertArrayEquals(new double[] {3}, last.numbers("a"));
    assertEquals(List.of("y"), last.texts("b"));
    assertThrows(IndexOutOfBoundsException.class, () -> table.rows(2));
    assertThrows(IllegalArgumentException.class, () -> table.tensor("b"));
    assertThrows(IllegalArgumentException.class, () -> table.texts("a"));
    assertThrows(IllegalArgumentException.class, () -> table.select("d"));
  }
}
