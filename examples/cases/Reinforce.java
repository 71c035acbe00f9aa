import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.distributions.Categorical;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.optim.Adam;

/**
 * A policy learns to balance a pole (REINFORCE, Williams 1992), with the settings of PyTorch's example; the game is in
 * CartPole.java. bin/adjoint examples/cases/Reinforce.java
 */
void main() {
  int solved = 0;
  for (int seed = 1; seed <= 5; seed++) {
    solved += learn(seed) ? 1 : 0;
  }
  IO.println("solved from %d of 5 seeds".formatted(solved));
}

class Policy extends Module {
  final Linear hidden = new Linear(CartPole.SEEN, 128);
  final Dropout dropout = new Dropout(0.6);
  final Linear scores = new Linear(128, CartPole.ACTIONS);

  @Override
  protected Tensor forward(Tensor x) {
    return scores.apply(dropout.apply(hidden.apply(x)).relu());
  }
}

/** Plays until the game is solved, or too many episodes are over. */
boolean learn(int seed) {
  Random.seed(seed);
  var game = new CartPole(seed);
  var policy = new Policy();
  var optimizer = new Adam(policy.parameters(), 1e-2);
  return Episodes.solve(seed, () -> play(game, policy, optimizer));
}

/** One episode and one step of the optimizer; returns the number of steps of the game, which is the reward. */
int play(CartPole game, Policy policy, Adam optimizer) {
  var chosen = new ArrayList<Tensor>();
  float[] seen = game.reset();
  while (!game.isOver()) {
    var actions = Categorical.ofLogits(policy.apply(Tensors.of(seen)));
    Tensor action = actions.sample();
    chosen.add(actions.logProb(action));
    seen = game.step(action.itemInt());
  }
  Tensor returns = Episodes.returns(chosen.size());
  Tensor loss = Tensors.stack(chosen).mul(returns).sum().neg();
  optimizer.step(loss.backward());
  return chosen.size();
}
