package dev.adjoint.nn.datasets;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * The folders in which the files of one data set are looked for.
 *
 * @param title what messages call the data set
 * @param name its folder in the folder of all data, which is also its name for {@code bin/fetch-data}
 * @param installed where a package of the system puts its files
 */
record DataFolder(String title, String name, Optional<Path> installed) {
  private static final int BUFFER = 1 << 16;

  /**
   * The folder of all data: the property {@code adjoint.data}, else the environment's {@code ADJOINT_DATA}, else {@code
   * adjoint/data} in the cache folder of the user.
   */
  static Path all() {
    String property = System.getProperty("adjoint.data");
    if (property != null) {
      return Path.of(property);
    }
    String environment = System.getenv("ADJOINT_DATA");
    if (environment != null && !environment.isEmpty()) {
      return Path.of(environment);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path cache =
        xdg != null && Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    return cache.resolve("adjoint").resolve("data");
  }

  /** The folder of this data set in the folder of all data. */
  Path fetched() {
    return all().resolve(name);
  }

  /** The first folder that has all files or folders of these names. */
  Optional<Path> find(String... files) {
    return places().stream()
        .filter(folder -> Arrays.stream(files).allMatch(file -> has(folder, file)))
        .findFirst();
  }

  /**
   * The first folder that has all files or folders of these names.
   *
   * @throws NoSuchFileException if there is none; its message says where they were looked for and what gets them
   */
  Path require(String... files) throws NoSuchFileException {
    return find(files).orElseThrow(() -> missing(files[0], "bin/fetch-data " + name));
  }

  /** The error about a file that is in none of the folders. */
  NoSuchFileException missing(String file, String advice) {
    String places = places().stream().map(Path::toString).collect(Collectors.joining(" or "));
    return new NoSuchFileException(
        fetched().resolve(file).toString(),
        null,
        "no files of " + title + " in " + places + "; to get them: " + advice);
  }

  private List<Path> places() {
    var places = new ArrayList<Path>();
    places.add(fetched());
    installed.ifPresent(places::add);
    return places;
  }

  private static boolean has(Path folder, String file) {
    return find(folder, file).isPresent() || Files.isDirectory(folder.resolve(file));
  }

  /** A file in a folder, or the compressed one, whose name has {@code .gz} at its end. */
  static Optional<Path> find(Path folder, String file) {
    return List.of(folder.resolve(file), folder.resolve(file + ".gz")).stream()
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * A file in a folder, or the compressed one.
   *
   * @throws NoSuchFileException if there is neither
   */
  static Path require(Path folder, String file) throws NoSuchFileException {
    return find(folder, file)
        .orElseThrow(() -> new NoSuchFileException(folder.resolve(file).toString()));
  }

  /** The contents of a file; gzip is recognised by its first bytes. */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      in.mark(2);
      boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return zipped ? new GZIPInputStream(in, BUFFER) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
