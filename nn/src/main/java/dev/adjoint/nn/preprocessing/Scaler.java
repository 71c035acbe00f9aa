package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Module;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - center) / scale} for each feature, with numbers that are learned from samples. Missing values are NaN: they are
 * passed over while learning and stay NaN.
 *
 * <p>{@link #module} is the same as the first layer of a model, which is saved with it, so that whoever predicts need not know
 * about the scaler.
 */
public abstract sealed class Scaler implements Preprocessor
    permits StandardScaler, MinMaxScaler, RobustScaler {
  private final String op;
  private @Nullable Tensor center;
  private @Nullable Tensor scale;

  Scaler(String op) {
    this.op = op;
  }

  /** Center and scale of a feature that has these values, in ascending order and at least one. */
  abstract double[] learn(double... sorted);

  @Override
  public Scaler fit(Tensor x) {
    Tensor[] learned =
        Features.statistics(op, x, 2, sorted -> sorted.length == 0 ? new double[0] : learn(sorted));
    center = learned[0];
    scale = learned[1];
    return this;
  }

  @Override
  public Tensor transform(Tensor x) {
    return x.sub(Features.fitted(op, center, x)).div(Features.fitted(op, scale, x));
  }

  @Override
  public Tensor inverseTransform(Tensor y) {
    return y.mul(Features.fitted(op, scale, y)).add(Features.fitted(op, center, y));
  }

  /** What is subtracted from each feature. */
  public Tensor center() {
    return Features.fitted(op, center);
  }

  /** What each feature is divided by. */
  public Tensor scale() {
    return Features.fitted(op, scale);
  }

  /** A module that does what {@link #transform} does, with {@code center} and {@code scale} as buffers of its own. */
  public Module module() {
    return new Layer(getClass().getSimpleName(), center(), scale());
  }

  @Override
  public Map<String, Tensor> state() {
    return center == null ? Map.of() : Map.of("center", center(), "scale", scale());
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    if (saved.isEmpty()) {
      center = null;
      scale = null;
      return;
    }
    Tensor newCenter = saved.get("center");
    Tensor newScale = saved.get("scale");
    if (newCenter == null
        || newScale == null
        || saved.size() != 2
        || !newCenter.shape().equals(newScale.shape())
        || newCenter.dtype() != newScale.dtype()
        || !newCenter.dtype().isFloat()) {
      throw OpError.of(op, "the saved state is not that of a scaler: " + States.describe(saved));
    }
    center = newCenter;
    scale = newScale;
  }

  /** The scaler as a module. */
  private static final class Layer extends Module {
    private final String label;
    private final Variable center;
    private final Variable scale;

    Layer(String label, Tensor center, Tensor scale) {
      this.label = label;
      this.center = new Variable("center", center);
      this.scale = new Variable("scale", scale);
    }

    @Override
    protected Tensor forward(Tensor x) {
      return x.sub(center).div(scale);
    }

    @Override
    public String label() {
      return label;
    }
  }
}
