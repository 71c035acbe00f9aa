package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results as a table and as JSON. */
class ReportTest {
  @TempDir Path folder;

  @Test
  void theFileHasEachResultAtOnce() throws IOException {
    Path file = folder.resolve("r.json");
    Files.writeString(file, "older");
    var report = new Report("line 1\nline 2", file);
    report.part(Part.SMOKE, "begun");
    report.add(new Measurement("cpu", "sum", 12.5, "GB/s"));
    report.add(new Measurement("cuda:0", "sum", Double.NaN, "GB/s"));
    report.set(new Measurement("cpu", "passed", 3, "tests"));
    report.set(new Measurement("cpu", "passed", 4, "tests"));
    report.leftOut("the rest");
    assertTrue(report.isGood());
    report.problem("a \"quoted\" problem");
    assertFalse(report.isGood());
    assertEquals(
        """
        {
          "machine" : "line 1\\nline 2",
          "parts" : {
            "smoke" : "begun"
          },
          "measurements" : [ {
            "who" : "cpu",
            "what" : "sum",
            "value" : 12.5,
            "unit" : "GB/s"
          }, {
            "who" : "cuda:0",
            "what" : "sum",
            "value" : null,
            "unit" : "GB/s"
          }, {
            "who" : "cpu",
            "what" : "passed",
            "value" : 4.0,
            "unit" : "tests"
          } ],
          "leftOut" : [ "the rest" ],
          "problems" : [ "a \\"quoted\\" problem" ]
        }"""
            .replace("\n", System.lineSeparator()),
        Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void theTableHasAColumnForEachDevice() throws IOException {
    var report = new Report("", null);
    report.add(new Measurement("cpu", "sum", 12.5, "GB/s"));
    report.add(new Measurement("cuda:0", "launch", 3, "us"));
    report.part(Part.FIGURES, "ended");
    report.leftOut("the rest");
    report.problem("all is wrong");
    List<String> lines = report.table().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals(
        List.of(
            " cpu cuda:0",
            "sum [GB/s] 12.50 -",
            "launch [us] - 3.000",
            "figures: ended",
            "left out: the rest",
            "PROBLEM all is wrong"),
        lines);
  }

  @Test
  void aFileThatCannotBeWrittenIsAnErrorBeforeTheCheck() {
    Path file = folder.resolve("missing").resolve("r.json");
    assertThrows(IOException.class, () -> new Report("", file));
  }
}
