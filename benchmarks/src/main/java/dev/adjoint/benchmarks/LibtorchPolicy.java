package dev.adjoint.benchmarks;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The policy 4-32-2 in libtorch, with Adam. */
final class LibtorchPolicy {
  private final LinearImpl first = new LinearImpl(Episode.SEEN, AdjointPolicy.HIDDEN);
  private final LinearImpl second = new LinearImpl(AdjointPolicy.HIDDEN, Episode.ACTIONS);
  private final Adam optimizer;

  /** A policy that was not trained yet. */
  LibtorchPolicy() {
    var parameters = new TensorVector(first.weight(), first.bias(), second.weight(), second.bias());
    optimizer = new Adam(parameters, new AdamOptions(1e-3));
  }

  private Tensor logProbabilities(float[] seen) {
    Tensor x = torch.tensor(seen);
    return second.forward(first.forward(x).tanh()).log_softmax(-1);
  }

  private double train(Tensor loss) {
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss.item_float();
  }

  private static Tensor weighted(Tensor all, int action, float weight) {
    return all.select(0, action).mul(new Scalar(weight));
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
    try (var _ = new PointerScope()) {
      var terms = new Tensor[episode.length()];
      for (int i = 0; i < terms.length; i++) {
        Tensor all = logProbabilities(episode.seen()[i]);
        terms[i] = weighted(all, episode.actions()[i], episode.weights()[i]);
      }
      return train(sum(terms));
    }
  }

  /** Plays an episode, in which the policy chooses the actions, and trains on it; returns the loss. */
  double play(SplittableRandom random, int length) {
    try (var _ = new PointerScope()) {
      float[][] seen = Episode.seen(random, length);
      float[] weights = Episode.weights(length);
      var terms = new Tensor[length];
      for (int i = 0; i < length; i++) {
        Tensor all = logProbabilities(seen[i]);
        double first = Math.exp(all.select(0, 0).item_float());
        int action = random.nextDouble() < first ? 0 : 1;
        terms[i] = weighted(all, action, weights[i]);
      }
      return train(sum(terms));
    }
  }
}
