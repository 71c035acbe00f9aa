package dev.adjoint.nn.optim;

import dev.adjoint.SparseGradient;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;

/**
 * The rows of a table, and of what an optimizer remembers about it, that a gradient is about.
 *
 * <p>A rule is applied to them as to any parameter. A row of which there are several then has its new value in the last one, as
 * {@link SparseGradient#coalesce} has its gradient there; it is put last, so that the others do not matter.
 */
record TouchedRows(SparseGradient gradient) {
  /** The rows of a variable. */
  Tensor of(Variable table) {
    return table.value().indexSelect(0, gradient.indices());
  }

  /** The value of a variable with other rows. */
  Tensor put(Variable table, Tensor rows) {
    return table.value().indexCopy(0, gradient.indices(), rows);
  }
}
