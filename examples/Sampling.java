import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.distributions.Bernoulli;
import dev.adjoint.distributions.Categorical;
import dev.adjoint.distributions.Distributions;
import dev.adjoint.distributions.Gamma;
import dev.adjoint.distributions.Poisson;
import dev.adjoint.nn.optim.Adam;
import java.util.List;

/** Learning by what is drawn from distributions: bin/adjoint examples/Sampling.java */
void main() {
  policy();
  inference();
}

/** A policy finds out which of three levers pays most often, by the gradient of its expected reward (REINFORCE). */
void policy() {
  var random = new Random(1);
  Tensor pays = Tensors.of(0.2, 0.4, 0.8);
  Tensor logits = Tensors.zeros(3);
  for (int step = 0; step < 100; step++) {
    Tensor x = logits.requiresGrad();
    var policy = Categorical.ofLogits(x);
    Tensor lever = policy.sample(random, 32);
    Tensor reward = new Bernoulli(pays.take(lever)).sample(random);
    Tensor loss = policy.logProb(lever).mul(reward.sub(reward.mean())).mean().neg();
    logits = x.sub(loss.backward().of(x)).detach().realize();
  }
  IO.println("lever        " + (int) logits.argmax().item());
  IO.println("probability  %.2f".formatted(logits.softmax(0).max().item()));
}

/** The rate of counts, by gradients through draws of what it may be. With this prior it is known: a gamma(25, 7). */
void inference() {
  var random = new Random(2);
  Tensor counts = Tensors.of(4.0, 2.0, 5.0, 3.0, 4.0, 6.0);
  var prior = new Gamma(1, 1);
  var logs = new Parameter("logs", Tensors.zeros(2));
  var optimizer = new Adam(List.of(logs), 0.1);
  for (int step = 0; step < 500; step++) {
    Tensor x = logs.value();
    var guess = new Gamma(x.get(0).exp(), x.get(1).exp());
    Tensor rate = guess.rsample(random, 32, 1);
    Tensor fit = new Poisson(rate).logProb(counts).sum(-1).mean();
    Tensor loss = Distributions.klDivergence(guess, prior).sub(fit);
    optimizer.step(loss.backward());
  }
  var found = new Gamma(logs.get(0).exp(), logs.get(1).exp());
  IO.println("rate         %.1f".formatted(found.mean().item()));
  IO.println("uncertainty  %.1f".formatted(found.stddev().item()));
}
