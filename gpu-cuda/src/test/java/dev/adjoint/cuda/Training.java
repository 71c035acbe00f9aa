package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;

/** Linear regression by gradient descent. */
final class Training {
  private static final int INPUTS = 8;
  private static final int OUTPUTS = 3;

  final Device device;
  final Variable weight;
  final Tensor x;
  final Tensor y;

  Training(Device device, int examples) {
    this.device = device;
    Tensor first = Scope.on(device, () -> ramp(INPUTS, OUTPUTS).mul(0.01f));
    weight = new Parameter("weight", first);
    x = Scope.on(device, () -> ramp(examples, INPUTS).realize());
    y = Scope.on(device, () -> ramp(examples, OUTPUTS).realize());
  }

  private static Tensor ramp(int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3;
    }
    return Tensors.of(values).reshape(rows, columns);
  }

  float step() {
    return Scope.on(
        device,
        () -> {
          Tensor difference = x.matmul(weight).sub(y);
          Tensor gradient = x.t().matmul(difference).mul(2f / x.shape().dim(0));
          weight.set(weight.sub(gradient.mul(0.01f)));
          return (float) difference.mul(difference).mean().item();
        });
  }

  float[] state() {
    return weight.toFloats();
  }
}
