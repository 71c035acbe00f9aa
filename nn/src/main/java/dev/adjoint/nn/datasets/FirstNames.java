package dev.adjoint.nn.datasets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * First names of women and men in English-speaking countries. The files are those of {@code bin/fetch-data female-names
 * male-names}.
 */
public final class FirstNames {
  private static final DataFolder FEMALE =
      new DataFolder("the first names of women", "female-names", Optional.empty());
  private static final DataFolder MALE =
      new DataFolder("the first names of men", "male-names", Optional.empty());
  private static final String FILE = "names.txt";

  private FirstNames() {}

  /**
   * All names, in alphabetical order, each once.
   *
   * @throws IOException if the files are not found
   */
  public static List<String> load() throws IOException {
    return Stream.concat(female().stream(), male().stream()).sorted().distinct().toList();
  }

  /**
   * Those of women, in the order of the file.
   *
   * @throws IOException if the file is not found
   */
  public static List<String> female() throws IOException {
    return load(FEMALE.require(FILE));
  }

  /**
   * Those of men, in the order of the file.
   *
   * @throws IOException if the file is not found
   */
  public static List<String> male() throws IOException {
    return load(MALE.require(FILE));
  }

  /**
   * The names of {@code names.txt} in a folder, one a line.
   *
   * @throws IOException if the file is not there
   */
  public static List<String> load(Path folder) throws IOException {
    Path file = DataFolder.require(folder, FILE);
    try (var in =
        new BufferedReader(new InputStreamReader(DataFolder.open(file), StandardCharsets.UTF_8))) {
      return in.lines().filter(line -> !line.isBlank()).toList();
    }
  }
}
