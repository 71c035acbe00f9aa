package dev.adjoint.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 by 28 grey pixels each.
 *
 * <p>Inputs are f32 [n, 784] from 0 to 1, kept as bytes in memory; {@link TensorDataset#reshape reshape(1, 28, 28)} makes images
 * of them. Targets are the digits, i32 [n]. The mean of the training pixels is 0.1307, their standard deviation 0.3081.
 *
 * <p>The files are looked for in the folder of {@link #download}. If the environment has {@code ADJOINT_DOWNLOAD=1} they are
 * downloaded.
 */
public final class Mnist {
  private static final ImageFiles FILES =
      new ImageFiles(
          "MNIST",
          "mnist",
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "call Mnist.download(), or give the folder of the files",
          Optional.empty(),
          new ImageFiles.Checksums(
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new ImageFiles.Checksums(
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  private Mnist() {}

  /**
   * The training images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public static TensorDataset train() throws IOException {
    return FILES.load(ImageFiles.Part.TRAIN);
  }

  /**
   * The test images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public static TensorDataset test() throws IOException {
    return FILES.load(ImageFiles.Part.TEST);
  }

  /**
   * The training images in a folder, from {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, with or without
   * {@code .gz}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset train(Path folder) throws IOException {
    return FILES.load(ImageFiles.Part.TRAIN, folder);
  }

  /**
   * The test images in a folder, from {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, with or without
   * {@code .gz}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset test(Path folder) throws IOException {
    return FILES.load(ImageFiles.Part.TEST, folder);
  }

  /**
   * Fetches the files, about 11 MB, unless they have been fetched before; returns the folder, which is {@code adjoint/mnist} in
   * the user's cache folder. What arrives is checked.
   *
   * @throws IOException if the files cannot be fetched or are not what they should be
   */
  public static Path download() throws IOException {
    return FILES.download();
  }
}
