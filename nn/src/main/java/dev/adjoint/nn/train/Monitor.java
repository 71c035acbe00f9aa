package dev.adjoint.nn.train;

/** The best of a value over the epochs of a training. */
final class Monitor {
  private final String owner;
  private String name = "val_loss";
  private boolean larger;
  private double minDelta;
  private double best;
  private int bestEpoch;

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

  void reset() {
    bestEpoch = 0;
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
    }
    return better;
  }
}
