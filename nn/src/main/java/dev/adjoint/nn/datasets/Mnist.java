package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 by 28 grey pixels each (LeCun, Cortes and Burges).
 * The mean of the training pixels is 0.1307, their standard deviation 0.3081.
 *
 * <p>Inputs of batches are of {@link dev.adjoint.Scope#dtype()}, [n, 784], from 0 to 1; {@link TensorDataset#reshape reshape(1,
 * 28, 28)} makes images of them. They are kept as bytes, 0 to 255, which {@link TensorDataset#x} gives, as {@code .data} of
 * torchvision does. Targets are class numbers, i32 [n].
 *
 * <p>The files are those of {@code bin/fetch-data mnist} or of {@link #download}. If the environment has {@code
 * ADJOINT_DOWNLOAD=1} they are downloaded.
 */
public final class Mnist {
  private static final MnistFiles FILES =
      new MnistFiles(
          new DataFolder("MNIST", "mnist", Optional.empty()),
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "bin/fetch-data mnist, or call Mnist.download()",
          new MnistFiles.Checksums(
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new MnistFiles.Checksums(
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  private Mnist() {}

  /** What the class numbers mean. */
  public static List<String> classes() {
    return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  /**
   * The 60,000 training images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public static TensorDataset train() throws IOException {
    return FILES.load(MnistFiles.Part.TRAIN);
  }

  /**
   * The 10,000 test images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public static TensorDataset test() throws IOException {
    return FILES.load(MnistFiles.Part.TEST);
  }

  /**
   * The training images in a folder, from {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, with or without
   * {@code .gz}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset train(Path folder) throws IOException {
    return FILES.load(MnistFiles.Part.TRAIN, folder);
  }

  /**
   * The test images in a folder, from {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, with or without
   * {@code .gz}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset test(Path folder) throws IOException {
    return FILES.load(MnistFiles.Part.TEST, folder);
  }

  /**
   * Fetches the files, 12 MB, unless they have been fetched before; returns their folder. What arrives is checked.
   *
   * @throws IOException if the files cannot be fetched or are not what they should be
   */
  public static Path download() throws IOException {
    return FILES.download();
  }
}
