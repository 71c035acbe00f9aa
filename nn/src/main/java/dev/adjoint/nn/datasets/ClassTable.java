package dev.adjoint.nn.datasets;

import dev.adjoint.Tensors;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A table of scikit-learn whose rows are samples: features, then the number of a class.
 *
 * @param title what messages call it
 * @param file the name of its file
 * @param headed whether the file's first line is the number of samples, the number of features and the names of the classes
 * @param samples how many rows it has
 * @param features what the columns are
 * @param classes what the numbers of the last column mean
 */
record ClassTable(
    String title,
    String file,
    boolean headed,
    int samples,
    List<String> features,
    List<String> classes) {
  private static final Path DEBIAN =
      Path.of("/usr/lib/python3/dist-packages/sklearn/datasets/data");

  /** Where the tables of scikit-learn may be. */
  static DataFolder folder(String title) {
    return new DataFolder(title, "sklearn", Optional.of(DEBIAN));
  }

  /** The samples of the first folder that has the file. */
  TensorDataset load() throws IOException {
    return load(folder(title).require(file));
  }

  /** The samples of the file in a folder. */
  TensorDataset load(Path folder) throws IOException {
    Path path = DataFolder.require(folder, file);
    int columns = features.size();
    NumberFile numbers = NumberFile.read(path, headed, columns + 1);
    requireHeader(path, numbers.header());
    if (numbers.rows().size() != samples) {
      throw new InvalidDataFileException(
          path, "there are " + numbers.rows().size() + " samples, not " + samples);
    }
    double[] x = new double[samples * columns];
    int[] y = new int[samples];
    for (int i = 0; i < samples; i++) {
      double[] row = numbers.rows().get(i);
      System.arraycopy(row, 0, x, i * columns, columns);
      y[i] = (int) row[columns];
      if (y[i] != row[columns] || y[i] < 0 || y[i] >= classes.size()) {
        throw new InvalidDataFileException(
            path,
            "the class of sample " + i + " is " + row[columns] + ", not below " + classes.size());
      }
    }
    return new TensorDataset(Tensors.of(x, samples, columns), Tensors.of(y));
  }

  private void requireHeader(Path path, List<String> header) throws InvalidDataFileException {
    if (headed
        && (header.size() != 2 + classes.size()
            || !header.get(0).equals(Integer.toString(samples))
            || !header.get(1).equals(Integer.toString(features.size())))) {
      throw new InvalidDataFileException(
          path,
          "the first line is not of "
              + samples
              + " samples, "
              + features.size()
              + " features and "
              + classes.size()
              + " classes: "
              + header);
    }
  }
}
