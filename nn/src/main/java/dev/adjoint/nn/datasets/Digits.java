package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Handwritten digits: 1797 images of 8 by 8 grey pixels, from 0 to 16 (Alpaydin and Kaynak 1998).
 *
 * <p>Inputs are of {@link dev.adjoint.Scope#dtype()}, [1797, 64]; targets are class numbers, i32 [1797].
 *
 * <p>The file is {@code digits.csv.gz} of scikit-learn, which {@code bin/fetch-data sklearn} or the Debian package {@code
 * python3-sklearn} brings.
 */
public final class Digits {
  private static final ClassTable TABLE =
      new ClassTable(
          "the digits",
          "digits.csv",
          false,
          1797,
          IntStream.range(0, 64).mapToObj(i -> "pixel_" + i / 8 + "_" + i % 8).toList(),
          List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));

  private Digits() {}

  /** What the features are. */
  public static List<String> features() {
    return TABLE.features();
  }

  /** What the class numbers mean. */
  public static List<String> classes() {
    return TABLE.classes();
  }

  /**
   * All samples, in the order of the file.
   *
   * @throws IOException if the file is not found, or it is damaged
   */
  public static TensorDataset load() throws IOException {
    return TABLE.load();
  }

  /**
   * All samples of the file in a folder.
   *
   * @throws IOException if the file is not there, or it is damaged
   */
  public static TensorDataset load(Path folder) throws IOException {
    return TABLE.load(folder);
  }
}
