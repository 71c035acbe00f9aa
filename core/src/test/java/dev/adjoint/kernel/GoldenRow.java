package dev.adjoint.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A correctly rounded value of an F64 function, which the mpmath library computed with at least 300 bits: for each function
 * random arguments over its range and some near zeros, poles, multiples of pi and the points where the method changes.
 */
public record GoldenRow(String name, double x, double y, double expected) {
  private static final List<String> BINARY = List.of("POW", "ATAN2", "HYPOT", "LOGADDEXP", "XLOGY");

  /** All rows. */
  public static List<GoldenRow> all() throws IOException {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                GoldenRow.class.getResourceAsStream("/functions-f64.txt"),
                StandardCharsets.US_ASCII))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .map(
              w ->
                  new GoldenRow(
                      w[0],
                      Double.parseDouble(w[1]),
                      Double.parseDouble(w[2]),
                      Double.parseDouble(w[3])))
          .toList();
    }
  }

  /** Whether the second argument counts. */
  public boolean isBinary() {
    return BINARY.contains(name);
  }

  @Override
  public String toString() {
    return name + "(" + x + (isBinary() ? ", " + y : "") + ")";
  }
}
