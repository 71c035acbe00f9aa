import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.function.IntSupplier;

/** What learning from episodes of CartPole has in common, with the settings of PyTorch's examples. */
final class Episodes {
  private static final double GAMMA = 0.99;
  private static final int MOST = 1500;

  /** The running reward from which on the game counts as solved. */
  private static final double SOLVED = 475;

  private Episodes() {}

  /**
   * Whether the game is solved within 1500 episodes.
   *
   * @param play plays one episode and learns from it; its result is the number of steps, which is the reward
   */
  static boolean solve(int seed, IntSupplier play) {
    double running = 10;
    for (int episode = 1; episode <= MOST; episode++) {
      running = 0.05 * play.getAsInt() + 0.95 * running;
      if (running > SOLVED) {
        IO.println(
            "seed %d: running reward %.1f after %d episodes".formatted(seed, running, episode));
        return true;
      }
    }
    IO.println("seed %d: running reward %.1f".formatted(seed, running));
    return false;
  }

  /** What is still to come after each step of an episode, discounted and standardised. */
  static Tensor returns(int length) {
    double[] sums = new double[length];
    double sum = 0;
    for (int t = length - 1; t >= 0; t--) {
      sum = 1 + GAMMA * sum;
      sums[t] = sum;
    }
    Tensor r = Tensors.of(sums);
    return r.sub(r.mean()).div(r.std().add(1e-8));
  }
}
