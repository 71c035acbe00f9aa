package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A comparison of gradients with central differences, {@code (f(x + eps) - f(x - eps)) / (2 eps)}, in f64.
 *
 * <p>Up to a number of elements of input and output every partial derivative is compared, above it the derivatives along three
 * random directions. Inputs must keep their distance from kinks: more than {@code eps}. Inputs of integer type and bool are
 * passed on unchanged.
 *
 * @param eps the step
 * @param rtol the difference that is allowed, relative to the numeric derivative
 * @param atol the difference that is allowed besides
 * @param limit the number of elements up to which every partial derivative is compared
 * @param seed of the random directions
 */
public record GradCheck(double eps, double rtol, double atol, int limit, long seed) {
  private static final int DIRECTIONS = 3;
  private static final GradCheck STANDARD = new GradCheck(1e-6, 1e-6, 1e-7, 64, 0);

  /** Step 1e-6, relative tolerance 1e-6, absolute tolerance 1e-7, every derivative up to 64 elements. */
  public static GradCheck standard() {
    return STANDARD;
  }

  /** This check with other tolerances. */
  public GradCheck withTolerance(double rtol, double atol) {
    return new GradCheck(eps, rtol, atol, limit, seed);
  }

  /** This check with another step. */
  public GradCheck withStep(double eps) {
    return new GradCheck(eps, rtol, atol, limit, seed);
  }

  /** Checks the gradient of a function of one tensor. */
  public void check(String name, UnaryOperator<Tensor> f, Tensor x) {
    check(name, xs -> f.apply(xs.getFirst()), List.of(x));
  }

  /**
   * Checks the gradients of a function with respect to all its inputs of type f64.
   *
   * @param name what the failure calls the function
   * @throws AssertionError if a derivative differs: names the input, the elements and both values
   * @throws IllegalArgumentException if an input is of type f32, or none is of type f64
   */
  public void check(String name, Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
    Scope.withGrad(
        () -> {
          var run = new Run(name, f, inputs);
          for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).dtype() == DType.F64) {
              run.input(i);
            }
          }
          return true;
        });
  }

  /** Checks the second derivatives of a function of one tensor. */
  public void checkSecond(String name, UnaryOperator<Tensor> f, Tensor x) {
    checkSecond(name, xs -> f.apply(xs.getFirst()), List.of(x));
  }

  /**
   * Checks the gradients of the gradients of a function, with respect to its inputs and to the gradient of its output.
   *
   * @throws AssertionError if a derivative differs
   */
  public void checkSecond(String name, Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
    Shape shape = f.apply(inputs).shape();
    var random = new SplittableRandom(seed + 1);
    var extended = new ArrayList<>(inputs);
    extended.add(tensor(random.doubles(shape.size(), -1, 1).toArray(), shape, inputs.getFirst()));
    int n = inputs.size();
    for (int i = 0; i < n; i++) {
      if (inputs.get(i).dtype() == DType.F64) {
        int of = i;
        check(
            name + " (gradient of input " + i + ")",
            xs ->
                Autograd.gradient(f.apply(xs.subList(0, n)), xs.get(n), List.of(xs.get(of)))
                    .getFirst(),
            extended);
      }
    }
  }

  private static Tensor tensor(double[] values, Shape shape, Tensor like) {
    return Scope.withDType(
        DType.F64, () -> Scope.on(like.device(), () -> Tensors.of(values, shape.dims())));
  }

  /** One function at one point. */
  private final class Run {
    private final String name;
    private final Function<List<Tensor>, Tensor> f;
    private final List<Tensor> inputs;
    private final List<Tensor> leaves;
    private final Tensor output;

    Run(String name, Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
      this.name = name;
      this.f = f;
      this.inputs = inputs;
      this.leaves = inputs.stream().map(x -> x.dtype().isFloat() ? x.requiresGrad() : x).toList();
      this.output = f.apply(leaves);
      for (Tensor input : inputs) {
        if (input.dtype().isFloat() && input.dtype() != DType.F64) {
          throw new IllegalArgumentException(
              "gradcheck "
                  + name
                  + ": an input is "
                  + input.dtype()
                  + "; differences need f64: call toDouble()");
        }
      }
      if (inputs.stream().noneMatch(x -> x.dtype() == DType.F64)) {
        throw new IllegalArgumentException("gradcheck " + name + ": there is no input of type f64");
      }
      if (!Arrays.equals(f.apply(leaves).toDoubles(), output.toDoubles())) {
        throw new AssertionError("gradcheck " + name + ": two calls with the same inputs differ");
      }
    }

    void input(int i) {
      double[] x = inputs.get(i).toDoubles();
      if (x.length <= limit && output.size() <= limit) {
        everyDerivative(i, x);
      } else {
        directions(i, x);
      }
    }

    private void everyDerivative(int i, double[] x) {
      int m = (int) output.size();
      double[][] analytic = new double[m][];
      for (int row = 0; row < m; row++) {
        double[] unit = new double[m];
        unit[row] = 1;
        analytic[row] = gradient(i, unit);
      }
      for (int column = 0; column < x.length; column++) {
        double[] direction = new double[x.length];
        direction[column] = 1;
        double[] numeric = difference(i, x, direction);
        for (int row = 0; row < m; row++) {
          String where =
              "element "
                  + index(column, inputs.get(i).shape())
                  + ", output "
                  + index(row, output.shape());
          compare(i, where, analytic[row][column], numeric[row]);
        }
      }
    }

    private void directions(int i, double[] x) {
      var random = new SplittableRandom(seed + i);
      for (int k = 0; k < DIRECTIONS; k++) {
        double[] direction = random.doubles(x.length, -1, 1).toArray();
        double[] weights = random.doubles(output.size(), -1, 1).toArray();
        compare(
            i,
            "random direction " + k,
            dot(gradient(i, weights), direction),
            dot(difference(i, x, direction), weights));
      }
    }

    private double[] gradient(int i, double[] weights) {
      Tensor seed = tensor(weights, output.shape(), output);
      Tensor gradient = Autograd.gradient(output, seed, List.of(leaves.get(i))).getFirst();
      Tensor input = inputs.get(i);
      if (!gradient.shape().equals(input.shape()) || gradient.dtype() != input.dtype()) {
        throw new AssertionError(
            "gradcheck "
                + name
                + ": the gradient of input "
                + i
                + " is "
                + gradient.dtype()
                + gradient.shape()
                + ", the input is "
                + input.dtype()
                + input.shape());
      }
      return gradient.toDoubles();
    }

    private double[] difference(int i, double[] x, double[] direction) {
      double[] high = moved(i, x, direction, eps);
      double[] low = moved(i, x, direction, -eps);
      double[] slope = new double[high.length];
      for (int k = 0; k < slope.length; k++) {
        slope[k] = (high[k] - low[k]) / (2 * eps);
      }
      return slope;
    }

    private double[] moved(int i, double[] x, double[] direction, double by) {
      double[] to = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        to[k] = x[k] + by * direction[k];
      }
      var arguments = new ArrayList<>(leaves);
      Tensor input = inputs.get(i);
      arguments.set(i, tensor(to, input.shape(), input).requiresGrad());
      return f.apply(arguments).toDoubles();
    }

    private void compare(int i, String where, double analytic, double numeric) {
      double allowed = atol + rtol * Math.abs(numeric);
      if (!(Math.abs(analytic - numeric) <= allowed)) {
        throw new AssertionError(
            "gradcheck "
                + name
                + ": input "
                + i
                + " "
                + inputs.get(i).shape()
                + ", "
                + where
                + ": analytic "
                + analytic
                + ", numeric "
                + numeric
                + ", which differ by more than "
                + allowed);
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static String index(int flat, Shape shape) {
    int[] index = new int[shape.rank()];
    int rest = flat;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      index[i] = rest % shape.dim(i);
      rest /= shape.dim(i);
    }
    return Arrays.toString(index);
  }
}
