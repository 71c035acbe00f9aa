package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Breast cancer in Wisconsin: 30 measurements of the cell nuclei in images of 569 tumours, 212 malignant and 357 benign
 * (Wolberg, Street and Mangasarian 1995).
 *
 * <p>Inputs are of {@link dev.adjoint.Scope#dtype()}, [569, 30]; targets are class numbers, i32 [569].
 *
 * <p>The file is {@code breast_cancer.csv} of scikit-learn, which {@code bin/fetch-data sklearn} or the Debian package {@code
 * python3-sklearn} brings.
 */
public final class BreastCancer {
  private static final ClassTable TABLE =
      new ClassTable(
          "the breast cancer table",
          "breast_cancer.csv",
          true,
          569,
          List.of(
              "mean radius",
              "mean texture",
              "mean perimeter",
              "mean area",
              "mean smoothness",
              "mean compactness",
              "mean concavity",
              "mean concave points",
              "mean symmetry",
              "mean fractal dimension",
              "radius error",
              "texture error",
              "perimeter error",
              "area error",
              "smoothness error",
              "compactness error",
              "concavity error",
              "concave points error",
              "symmetry error",
              "fractal dimension error",
              "worst radius",
              "worst texture",
              "worst perimeter",
              "worst area",
              "worst smoothness",
              "worst compactness",
              "worst concavity",
              "worst concave points",
              "worst symmetry",
              "worst fractal dimension"),
          List.of("malignant", "benign"));

  private BreastCancer() {}

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
