package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Irises: length and width of sepals and petals of 150 flowers, 50 of each of three species (Anderson 1935, Fisher 1936).
 *
 * <p>Inputs are of {@link dev.adjoint.Scope#dtype()}, [150, 4]; targets are class numbers, i32 [150].
 *
 * <p>The file is {@code iris.csv} of scikit-learn, which {@code bin/fetch-data sklearn} or the Debian package {@code
 * python3-sklearn} brings.
 */
public final class Iris {
  private static final ClassTable TABLE =
      new ClassTable(
          "the irises",
          "iris.csv",
          true,
          150,
          List.of("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
          List.of("setosa", "versicolor", "virginica"));

  private Iris() {}

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
