package dev.adjoint.nn.datasets;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The public mail corpus of SpamAssassin: 6046 mails with their headers, 1896 of them spam.
 *
 * <p>The files are those of {@code bin/fetch-data spam-assassin}: a folder for each group, with a file for each mail. Mails are
 * in many encodings; each character of a text is a byte of the file, so that {@code text.getBytes(ISO_8859_1)} is the file.
 */
public final class SpamAssassin {
  private static final DataFolder FOLDER =
      new DataFolder("the SpamAssassin corpus", "spam-assassin", Optional.empty());
  private static final String SUFFIX = ".txt";

  private SpamAssassin() {}

  /** Where mails come from. */
  public enum Group {
    /** Mails that are easily told from spam. */
    EASY_HAM_1("easy-ham-1", 2500),
    /** Such mails that were collected later. */
    EASY_HAM_2("easy-ham-2", 1400),
    /** Mails that look like spam in some ways. */
    HARD_HAM_1("hard-ham-1", 250),
    /** Spam. */
    SPAM_1("spam-1", 500),
    /** Spam that was collected later. */
    SPAM_2("spam-2", 1396);

    private final String folder;
    private final int mails;

    Group(String folder, int mails) {
      this.folder = folder;
      this.mails = mails;
    }

    /** Whether its mails are spam. */
    public boolean isSpam() {
      return this == SPAM_1 || this == SPAM_2;
    }

    /** How many mails it has. */
    public int mails() {
      return mails;
    }
  }

  /**
   * A mail.
   *
   * @param group where it comes from
   * @param id its number in the group, five digits
   * @param text its headers, an empty line, and its body
   */
  public record Mail(Group group, String id, String text) {
    /** Whether it is spam. */
    public boolean isSpam() {
      return group.isSpam();
    }
  }

  /**
   * All mails, by groups, and in these by their numbers.
   *
   * @throws IOException if no files are found, or they are not complete
   */
  public static List<Mail> load() throws IOException {
    return load(
        FOLDER.require(
            Arrays.stream(Group.values()).map(group -> group.folder).toArray(String[]::new)));
  }

  /**
   * All mails in the folders of a folder.
   *
   * @throws IOException if a folder is not there, or its mails are not as many as they should be
   */
  public static List<Mail> load(Path folder) throws IOException {
    var mails = new ArrayList<Mail>();
    for (Group group : Group.values()) {
      mails.addAll(read(folder.resolve(group.folder), group));
    }
    return List.copyOf(mails);
  }

  private static List<Mail> read(Path folder, Group group) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    if (files.size() != group.mails) {
      throw new InvalidDataFileException(
          folder, "there are " + files.size() + " mails, not " + group.mails);
    }
    var mails = new ArrayList<Mail>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      try (InputStream in = DataFolder.open(file)) {
        String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        mails.add(new Mail(group, name.substring(0, name.indexOf('.')), text));
      }
    }
    return mails;
  }
}
