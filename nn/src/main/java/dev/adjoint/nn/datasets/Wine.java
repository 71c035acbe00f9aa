package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Wines: 13 chemical measurements of 178 wines from three growers of one region of Italy (Forina et al. 1991).
 *
 * <p>Inputs are of {@link dev.adjoint.Scope#dtype()}, [178, 13]; targets are class numbers, i32 [178].
 *
 * <p>The file is {@code wine_data.csv} of scikit-learn, which {@code bin/fetch-data sklearn} or the Debian package {@code
 * python3-sklearn} brings.
 */
public final class Wine {
  private static final ClassTable TABLE =
      new ClassTable(
          "the wines",
          "wine_data.csv",
          true,
          178,
          List.of(
              "alcohol",
              "malic_acid",
              "ash",
              "alcalinity_of_ash",
              "magnesium",
              "total_phenols",
              "flavanoids",
              "nonflavanoid_phenols",
              "proanthocyanins",
              "color_intensity",
              "hue",
              "od280/od315_of_diluted_wines",
              "proline"),
          List.of("class_0", "class_1", "class_2"));

  private Wine() {}

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
