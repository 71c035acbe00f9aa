package dev.adjoint.nn.train;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;

/** The best of a value over the epochs of a training, and for how many epochs there was no better one. */
final class Monitor implements Stateful {
  private final String owner;
  private String name = "val_loss";
  private boolean larger;
  private double minDelta;
  private double best;
  private int bestEpoch;
  private int waited;
  private boolean loaded;

  /** A monitor of the smallest {@code val_loss}, for what errors call the owner. */
  Monitor(String owner) {
    this.owner = owner;
  }

  void watch(String newName, boolean largest) {
    name = newName;
    larger = largest;
  }

  void minDelta(double delta) {
    if (!(delta >= 0)) {
      throw new IllegalArgumentException(owner + ": the smallest difference cannot be " + delta);
    }
    minDelta = delta;
  }

  int bestEpoch() {
    return bestEpoch;
  }

  double best() {
    return bestEpoch == 0 ? Double.NaN : best;
  }

  /** The number of epochs since the best one, or since the beginning if there is none. */
  int waited() {
    return waited;
  }

  /** Begins a training: there is no best epoch, unless a state was loaded for it. */
  void begin() {
    if (!loaded) {
      bestEpoch = 0;
      waited = 0;
    }
    loaded = false;
  }

  /** Whether an epoch is the best so far, which it then is; NaN never is. */
  boolean improves(EpochResult result) {
    double value = result.get(name);
    boolean better =
        bestEpoch == 0
            ? !Double.isNaN(value)
            : larger ? value > best + minDelta : value < best - minDelta;
    if (better) {
      best = value;
      bestEpoch = result.epoch();
      waited = 0;
    } else {
      waited++;
    }
    return better;
  }

  @Override
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    state.put("best", Tensors.full(Shape.SCALAR, best, DType.F64));
    state.put("bestEpoch", Tensors.of((long) bestEpoch));
    state.put("waited", Tensors.of((long) waited));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    double[] numbers = Stateful.numbers(owner, saved, "best", "bestEpoch", "waited");
    best = numbers[0];
    bestEpoch = (int) numbers[1];
    waited = (int) numbers[2];
    loaded = true;
  }
}
