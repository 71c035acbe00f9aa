package dev.adjoint.nn.vision;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Images in a folder for each class: {@code root/cat/1.png}, {@code root/dog/a/2.jpg}. Classes are numbered in the order of their
 * names, images come in that of their paths.
 *
 * <p>Inputs are floats [n, channels, height, width] from 0 to 1, targets i32 [n]. Files are read and decoded when a batch is
 * made: with {@link dev.adjoint.nn.data.DataLoader#prefetch} by other threads, ahead of time. Images of different sizes need a
 * {@linkplain #prepare preparation} that makes them equal.
 *
 * <p>Making a batch throws {@link UncheckedIOException}, with the name of the file, if an image cannot be read or is damaged.
 */
public final class ImageFolder implements Dataset {
  /** The endings that torchvision takes for images. */
  private static final Set<String> EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "ppm", "bmp", "pgm", "tif", "tiff", "webp");

  private final Path root;
  private final List<String> classes;
  private final List<Sample> samples;
  private final ImageReadMode mode;
  private final UnaryOperator<Tensor> preparation;
  private final boolean prepared;

  /**
   * An image.
   *
   * @param path the file
   * @param target the number of its class
   */
  public record Sample(Path path, int target) {}

  /**
   * The images below a folder.
   *
   * @throws IOException if the folder cannot be read, there is no folder of a class in it, one has no images, or one has an image
   *     of a format that ImageIO does not read
   */
  public ImageFolder(Path root) throws IOException {
    this.root = root;
    this.mode = ImageReadMode.RGB;
    this.preparation = UnaryOperator.identity();
    this.prepared = false;
    try (Stream<Path> entries = Files.list(root)) {
      this.classes =
          entries
              .filter(Files::isDirectory)
              .map(folder -> folder.getFileName().toString())
              .sorted()
              .toList();
    }
    if (classes.isEmpty()) {
      throw new InvalidDataFileException(root, "there is no folder of a class");
    }
    List<Sample> found = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      List<Path> files = images(root.resolve(classes.get(i)));
      for (Path file : files) {
        found.add(new Sample(file, i));
      }
    }
    this.samples = List.copyOf(found);
  }

  private ImageFolder(
      ImageFolder like, ImageReadMode mode, UnaryOperator<Tensor> preparation, boolean prepared) {
    this.root = like.root;
    this.classes = like.classes;
    this.samples = like.samples;
    this.mode = mode;
    this.preparation = preparation;
    this.prepared = prepared;
  }

  /** The images of a class: those in a folder first, then those in the folders below it. */
  private static List<Path> images(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files =
          below
              .filter(file -> EXTENSIONS.contains(extension(file)) && Files.isRegularFile(file))
              .sorted(
                  Comparator.comparing((Path file) -> file.resolveSibling("").toString())
                      .thenComparing(file -> file.getFileName().toString()))
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (files.isEmpty()) {
      throw new InvalidDataFileException(folder, "there are no images of this class");
    }
    Set<String> readable =
        Arrays.stream(ImageIO.getReaderFileSuffixes())
            .map(suffix -> suffix.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (Path file : files) {
      if (!readable.contains(extension(file))) {
        throw new InvalidDataFileException(
            file, "ImageIO has no reader for ." + extension(file) + " files");
      }
    }
    return files;
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The same images with other channels than red, green and blue. */
  public ImageFolder mode(ImageReadMode channels) {
    return new ImageFolder(this, channels, preparation, prepared);
  }

  /**
   * The same images with a function applied to each by itself, [channels, height, width] from 0 to 1, when a batch is made; after
   * those that are applied already. It is computed by the thread that makes the batch. What draws random numbers belongs into
   * {@link dev.adjoint.nn.data.DataLoader#prepare}, where the order of draws is that of the batches.
   */
  public ImageFolder prepare(UnaryOperator<Tensor> function) {
    UnaryOperator<Tensor> before = preparation;
    return new ImageFolder(this, mode, image -> function.apply(before.apply(image)), true);
  }

  /** The names of the classes, by their numbers. */
  public List<String> classes() {
    return classes;
  }

  /** All images in their order. */
  public List<Sample> samples() {
    return samples;
  }

  /** The numbers of the classes of all images. */
  public int[] targets() {
    return samples.stream().mapToInt(Sample::target).toArray();
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public Batch batch(int[] indices) {
    if (indices.length == 0) {
      throw OpError.of("imageFolder", "a batch needs at least one image");
    }
    int[] targets = new int[indices.length];
    List<ImageDecoder.Pixels> images = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      Sample sample = samples.get(Objects.checkIndex(indices[i], size()));
      targets[i] = sample.target();
      images.add(decode(sample.path()));
    }
    Tensor x = prepared ? prepared(indices, images) : plain(indices, images);
    return new Batch(x, Tensors.of(targets));
  }

  private ImageDecoder.Pixels decode(Path path) {
    try {
      return ImageDecoder.read(path, mode);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Images as bytes, which become floats where they are used. */
  private Tensor plain(int[] indices, List<ImageDecoder.Pixels> images) {
    ImageDecoder.Pixels first = images.getFirst();
    for (int i = 1; i < indices.length; i++) {
      ImageDecoder.Pixels image = images.get(i);
      if (image.height() != first.height() || image.width() != first.width()) {
        throw unequal(
            indices,
            i,
            List.of(mode.channels(), first.height(), first.width()),
            List.of(mode.channels(), image.height(), image.width()));
      }
    }
    return Images.toTensor(Images.batch(images));
  }

  private Tensor prepared(int[] indices, List<ImageDecoder.Pixels> images) {
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      Tensor image = Images.batch(images.subList(i, i + 1)).squeeze(0);
      Tensor result = preparation.apply(Images.toTensor(image));
      if (i > 0 && !result.shape().equals(results.getFirst().shape())) {
        throw unequal(indices, i, results.getFirst().shape(), result.shape());
      }
      results.add(result);
    }
    return Tensors.stack(results, 0).realize();
  }

  private IllegalArgumentException unequal(int[] indices, int i, Object first, Object other) {
    return OpError.of(
        "imageFolder",
        "images of one batch must be equally large, after a preparation such as Resize(height, width): "
            + samples.get(indices[0]).path()
            + " is "
            + first
            + ", "
            + samples.get(indices[i]).path()
            + " is "
            + other);
  }

  /** The root, the numbers of images and of classes. */
  @Override
  public String toString() {
    return "ImageFolder(" + root + ", " + size() + " images of " + classes.size() + " classes)";
  }
}
