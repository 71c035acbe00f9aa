package dev.adjoint.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** All results: a table with a column per device or peer, and a JSON file. */
final class Report {
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  void add(Measurement measurement) {
    measurements.add(measurement);
    System.err.printf(
        Locale.ROOT,
        "  %-10s %-28s %12.4g %s%n",
        measurement.who(),
        measurement.what(),
        measurement.value(),
        measurement.unit());
  }

  void problem(String text) {
    problems.add(text);
    System.err.println("  PROBLEM " + text);
  }

  boolean isGood() {
    return problems.isEmpty();
  }

  /** One line per thing measured. */
  String table() {
    Set<String> columns = new LinkedHashSet<>();
    Set<String> rows = new LinkedHashSet<>();
    for (Measurement m : measurements) {
      columns.add(m.who());
      rows.add(m.what() + " [" + m.unit() + "]");
    }
    var text = new StringBuilder(String.format("%-40s", ""));
    columns.forEach(column -> text.append(String.format("%16s", column)));
    for (String row : rows) {
      text.append(String.format("%n%-40s", row));
      for (String column : columns) {
        String cell =
            measurements.stream()
                .filter(
                    m -> m.who().equals(column) && (m.what() + " [" + m.unit() + "]").equals(row))
                .map(m -> String.format(Locale.ROOT, "%.4g", m.value()))
                .findFirst()
                .orElse("-");
        text.append(String.format("%16s", cell));
      }
    }
    problems.forEach(problem -> text.append(String.format("%nPROBLEM %s", problem)));
    return text.append(System.lineSeparator()).toString();
  }

  /** Writes everything as one JSON object. */
  void write(Path file, String machine) throws IOException {
    String results = String.join(",\n    ", measurements.stream().map(Measurement::json).toList());
    String wrong = String.join(",\n    ", problems.stream().map(Measurement::quoted).toList());
    Files.writeString(
        file,
        "{\n  \"machine\": "
            + Measurement.quoted(machine)
            + ",\n  \"measurements\": [\n    "
            + results
            + "\n  ],\n  \"problems\": ["
            + (wrong.isEmpty() ? "" : "\n    " + wrong + "\n  ")
            + "]\n}\n");
  }
}
