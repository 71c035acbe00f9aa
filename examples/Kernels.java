import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.autograd.Scalar;
import dev.adjoint.autograd.ScalarFunction;

/** Kernels of your own, with gradients and on every device: bin/adjoint examples/Kernels.java */
void main() {
  activation();
  loss();
  potential();
  rows();
}

static final ScalarFunction MISH = ScalarFunction.of("mish", x -> x.mul(x.exp().log1p().tanh()));

/** An activation and its first two derivatives. */
void activation() {
  Tensor x = Tensors.of(-2.0, 0.0, 2.0).requiresGrad();
  Tensor y = MISH.apply(x);
  Tensor slope = Autograd.gradient(y.sum(), x);
  IO.println("mish         " + y);
  IO.println("its slope    " + slope);
  IO.println("its bend     " + Autograd.gradient(slope.sum(), x));
}

/** Huber's loss grows like the square near 0 and like the distance far away, so outliers have little weight. */
static final ScalarFunction HUBER =
    ScalarFunction.of(
        "huber",
        (prediction, target, delta) -> {
          Scalar distance = prediction.sub(target).abs();
          Scalar near = distance.square().mul(0.5);
          Scalar far = delta.mul(distance.sub(delta.mul(0.5)));
          return distance.lt(delta).select(near, far);
        });

/** The mean of measurements, one of which is wrong, by gradient descent. */
void loss() {
  Tensor measured = Tensors.of(1.0, 1.1, 0.9, 1.0, 9.0);
  Tensor mean = Tensors.of(0.0);
  for (int step = 0; step < 100; step++) {
    Tensor at = mean.requiresGrad();
    Tensor loss = HUBER.apply(at, measured, Tensors.of(0.5)).sum();
    mean = at.sub(loss.backward().of(at).mul(0.1)).detach();
  }
  IO.println("robust mean  %.3f, mean %.3f".formatted(mean.item(), measured.mean().item()));
}

/** The potential of two atoms by their distance (Lennard-Jones), cut off where it is nearly 0. */
static final ScalarFunction LENNARD_JONES =
    ScalarFunction.of(
        "lennardJones",
        r -> {
          Scalar attraction = r.pow(-6);
          Scalar energy = attraction.square().sub(attraction).mul(4);
          return r.lt(2.5).select(energy, 0);
        });

/** Forces are the slope of the potential; two atoms rest where it is 0, at the sixth root of 2. */
void potential() {
  Tensor r = Tensors.of(1.0, Math.pow(2, 1 / 6.0), 2.0, 3.0).requiresGrad();
  Tensor energy = LENNARD_JONES.apply(r);
  IO.println("energies     " + energy);
  IO.println("forces       " + energy.sum().backward().of(r).neg());
}

static final ScalarFunction SOFTMAX =
    ScalarFunction.ofRows(
        "softmax",
        (row, x) -> {
          Scalar e = x.sub(row.max(x)).exp();
          return e.div(row.sum(e));
        });

/** A function of rows knows their sums and largest values. */
void rows() {
  IO.println("softmax      " + SOFTMAX.apply(Tensors.of(0.0, Math.log(3))));
}
