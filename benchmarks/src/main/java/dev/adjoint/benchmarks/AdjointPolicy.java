package dev.adjoint.benchmarks;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;
import java.util.SplittableRandom;

/** The policy 4-32-2 in Adjoint, with Adam. It is applied once for each step of an episode, as a game has to. */
final class AdjointPolicy {
  static final int HIDDEN = 32;

  private final Module model;
  private final Adam optimizer;

  /** A policy that was not trained yet. */
  AdjointPolicy() {
    model =
        Adjoint.onDevice(
            () ->
                Sequential.of(
                    new Linear(Episode.SEEN, HIDDEN),
                    Activation.TANH,
                    new Linear(HIDDEN, Episode.ACTIONS)));
    optimizer = new Adam(model.parameters(), 1e-3);
  }

  private Tensor logProbabilities(float[] seen) {
    Tensor x = Adjoint.onDevice(() -> Tensors.of(seen));
    return model.apply(x).logSoftmax(-1);
  }

  private double train(Tensor loss) {
    optimizer.step(loss.backward());
    return loss.item();
  }

  private static Tensor sum(Tensor[] terms) {
    Tensor sum = terms[0];
    for (int i = 1; i < terms.length; i++) {
      sum = sum.add(terms[i]);
    }
    return sum;
  }

  /** Trains on an episode once: forward, backward, update; returns the loss. */
  double step(Episode episode) {
    var terms = new Tensor[episode.length()];
    for (int i = 0; i < terms.length; i++) {
      Tensor chosen = logProbabilities(episode.seen()[i]).get(episode.actions()[i]);
      terms[i] = chosen.mul(episode.weights()[i]);
    }
    return train(sum(terms));
  }

  /** Plays an episode, in which the policy chooses the actions, and trains on it; returns the loss. */
  double play(SplittableRandom random, int length) {
    float[][] seen = Episode.seen(random, length);
    float[] weights = Episode.weights(length);
    var terms = new Tensor[length];
    for (int i = 0; i < length; i++) {
      Tensor all = logProbabilities(seen[i]);
      int action = random.nextDouble() < Math.exp(all.toFloats()[0]) ? 0 : 1;
      terms[i] = all.get(action).mul(weights[i]);
    }
    return train(sum(terms));
  }

  /** How many nodes a training step on an episode records. */
  int nodes(Episode episode) {
    int before = Tensors.of(0f).node().serial();
    step(episode);
    return Tensors.of(0f).node().serial() - before - 1;
  }
}
