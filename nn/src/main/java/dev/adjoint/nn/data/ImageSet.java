package dev.adjoint.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A well-known set of 60,000 training and 10,000 test images of 10 classes, 28 by 28 grey pixels each.
 *
 * <p>Inputs are f32 [n, 784] from 0 to 1, kept as bytes in memory; {@link TensorDataset#reshape reshape(1, 28, 28)} makes images
 * of them. Targets are class numbers, i32 [n].
 *
 * <p>The files are looked for in the folder of {@link #download}, then where a Debian package puts them. If the environment has
 * {@code ADJOINT_DOWNLOAD=1} they are downloaded. Else a subset of Fashion-MNIST that lies beside the examples is used, and
 * a line on the error output says so.
 */
public enum ImageSet {
  /**
   * Clothes (Xiao, Rasul and Vollgraf). The mean of the training pixels is 0.2860, their standard deviation 0.3530. The Debian
   * package is {@code dataset-fashion-mnist}; the subset has 12,000 training and 2,000 test images.
   */
  FASHION_MNIST(
      new ImageFiles(
          "Fashion-MNIST",
          "fashion-mnist",
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
          "apt-get install dataset-fashion-mnist, or call ImageSet.FASHION_MNIST.download()",
          Optional.of(Path.of("/usr/share/datasets/fashion-mnist")),
          new ImageFiles.Checksums(
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
          new ImageFiles.Checksums(
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")),
      "T-shirt",
      "trouser",
      "pullover",
      "dress",
      "coat",
      "sandal",
      "shirt",
      "sneaker",
      "bag",
      "ankle boot"),

  /**
   * Handwritten digits (LeCun, Cortes and Burges). The mean of the training pixels is 0.1307, their standard deviation 0.3081.
   */
  MNIST(
      new ImageFiles(
          "MNIST",
          "mnist",
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "call ImageSet.MNIST.download(), or give the folder of the files",
          Optional.empty(),
          new ImageFiles.Checksums(
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new ImageFiles.Checksums(
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
      "0",
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9");

  private final ImageFiles files;
  private final List<String> classes;

  ImageSet(ImageFiles files, String... classes) {
    this.files = files;
    this.classes = List.of(classes);
  }

  /** What the class numbers mean. */
  public List<String> classes() {
    return classes;
  }

  /**
   * The training images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public TensorDataset train() throws IOException {
    return files.load(ImageFiles.Part.TRAIN);
  }

  /**
   * The test images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public TensorDataset test() throws IOException {
    return files.load(ImageFiles.Part.TEST);
  }

  /**
   * The training images in a folder, from {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, with or without
   * {@code .gz}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public TensorDataset train(Path folder) throws IOException {
    return files.load(ImageFiles.Part.TRAIN, folder);
  }

  /**
   * The test images in a folder, from {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, with or without
   * {@code .gz}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public TensorDataset test(Path folder) throws IOException {
    return files.load(ImageFiles.Part.TEST, folder);
  }

  /**
   * Fetches the files, 11 to 31 MB, unless they have been fetched before; returns their folder, which is in {@code adjoint} in
   * the user's cache folder. What arrives is checked.
   *
   * @throws IOException if the files cannot be fetched or are not what they should be
   */
  public Path download() throws IOException {
    return files.download();
  }
}
