package dev.adjoint.nn.datasets;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The numbers of a text file, with equally many in each line, between which there are commas or spaces.
 *
 * @param header what is between the commas of the first line, if that is no row
 * @param rows the numbers of each line
 */
record NumberFile(List<String> header, List<double[]> rows) {
  private static final Pattern BETWEEN = Pattern.compile("\\s*,\\s*|\\s+");

  /**
   * Reads a file.
   *
   * @param headed whether the first line is no row
   * @param columns how many numbers each row has
   * @throws InvalidDataFileException if a row has another number of fields, or one is no finite number
   * @throws IOException if the file cannot be read
   */
  static NumberFile read(Path file, boolean headed, int columns) throws IOException {
    try (var in =
        new BufferedReader(
            new InputStreamReader(DataFolder.open(file), StandardCharsets.ISO_8859_1))) {
      List<String> header = List.of();
      var rows = new ArrayList<double[]>();
      int line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        List<String> fields = Arrays.asList(BETWEEN.split(text.strip()));
        if (headed && line == 1) {
          header = List.copyOf(fields);
        } else if (!text.isBlank()) {
          rows.add(row(file, line, fields, columns));
        }
      }
      return new NumberFile(header, rows);
    }
  }

  private static double[] row(Path file, int line, List<String> fields, int columns)
      throws InvalidDataFileException {
    if (fields.size() != columns) {
      throw new InvalidDataFileException(
          file, "line " + line + " has " + fields.size() + " numbers, not " + columns);
    }
    double[] row = new double[columns];
    for (int c = 0; c < columns; c++) {
      try {
        row[c] = Double.parseDouble(fields.get(c));
      } catch (NumberFormatException e) {
        throw new InvalidDataFileException(
            file, "line " + line + ", field " + (c + 1) + " is no number: " + fields.get(c), e);
      }
      if (!Double.isFinite(row[c])) {
        throw new InvalidDataFileException(
            file, "line " + line + ", field " + (c + 1) + " is " + fields.get(c));
      }
    }
    return row;
  }
}
