package dev.adjoint.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes in 10 classes, 28 by 28 grey pixels each.
 *
 * <p>Inputs are f32 [n, 784] from 0 to 1, kept as bytes in memory; {@link TensorDataset#reshape reshape(1, 28, 28)} makes images
 * of them. Targets are class numbers, i32 [n]. The mean of the training pixels is 0.2860, their standard deviation 0.3530.
 *
 * <p>The files are looked for in the folder of {@link #download}, then where the Debian package
 * {@code dataset-fashion-mnist} puts them. If the environment has {@code ADJOINT_DOWNLOAD=1} they are downloaded. Else a subset
 * of 12,000 and 2,000 images that lies beside the examples is used, and a line on the error output says so.
 */
public final class FashionMnist {
  /** What the class numbers mean. */
  public static final List<String> CLASSES =
      List.of("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");

  private static final ImageFiles FILES =
      new ImageFiles(
          "Fashion-MNIST",
          "fashion-mnist",
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
          "apt-get install dataset-fashion-mnist, or call FashionMnist.download()",
          Optional.of(Path.of("/usr/share/datasets/fashion-mnist")),
          new ImageFiles.Checksums(
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
          new ImageFiles.Checksums(
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

  private FashionMnist() {}

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
   * Fetches the files from their official place, about 31 MB, unless they have been fetched before; returns the folder, which is
   * {@code adjoint/fashion-mnist} in the user's cache folder. What arrives is checked.
   *
   * @throws IOException if the files cannot be fetched or are not what they should be
   */
  public static Path download() throws IOException {
    return FILES.download();
  }
}
