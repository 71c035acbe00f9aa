package dev.adjoint.nn.preprocessing;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts a number in place of missing values, which are NaN, of each feature of samples [n, features]. */
public final class SimpleImputer implements Preprocessor {
  private static final String OP = "simpleImputer";

  private final Strategy strategy;
  private double fillValue;
  private boolean addIndicator;
  private @Nullable Tensor fill;
  private int[] indicated = {};

  /** Which number. */
  public enum Strategy {
    /** The mean of the values that are not missing. */
    MEAN,
    /** Their median; of an even number of values, the mean of the two in the middle. */
    MEDIAN,
    /** The one that occurs most often; the smallest of them if there are several. */
    MOST_FREQUENT,
    /** The same number for all features, 0 if not told otherwise. */
    CONSTANT
  }

  /** An imputer by the mean. */
  public SimpleImputer() {
    this(Strategy.MEAN);
  }

  /** An imputer by a strategy. */
  public SimpleImputer(Strategy strategy) {
    this.strategy = strategy;
  }

  /**
   * Sets the number of {@link Strategy#CONSTANT}; returns this. To be called before {@link #fit}.
   *
   * @throws IllegalArgumentException if it is NaN, or the strategy is another one
   */
  public SimpleImputer fillValue(double value) {
    if (Double.isNaN(value) || strategy != Strategy.CONSTANT) {
      throw new IllegalArgumentException(
          OP + ": " + strategy + " has no value to fill in, or it is NaN: " + value);
    }
    fillValue = value;
    return this;
  }

  /**
   * Sets whether {@link #transform} adds a feature for each that had missing values when this was fitted: 1 where a value is
   * missing, else 0. Returns this. To be called before {@link #fit}.
   */
  public SimpleImputer addIndicator(boolean on) {
    addIndicator = on;
    return this;
  }

  @Override
  public SimpleImputer fit(Tensor x) {
    requireRows(x);
    // What stands for a feature, and whether it has gaps.
    Tensor[] learned =
        Features.statistics(
            OP,
            x,
            2,
            sorted ->
                sorted.length == 0 && strategy != Strategy.CONSTANT
                    ? new double[0]
                    : new double[] {value(sorted), sorted.length < x.dim(0) ? 1 : 0});
    fill = learned[0];
    double[] gaps = learned[1].toDoubles();
    indicated =
        addIndicator
            ? IntStream.range(0, gaps.length).filter(f -> gaps[f] == 1).toArray()
            : new int[0];
    return this;
  }

  private double value(double... sorted) {
    return switch (strategy) {
      case MEAN -> Features.mean(sorted);
      case MEDIAN -> Features.quantile(0.5, sorted);
      case MOST_FREQUENT -> mostFrequent(sorted);
      case CONSTANT -> fillValue;
    };
  }

  private static double mostFrequent(double... sorted) {
    double best = sorted[0];
    int most = 0;
    for (int i = 0, begin = 0; i < sorted.length; i++) {
      if (sorted[i] != sorted[begin]) {
        begin = i;
      }
      if (i - begin + 1 > most) {
        most = i - begin + 1;
        best = sorted[i];
      }
    }
    return best;
  }

  /** The number for each feature. */
  public Tensor statistics() {
    return Features.fitted(OP, fill);
  }

  @Override
  public Tensor transform(Tensor x) {
    requireRows(x);
    Tensor missing = x.isNan();
    Tensor filled = missing.where(Features.fitted(OP, fill, x), x);
    if (indicated.length == 0) {
      return filled;
    }
    Tensor flags = missing.indexSelect(1, Tensors.of(indicated).to(x.device()));
    return Tensors.cat(List.of(filled, flags.to(x.dtype())), 1);
  }

  /**
   * The samples with NaN where the indicator says that a value was missing.
   *
   * @throws IllegalStateException if nothing was learned yet, or there is no indicator, without which filled values cannot be
   *     told from others
   */
  @Override
  public Tensor inverseTransform(Tensor y) {
    int features = Features.fitted(OP, fill).dim(0);
    if (!addIndicator) {
      throw new IllegalStateException(
          OP + ": without an indicator, filled values cannot be told from others");
    }
    if (y.rank() != 2 || y.dim(1) != features + indicated.length) {
      throw OpError.of(
          OP,
          "gave "
              + (features + indicated.length)
              + " features with the indicator, these are "
              + y.shape());
    }
    Tensor x = y.narrow(1, 0, features);
    if (indicated.length == 0) {
      return x;
    }
    Tensor flags = y.narrow(1, features, indicated.length).ne(0);
    int[] source = new int[features];
    Arrays.fill(source, indicated.length);
    for (int i = 0; i < indicated.length; i++) {
      source[indicated[i]] = i;
    }
    // One more flag, which is false, for the features that had no gaps.
    Tensor none = Tensors.zeros(y.dim(0), 1).to(y.device()).ne(0);
    Tensor missing =
        Tensors.cat(List.of(flags, none), 1).indexSelect(1, Tensors.of(source).to(y.device()));
    return missing.where(Double.NaN, x);
  }

  private static void requireRows(Tensor x) {
    if (x.rank() != 2) {
      throw OpError.of(OP, "samples are [n, features], not " + x.shape());
    }
  }

  @Override
  public Map<String, Tensor> state() {
    if (fill == null) {
      return Map.of();
    }
    var state = new LinkedHashMap<String, Tensor>();
    state.put("fill", fill);
    state.put("indicated", Tensors.of(indicated));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    if (saved.isEmpty()) {
      fill = null;
      indicated = new int[0];
      return;
    }
    Tensor newFill = saved.get("fill");
    Tensor features = saved.get("indicated");
    if (newFill == null
        || features == null
        || saved.size() != 2
        || newFill.rank() != 1
        || !newFill.dtype().isFloat()
        || features.rank() != 1
        || features.dtype() != DType.I32
        || Arrays.stream(features.toInts()).anyMatch(f -> f < 0 || f >= newFill.dim(0))) {
      throw OpError.of(OP, "the saved state is not that of an imputer: " + States.describe(saved));
    }
    if (!addIndicator && features.dim(0) > 0) {
      throw OpError.of(OP, "the saved state is of an imputer with an indicator, this has none");
    }
    fill = newFill;
    indicated = features.toInts();
  }
}
