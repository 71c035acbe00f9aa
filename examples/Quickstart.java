import dev.adjoint.Gradients;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** The first example of the README: bin/adjoint examples/Quickstart.java */
void main() {
  Tensor x = Tensors.of(3.0, 1.0, 2.0).requiresGrad();
  Tensor y = x.mul(x).sum().sqrt();
  Gradients gradients = y.backward();
  IO.println(y.item());
  IO.println(gradients.of(x));
}
