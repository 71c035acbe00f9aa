package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.nn.optim.Stateful;
import java.util.List;

/**
 * A map of columns of categories to numbers that is fitted to the training data. The categories are a state, which {@link
 * dev.adjoint.nn.io.Checkpoint#with} saves beside a model.
 */
public sealed interface Encoder extends Stateful permits OneHotEncoder, OrdinalEncoder {
  /**
   * Learns the categories of all columns of a table, in the order of their characters; returns this.
   *
   * @throws IllegalArgumentException if a column is one of numbers, or there is no column or no row
   */
  Encoder fit(Table table);

  /**
   * The rows of a table with these columns, other columns being passed over, as numbers of {@link dev.adjoint.Scope#dtype()}.
   *
   * @throws IllegalStateException if nothing was learned yet
   * @throws IllegalArgumentException if a column is not there, or has a category that was not learned
   */
  Tensor transform(Table table);

  /**
   * The table of which {@link #transform} made these rows.
   *
   * @throws IllegalStateException if nothing was learned yet
   * @throws IllegalArgumentException if a row is none of a table
   */
  Table inverseTransform(Tensor y);

  /** What the numbers of a row are. */
  List<String> featureNames();

  /** What {@link #transform} makes of a table after {@link #fit} has learned from it. */
  default Tensor fitTransform(Table table) {
    return fit(table).transform(table);
  }
}
