import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.distributions.Categorical;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Reduction;
import dev.adjoint.nn.optim.Adam;

/**
 * A policy learns to balance a pole, judged by a second head of the same network, with the settings of PyTorch's example; the
 * game is in CartPole.java, what the cases have in common in Episodes.java. bin/adjoint examples/cases/ActorCritic.java
 */
void main() {
  int solved = 0;
  for (int seed = 1; seed <= 5; seed++) {
    solved += learn(seed) ? 1 : 0;
  }
  IO.println("solved from %d of 5 seeds".formatted(solved));
}

class ActorCritic extends Module {
  final Linear hidden = new Linear(CartPole.SEEN, 128);
  final Linear scores = new Linear(128, CartPole.ACTIONS);
  final Linear value = new Linear(128, 1);

  /** The scores of the actions, and how much reward is expected. */
  List<Tensor> judge(Tensor seen) {
    return call(
        List.of(seen),
        () -> {
          Tensor x = hidden.apply(seen).relu();
          return List.of(scores.apply(x), value.apply(x));
        });
  }
}

/** Plays until the game is solved, or too many episodes are over. */
boolean learn(int seed) {
  Random.seed(seed);
  var game = new CartPole(seed);
  var model = new ActorCritic();
  var optimizer = new Adam(model.parameters(), 3e-2);
  return Episodes.solve(seed, () -> play(game, model, optimizer));
}

/** One episode and one step of the optimizer; returns the number of steps of the game, which is the reward. */
int play(CartPole game, ActorCritic model, Adam optimizer) {
  var chosen = new ArrayList<Tensor>();
  var expected = new ArrayList<Tensor>();
  float[] seen = game.reset();
  while (!game.isOver()) {
    List<Tensor> judged = model.judge(Tensors.of(seen));
    var actions = Categorical.ofLogits(judged.get(0));
    Tensor action = actions.sample();
    chosen.add(actions.logProb(action));
    expected.add(judged.get(1));
    seen = game.step(action.itemInt());
  }
  Tensor returns = Episodes.returns(chosen.size());
  Tensor values = Tensors.cat(expected, 0);
  // Results better than expected make actions likelier, and do not change what is expected.
  Tensor advantage = returns.sub(values.detach());
  Tensor policyLoss = Tensors.stack(chosen).mul(advantage).sum().neg();
  Tensor valueLoss = Losses.smoothL1(values, returns, 1, Reduction.SUM);
  optimizer.step(policyLoss.add(valueLoss).backward());
  return chosen.size();
}
