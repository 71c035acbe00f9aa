package dev.adjoint.nn.datasets;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.data.Idx;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The four files of a data set of the MNIST family, wherever they are, and what is in them.
 *
 * @param folder where they may be
 * @param url where they can be fetched
 * @param advice how to get them
 * @param train checksums of the training files
 * @param test checksums of the test files
 */
record MnistFiles(DataFolder folder, String url, String advice, Checksums train, Checksums test) {
  private static final int CLASSES = 10;
  private static final Set<String> ANNOUNCED = ConcurrentHashMap.newKeySet();

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
    Optional<Path> found = folder.find(part.images(), part.labels());
    if (found.isPresent()) {
      return read(found.get(), part, checksums(part));
    }
    if ("1".equals(System.getenv("ADJOINT_DOWNLOAD"))) {
      return read(download(), part, checksums(part));
    }
    Optional<TensorDataset> subset = subset(part, MnistFiles.class.getClassLoader());
    if (subset.isPresent()) {
      return subset.get();
    }
    throw folder.missing(part.images(), advice);
  }

  /** A part from a given folder, whatever is in it. */
  TensorDataset load(Part part, Path from) throws IOException {
    return read(from, part, null);
  }

  /** Fetches what is missing in the folder of fetched data. */
  Path download() throws IOException {
    Path target = folder.fetched();
    for (Part part : Part.values()) {
      Checksums expected = checksums(part);
      fetch(target, part.images(), expected.images());
      fetch(target, part.labels(), expected.labels());
    }
    return target;
  }

  private void fetch(Path target, String name, String sha256) throws IOException {
    if (DataFolder.find(target, name).isEmpty()) {
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
    Path imageFile = DataFolder.require(folder, part.images());
    Path labelFile = DataFolder.require(folder, part.labels());
    Idx images = Idx.read(imageFile, expected == null ? null : expected.images());
    Idx labels = Idx.read(labelFile, expected == null ? null : expected.labels());
    return dataset(imageFile, images, labelFile, labels);
  }

  private static TensorDataset dataset(Path imageFile, Idx images, Path labelFile, Idx labels)
      throws InvalidDataFileException {
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

  /**
   * A part of the data set that is on the class path, in a folder with the name of the data set: a jar of its own has it. That it
   * is used, and not all images, is said once.
   */
  Optional<TensorDataset> subset(Part part, ClassLoader classPath) throws IOException {
    String images = folder.name() + "/" + part.images() + ".gz";
    String labels = folder.name() + "/" + part.labels() + ".gz";
    URL imageFile = classPath.getResource(images);
    URL labelFile = classPath.getResource(labels);
    if (imageFile == null || labelFile == null) {
      return Optional.empty();
    }
    if (ANNOUNCED.add(imageFile.toString())) {
      System.err.println(
          folder.title() + ": using the subset in " + imageFile + "; for all images: " + advice);
    }
    return Optional.of(
        dataset(Path.of(images), Idx.read(imageFile), Path.of(labels), Idx.read(labelFile)));
  }
}
