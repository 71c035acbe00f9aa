import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.autograd.Vmap;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;

/**
 * Parameters from which one step on ten points learns a wave (MAML, Finn et al. 2017), beside parameters that have learned all
 * waves at once: bin/adjoint examples/Maml.java
 */
void main() {
  Module learnsToLearn = trained(this::lossAfterStep);
  Module learnsAll = trained((net, waves) -> Losses.mse(net.apply(waves.get(0)), waves.get(1)));
  List<Tensor> others = waves(25);
  IO.println(
      "after one step, MAML  mse %.3f".formatted(lossAfterStep(learnsToLearn, others).item()));
  IO.println("after one step, joint mse %.3f".formatted(lossAfterStep(learnsAll, others).item()));
  Tensor each = gradientOfEach(learnsAll, others.get(0), others.get(1));
  IO.println("one gradient for each wave " + each.shape());
}

Module trained(BiFunction<Module, List<Tensor>, Tensor> loss) {
  Random.seed(1);
  var net =
      Sequential.of(
          new Linear(1, 40),
          Activation.RELU,
          new Linear(40, 40),
          Activation.RELU,
          new Linear(40, 1));
  var optimizer = new Adam(net.parameters(), 1e-3);
  for (int step = 0; step < 1000; step++) {
    optimizer.step(loss.apply(net, waves(25)).backward());
  }
  return net;
}

/** Ten points x, y of each of some waves, and ten others, all [n, 10, 1]. */
List<Tensor> waves(int n) {
  Tensor height = Tensors.rand(n, 1, 1).mul(4.9).add(0.1);
  Tensor phase = Tensors.rand(n, 1, 1).mul(Math.PI);
  Tensor x = Tensors.rand(n, 10, 1).mul(10).sub(5);
  Tensor newX = Tensors.rand(n, 10, 1).mul(10).sub(5);
  return List.of(x, x.sub(phase).sin().mul(height), newX, newX.sub(phase).sin().mul(height));
}

/** The parameters after a step on some points. */
Map<String, Tensor> adapted(Module net, Tensor x, Tensor y) {
  Map<String, Parameter> parameters = net.namedParameters();
  Tensor loss = Losses.mse(net.apply(x), y);
  List<Tensor> slopes = Autograd.gradient(loss, List.copyOf(parameters.values()));
  var faster = new LinkedHashMap<String, Tensor>();
  parameters.forEach((name, p) -> faster.put(name, p.sub(slopes.get(faster.size()).mul(0.01))));
  return faster;
}

/** The loss on new points after it, of each wave for itself. */
Tensor lossAfterStep(Module net, List<Tensor> waves) {
  Function<List<Tensor>, List<Tensor>> loss =
      wave -> {
        Map<String, Tensor> faster = adapted(net, wave.get(0), wave.get(1));
        Tensor found = net.functionalCall(faster, () -> net.apply(wave.get(2)));
        return List.of(Losses.mse(found, wave.get(3)));
      };
  return Vmap.overFirst().apply(loss, waves).getFirst().mean();
}

Tensor gradientOfEach(Module net, Tensor x, Tensor y) {
  Parameter first = net.parameters().getFirst();
  return Autograd.vmap((a, b) -> Autograd.gradient(Losses.mse(net.apply(a), b), first), x, y);
}
