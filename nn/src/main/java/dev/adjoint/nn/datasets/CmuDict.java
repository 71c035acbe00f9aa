package dev.adjoint.nn.datasets;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pronouncing dictionary of Carnegie Mellon University: English words and their phones. Its file is that of {@code
 * bin/fetch-data cmudict}.
 */
public final class CmuDict {
  private static final DataFolder FOLDER =
      new DataFolder("the CMU dictionary", "cmudict", Optional.empty());
  private static final String FILE = "dict.txt";
  // WORD  PH ON ES, where a second pronunciation has a number behind the word.
  private static final Pattern LINE =
      Pattern.compile("(\\S+?)(?:\\(([0-9]+)\\))?\\s+([A-Z]+[0-2]?(?: [A-Z]+[0-2]?)*)\\s*");

  private CmuDict() {}

  /**
   * One pronunciation of a word.
   *
   * @param word the word, in capital letters
   * @param variant its number among those of the word, from 0 on
   * @param phones the phones; those of vowels end in 0, 1 or 2 for no, main and secondary stress
   */
  public record Entry(String word, int variant, List<String> phones) {
    /** The phones without the digits of stress. */
    public List<String> phonesWithoutStress() {
      return phones.stream().map(phone -> phone.replaceAll("[0-9]", "")).toList();
    }
  }

  /**
   * All entries, in the order of the file.
   *
   * @throws IOException if the file is not found, or it is damaged
   */
  public static List<Entry> load() throws IOException {
    return load(FOLDER.require(FILE));
  }

  /**
   * All entries of {@code dict.txt} in a folder.
   *
   * @throws IOException if the file is not there, or a line of it is no entry
   */
  public static List<Entry> load(Path folder) throws IOException {
    Path file = DataFolder.require(folder, FILE);
    var entries = new ArrayList<Entry>();
    try (var in =
        new BufferedReader(
            new InputStreamReader(DataFolder.open(file), StandardCharsets.ISO_8859_1))) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank() && !line.startsWith(";;;")) {
          entries.add(entry(file, number, line));
        }
      }
    }
    return List.copyOf(entries);
  }

  private static Entry entry(Path file, int number, String line) throws InvalidDataFileException {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new InvalidDataFileException(file, "line " + number + " is no entry: " + line);
    }
    String variant = matcher.group(2);
    return new Entry(
        matcher.group(1),
        variant == null ? 0 : Integer.parseInt(variant),
        List.of(matcher.group(3).split(" ")));
  }
}
