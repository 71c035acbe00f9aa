package dev.adjoint.nn.data;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the four files of one data set of the MNIST family may be, and what is in them.
 *
 * @param title what messages call the data set
 * @param folder the last part of the names of its folders
 * @param url where its files can be fetched
 * @param advice how to get the files
 * @param installed where a package of the system puts them
 * @param train checksums of the training files
 * @param test checksums of the test files
 */
record ImageFiles(
    String title,
    String folder,
    String url,
    String advice,
    Optional<Path> installed,
    Checksums train,
    Checksums test) {
  private static final int CLASSES = 10;
  private static final Set<Path> ANNOUNCED = ConcurrentHashMap.newKeySet();

  /** The SHA-256 of the contents of the two files of a part, before compression. */
  record Checksums(String images, String labels) {}

  /** Which half of a data set. */
  enum Part {
    TRAIN("train"),
    TEST("t10k");

    private final String prefix;

    Part(String prefix) {
      this.prefix = prefix;
    }

    String images() {
      return prefix + "-images-idx3-ubyte";
    }

    String labels() {
      return prefix + "-labels-idx1-ubyte";
    }
  }

  /** A part from the first place that has it. */
  TensorDataset load(Part part) throws IOException {
    Path fetched = cache().resolve(folder);
    if (has(fetched, part)) {
      return read(fetched, part, checksums(part));
    }
    if (installed.isPresent() && has(installed.get(), part)) {
      return read(installed.get(), part, checksums(part));
    }
    if ("1".equals(System.getenv("ADJOINT_DOWNLOAD"))) {
      return read(download(), part, checksums(part));
    }
    Optional<Path> subset = subset(part);
    if (subset.isPresent()) {
      if (ANNOUNCED.add(subset.get())) {
        System.err.println(
            title + ": using the subset in " + subset.get() + "; for all images: " + advice);
      }
      return read(subset.get(), part, null);
    }
    throw new NoSuchFileException(
        fetched.resolve(part.images()).toString(),
        null,
        "no files of " + title + " found; to get them: " + advice);
  }

  /** A part from a given folder, whatever is in it. */
  TensorDataset load(Part part, Path from) throws IOException {
    return read(from, part, null);
  }

  /** Fetches what is missing in the cache folder. */
  Path download() throws IOException {
    Path target = cache().resolve(folder);
    for (Part part : Part.values()) {
      Checksums expected = checksums(part);
      fetch(target, part.images(), expected.images());
      fetch(target, part.labels(), expected.labels());
    }
    return target;
  }

  private void fetch(Path target, String name, String sha256) throws IOException {
    if (find(target, name).isEmpty()) {
      Download.idx(URI.create(url + name + ".gz"), target.resolve(name + ".gz"), sha256);
    }
  }

  private Checksums checksums(Part part) {
    return switch (part) {
      case TRAIN -> train;
      case TEST -> test;
    };
  }

  private static TensorDataset read(Path folder, Part part, @Nullable Checksums expected)
      throws IOException {
    Path imageFile = require(folder, part.images());
    Path labelFile = require(folder, part.labels());
    Idx images = Idx.read(imageFile, expected == null ? null : expected.images());
    Idx labels = Idx.read(labelFile, expected == null ? null : expected.labels());
    if (images.dtype() != DType.U8 || images.shape().rank() != 3) {
      throw new InvalidDataFileException(
          imageFile, "images are u8 [n, height, width], not " + images.dtype() + images.shape());
    }
    int n = images.shape().dim(0);
    if (labels.dtype() != DType.U8 || labels.shape().rank() != 1 || labels.shape().dim(0) != n) {
      throw new InvalidDataFileException(
          labelFile,
          "labels of these images are u8 [" + n + "], not " + labels.dtype() + labels.shape());
    }
    checkLabels(labelFile, labels.data());
    int pixels = images.shape().dim(1) * images.shape().dim(2);
    Tensor x = images.tensor().reshape(n, pixels);
    Tensor y = labels.tensor().to(DType.I32);
    return new TensorDataset(x, y).prepare(bytes -> bytes.to(Scope.dtype()).div(255));
  }

  private static void checkLabels(Path file, MemorySegment labels) throws InvalidDataFileException {
    for (long i = 0; i < labels.byteSize(); i++) {
      int label = labels.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      if (label >= CLASSES) {
        throw new InvalidDataFileException(
            file, "label " + label + " of sample " + i + " is not below " + CLASSES);
      }
    }
  }

  private static boolean has(Path folder, Part part) {
    return find(folder, part.images()).isPresent() && find(folder, part.labels()).isPresent();
  }

  private static Path require(Path folder, String name) throws NoSuchFileException {
    return find(folder, name)
        .orElseThrow(() -> new NoSuchFileException(folder.resolve(name).toString()));
  }

  private static Optional<Path> find(Path folder, String name) {
    return List.of(folder.resolve(name), folder.resolve(name + ".gz")).stream()
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** A folder on the class path, where bin/adjoint puts it, or {@code examples/data} in the working folder or one above it. */
  private Optional<Path> subset(Part part) {
    URL resource = ClassLoader.getSystemResource(folder + "/" + part.images() + ".gz");
    if (resource != null && resource.getProtocol().equals("file")) {
      return Optional.ofNullable(Path.of(URI.create(resource.toString())).getParent());
    }
    for (Path base = Path.of("").toAbsolutePath(); base != null; base = base.getParent()) {
      Path candidate = base.resolve("examples", "data", folder);
      if (has(candidate, part)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The folder of property {@code adjoint.cache}, else {@code adjoint} in the cache folder of the user. */
  private static Path cache() {
    String property = System.getProperty("adjoint.cache");
    if (property != null) {
      return Path.of(property);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    return xdg != null && Path.of(xdg).isAbsolute()
        ? Path.of(xdg, "adjoint")
        : Path.of(System.getProperty("user.home"), ".cache", "adjoint");
  }
}
