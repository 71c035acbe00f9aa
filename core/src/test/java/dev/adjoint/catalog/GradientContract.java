package dev.adjoint.catalog;

import dev.adjoint.Tensor;
import dev.adjoint.reference.Reference;
import dev.adjoint.schedule.Engine;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every device must do in a backward pass: compute the gradients of each differentiable row of the {@link OpCatalog} as
 * {@link Reference} defines them, for every float type and layout. A device's tests extend this, with the autograd module on
 * their class path.
 *
 * <p>The reference computes the same graph as the device, so this finds wrong kernels. Wrong rules of differentiation are found
 * by the finite differences of the autograd module.
 */
public abstract class GradientContract extends CatalogContract {
  @TestFactory
  Stream<DynamicTest> gradientsAgreeWithTheReference() {
    return rows(OpCatalog.differentiable(), OpSpec.FLOATS, GradientContract::check);
  }

  private static void check(Sample sample) {
    Map<Integer, Tensor> gradients = sample.gradients();
    Map<Integer, double[]> references = new HashMap<>();
    gradients.forEach((operand, gradient) -> references.put(operand, Reference.evaluate(gradient)));
    compute(gradients);
    double elements = sample.result().size();
    gradients.forEach(
        (operand, gradient) -> {
          double[] expected = references.get(operand);
          Tolerance tolerance = sample.op().tolerance().ofGradients(size(expected, elements));
          compare(
              sample + ", gradient of operand " + operand,
              expected,
              gradient.toDoubles(),
              expected,
              tolerance,
              gradient.dtype());
        });
  }

  /** Computes gradients in one plan, as in a training step, so that kernels of several are merged. */
  private static void compute(Map<Integer, Tensor> gradients) {
    Engine.step(gradients.values().stream().map(Tensor::node).toList());
  }

  /** Computes the gradients of a sample as its test does. */
  public static void compute(Sample sample) {
    compute(sample.gradients());
  }

  /**
   * The order of the numbers that a gradient is made of. Its largest element may be less because terms cancel, and is then
   * replaced by the sum of these terms, as if each element of the result gave 1 to some element of the operand.
   */
  static double size(double[] gradient, double elements) {
    double largest =
        DoubleStream.of(gradient).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    return Math.max(largest, elements / gradient.length);
  }
}
