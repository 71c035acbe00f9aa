package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of ten kinds of clothes, 28 by 28 grey pixels each (Xiao, Rasul and
 * Vollgraf 2017). The mean of the training pixels is 0.2860, their standard deviation 0.3530.
 *
 * <p>Inputs of batches are of {@link dev.adjoint.Scope#dtype()}, [n, 784], from 0 to 1; {@link TensorDataset#reshape reshape(1,
 * 28, 28)} makes images of them. They are kept as bytes, 0 to 255, which {@link TensorDataset#x} gives, as {@code .data} of
 * torchvision does. Targets are class numbers, i32 [n].
 *
 * <p>The files are those of {@code bin/fetch-data fashion-mnist} or of {@link #download}, or those of the Debian package {@code
 * dataset-fashion-mnist}. If the environment has {@code ADJOINT_DOWNLOAD=1} they are downloaded. Else the first 12,000 and
 * 2,000 images are used where the artifact {@code adjoint-data-fashion-mnist} is on the class path, and a line on the error
 * output says so.
 */
public final class FashionMnist {
  private static final MnistFiles FILES =
      new MnistFiles(
          new DataFolder(
              "Fashion-MNIST",
              "fashion-mnist",
              Optional.of(Path.of("/usr/share/datasets/fashion-mnist"))),
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
          "apt-get install dataset-fashion-mnist, or bin/fetch-data fashion-mnist, or call FashionMnist.download()",
          new MnistFiles.Checksums(
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
          new MnistFiles.Checksums(
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

  private FashionMnist() {}

  /** What the class numbers mean. */
  public static List<String> classes() {
    return List.of(
        "T-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot");
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
   * Fetches the files, 31 MB, unless they have been fetched before; returns their folder. What arrives is checked.
   *
   * @throws IOException if the files cannot be fetched or are not what they should be
   */
  public static Path download() throws IOException {
    return FILES.download();
  }
}
