package dev.adjoint.nn.optim;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Scales a loss, so that gradients that pass through f16 do not become zero, and adapts the scale (Micikevicius et al. 2018).
 * Parameters are f32; {@link dev.adjoint.Scope#autocast} converts them where the model computes in f16.
 *
 * {@snippet :
 * Tensor loss = Scope.autocast(DType.F16, () -> Losses.crossEntropy(model.apply(x), y));
 * Gradients scaled = scaler.scale(loss).backward();
 * scaler.step(optimizer, scaled, gradients -> Clipping.byGlobalNorm(gradients, 1));
 * scaler.update();
 * }
 *
 * <p>A step with an infinite or NaN gradient is left out, and the next update multiplies the scale by 0.5; after 2000 updates in
 * a row without such a step it is multiplied by 2.
 */
public final class GradScaler implements Stateful {
  private double scale = 65536;
  private double growthFactor = 2;
  private double backoffFactor = 0.5;
  private int growthInterval = 2000;
  private int goodUpdates;
  private boolean stepped;
  private boolean overflowed;

  /** A scaler that begins with 65536. */
  public GradScaler() {}

  /** Sets the scale; returns this. */
  public GradScaler scale(double value) {
    scale = Hyper.positive("scale", value);
    return this;
  }

  /** Sets the factor by which the scale grows, above 1; returns this. */
  public GradScaler growthFactor(double factor) {
    if (!(factor > 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException(
          "gradScaler: the growth factor must be above 1, not " + factor);
    }
    growthFactor = factor;
    return this;
  }

  /** Sets the factor by which the scale shrinks, in (0, 1); returns this. */
  public GradScaler backoffFactor(double factor) {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "gradScaler: the backoff factor must be in (0, 1), not " + factor);
    }
    backoffFactor = factor;
    return this;
  }

  /** Sets after how many updates in a row without an infinite gradient the scale grows; returns this. */
  public GradScaler growthInterval(int updates) {
    growthInterval = (int) Hyper.positive("growth interval", updates);
    return this;
  }

  /** The present scale. */
  public double scale() {
    return scale;
  }

  /** A loss times the scale, in f32 or f64, of which {@code backward} gives scaled gradients. */
  public Tensor scale(Tensor loss) {
    // The product may be too large for f16.
    return (loss.dtype() == DType.F64 ? loss : loss.to(DType.F32)).mul(scale);
  }

  /** Takes a step by scaled gradients; see the other form. */
  public boolean step(Optimizer optimizer, Gradients scaled) {
    return step(optimizer, scaled, gradients -> gradients);
  }

  /**
   * Takes a step by scaled gradients, unless one of them is infinite or NaN. The gradients are computed and looked at first.
   *
   * @param change what is done with the gradients when they are no longer scaled, such as clipping
   * @return whether the step was taken
   * @throws IllegalArgumentException if a gradient is f16: it is of a parameter that should be f32
   */
  public boolean step(Optimizer optimizer, Gradients scaled, UnaryOperator<Gradients> change) {
    var roots = new ArrayList<Node>();
    var flags = new ArrayList<Tensor>();
    Gradients coalesced = scaled.coalesce();
    for (Tensor part : coalesced.parts()) {
      if (part.dtype() == DType.F16) {
        throw new IllegalArgumentException("gradScaler: a gradient is f16, parameters must be f32");
      }
      if (part.dtype().isFloat()) {
        flags.add(part.isFinite().all());
      }
      roots.add(part.node());
    }
    flags.forEach(flag -> roots.add(flag.node()));
    Tensor output = scaled.output();
    if (output != null) {
      roots.add(output.node());
    }
    Engine.step(roots);
    stepped = true;
    if (flags.stream().anyMatch(flag -> flag.item() == 0)) {
      overflowed = true;
      return false;
    }
    optimizer.step(change.apply(coalesced.map(gradient -> gradient.mul(1 / scale))));
    return true;
  }

  /**
   * Adapts the scale; to be called after the steps of all optimizers.
   *
   * @throws IllegalStateException if there was no step since the last update
   */
  public void update() {
    if (!stepped) {
      throw new IllegalStateException("gradScaler: no step since the last update");
    }
    if (overflowed) {
      scale *= backoffFactor;
      goodUpdates = 0;
    } else if (++goodUpdates == growthInterval) {
      double grown = scale * growthFactor;
      scale = Double.isInfinite((float) grown) ? scale : grown;
      goodUpdates = 0;
    }
    stepped = false;
    overflowed = false;
  }

  @Override
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    state.put("scale", Tensors.full(Shape.SCALAR, scale, DType.F64));
    state.put("goodUpdates", Tensors.of((long) goodUpdates));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    double[] numbers = Stateful.numbers("gradScaler", saved, "scale", "goodUpdates");
    scale(numbers[0]);
    goodUpdates = (int) numbers[1];
  }
}
