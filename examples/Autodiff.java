import dev.adjoint.Gradients;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.graph.GraphPicture;

/** Gradients of numbers, gradients of gradients, control flow, and a picture of a graph: bin/adjoint examples/Autodiff.java */
void main() {
  scalars();
  higherOrder();
  controlFlow();
  picture();
}

/** One neuron by hand: a = tanh(w x + b) with loss (a - 1)^2. */
void scalars() {
  Tensor w = Tensors.of(0.5).requiresGrad();
  Tensor b = Tensors.of(-0.25).requiresGrad();
  Tensor x = Tensors.of(2.0);
  Tensor a = w.mul(x).add(b).tanh();
  Tensor loss = a.sub(1).square();
  Gradients gradients = loss.backward();
  IO.println("loss     " + loss);
  IO.println("dloss/dw " + gradients.of(w));
  IO.println("dloss/db " + gradients.of(b));
  double delta = 2 * (a.item() - 1) * (1 - a.item() * a.item());
  IO.println("by hand  %.4f and %.4f".formatted(delta * x.item(), delta));
}

/** The derivatives of x^4 at 2: 32, 48, 48, 24. */
void higherOrder() {
  Tensor x = Tensors.of(2.0).requiresGrad();
  Tensor derivative = x.pow(4);
  for (int order = 1; order <= 4; order++) {
    derivative = Autograd.gradient(derivative, x);
    IO.println("derivative %d of x^4 at 2: %.1f".formatted(order, derivative.item()));
  }
}

/** The graph is what was run: Newton's method for the root of 2, differentiated through its loop. */
void controlFlow() {
  Tensor y = Tensors.of(2.0).requiresGrad();
  Tensor root = Tensors.of(1.0);
  int steps = 0;
  while (Math.abs(root.square().sub(y).item()) > 1e-6) {
    root = root.add(y.div(root)).mul(0.5);
    steps++;
  }
  IO.println(
      "root of 2 after %d steps: %.6f, its derivative %.6f"
          .formatted(steps, root.item(), root.backward().of(y).item()));
}

/** A small expression and its gradient, in the DOT language; dot -Tsvg draws it. */
void picture() {
  Tensor x = Tensors.of(1.0, 2.0, 3.0).requiresGrad();
  Tensor y = x.square().sum().sqrt();
  Gradients gradients = y.backward();
  IO.println(GraphPicture.dot(y.node(), gradients.of(x).node()));
}
