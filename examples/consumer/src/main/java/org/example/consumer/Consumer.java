package org.example.consumer;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.optim.SGD;

/** Fits a line to points of another, and prints the loss that is left. */
final class Consumer {
  private Consumer() {}

  static void main() {
    Random.seed(1);
    Tensor x = Tensors.rand(64, 1);
    Tensor y = x.mul(3).sub(1).realize();
    var model = new Linear(1, 1);
    var optimizer = new SGD(model.parameters(), 0.5);
    double loss = 1;
    for (int step = 0; step < 200; step++) {
      Tensor error = Losses.mse(model.apply(x), y);
      Gradients gradients = error.backward();
      for (Parameter parameter : model.parameters()) {
        if (gradients.find(parameter) == null) {
          throw new IllegalStateException("no gradient of " + parameter);
        }
      }
      optimizer.step(gradients);
      loss = error.item();
    }
    IO.println(loss < 1e-4 ? "learned on " + x.device() : "did not learn: " + loss);
  }
}
