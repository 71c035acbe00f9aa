package dev.adjoint.nn.datasets;

import dev.adjoint.Tensors;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Diabetes: ten measurements of 442 patients, and how far the disease has gone a year later (Efron, Hastie, Johnstone and
 * Tibshirani 2004).
 *
 * <p>Inputs [442, 10] and targets [442, 1] are of {@link dev.adjoint.Scope#dtype()}.
 *
 * <p>The files are {@code diabetes_data_raw.csv.gz} and {@code diabetes_target.csv.gz} of scikit-learn, which {@code
 * bin/fetch-data sklearn} or the Debian package {@code python3-sklearn} brings.
 */
public final class Diabetes {
  private static final String DATA = "diabetes_data_raw.csv";
  private static final String TARGET = "diabetes_target.csv";
  private static final int SAMPLES = 442;
  private static final List<String> FEATURES =
      List.of("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6");

  private Diabetes() {}

  /** What the features are: six of them are of the blood serum. */
  public static List<String> features() {
    return FEATURES;
  }

  /**
   * All samples, scaled.
   *
   * @throws IOException if the files are not found, or they are damaged
   */
  public static TensorDataset load() throws IOException {
    return load(true);
  }

  /**
   * All samples.
   *
   * @param scaled whether each feature has the mean 0 and the sum of squares 1, as in scikit-learn by default, or is as it was
   *     measured
   * @throws IOException if the files are not found, or they are damaged
   */
  public static TensorDataset load(boolean scaled) throws IOException {
    return load(ClassTable.folder("the diabetes table").require(DATA, TARGET), scaled);
  }

  /**
   * All samples of the files in a folder.
   *
   * @param scaled whether each feature has the mean 0 and the sum of squares 1
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset load(Path folder, boolean scaled) throws IOException {
    List<double[]> data = rows(folder, DATA, FEATURES.size());
    List<double[]> target = rows(folder, TARGET, 1);
    double[] x = new double[SAMPLES * FEATURES.size()];
    double[] y = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      System.arraycopy(data.get(i), 0, x, i * FEATURES.size(), FEATURES.size());
      y[i] = target.get(i)[0];
    }
    if (scaled) {
      scale(x);
    }
    return new TensorDataset(Tensors.of(x, SAMPLES, FEATURES.size()), Tensors.of(y, SAMPLES, 1));
  }

  private static List<double[]> rows(Path folder, String name, int columns) throws IOException {
    Path file = DataFolder.require(folder, name);
    List<double[]> rows = NumberFile.read(file, false, columns).rows();
    if (rows.size() != SAMPLES) {
      throw new InvalidDataFileException(
          file, "there are " + rows.size() + " samples, not " + SAMPLES);
    }
    return rows;
  }

  private static void scale(double[] x) {
    int columns = FEATURES.size();
    for (int c = 0; c < columns; c++) {
      double mean = 0;
      for (int i = c; i < x.length; i += columns) {
        mean += x[i] / SAMPLES;
      }
      double squares = 0;
      for (int i = c; i < x.length; i += columns) {
        squares += (x[i] - mean) * (x[i] - mean);
      }
      for (int i = c; i < x.length; i += columns) {
        x[i] = (x[i] - mean) / Math.sqrt(squares);
      }
    }
  }
}
