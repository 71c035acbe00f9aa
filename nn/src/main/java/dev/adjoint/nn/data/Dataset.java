package dev.adjoint.nn.data;

import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A fixed number of samples that can be had in any order. Implementations answer calls from several threads at once.
 */
public interface Dataset {
  /** The number of samples. */
  int size();

  /**
   * The samples with the given numbers, in that order.
   *
   * @throws IndexOutOfBoundsException if a number is not below {@link #size}
   */
  Batch batch(int[] indices);

  /** All samples, in their order. */
  default Batch batch() {
    return batch(Permutations.identity(size()));
  }

  /** The samples with the given numbers as a data set of their own. */
  default Dataset subset(int... indices) {
    for (int index : indices) {
      Objects.checkIndex(index, size());
    }
    return new Subset(this, indices.clone());
  }

  /** This data set with a function applied to each batch, such as a normalisation or an augmentation. */
  default Dataset map(UnaryOperator<Batch> function) {
    Dataset all = this;
    return new Dataset() {
      @Override
      public int size() {
        return all.size();
      }

      @Override
      public Batch batch(int[] indices) {
        return function.apply(all.batch(indices));
      }
    };
  }
}
