package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.LineSearch.Point;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class LBFGSTest {
  private static Parameter parameter(double... values) {
    return new Parameter("w", Scope.withDType(DType.F64, () -> Tensors.of(values)));
  }

  /** {@code (1 - x)^2 + 100 (y - x^2)^2}, whose minimum is at (1, 1). */
  private static Tensor rosenbrock(Tensor w) {
    Tensor x = w.select(0, 0);
    Tensor y = w.select(0, 1);
    return x.rsub(1).square().add(y.sub(x.square()).square().mul(100));
  }

  @Test
  void findsTheMinimumOfAnIllConditionedQuadraticForm() {
    Parameter w = parameter(1, -2, 3, -4, 5);
    Tensor scales =
        Scope.withDType(DType.F64, () -> Tensors.of(1.0, 10, 100, 1000, 1e4)).to(DType.F64);
    var optimizer = new LBFGS(List.of(w), 1).strongWolfe(true).maxIter(100).toleranceGrad(1e-9);
    Tensor before = optimizer.step(() -> w.sub(1).square().mul(scales).sum());
    assertEquals(0 + 90 + 400 + 25000 + 160000, before.item(), 1e-9);
    assertArrayEquals(new double[] {1, 1, 1, 1, 1}, w.toDoubles(), 1e-6);
    assertEquals(1, optimizer.steps());
  }

  @Test
  void followsTheValleyOfRosenbrock() {
    Parameter w = parameter(-1.2, 1);
    var optimizer = new LBFGS(List.of(w), 1).strongWolfe(true).toleranceChange(1e-14);
    for (int i = 0; i < 4; i++) {
      optimizer.step(() -> rosenbrock(w));
    }
    assertArrayEquals(new double[] {1, 1}, w.toDoubles(), 1e-6);
  }

  @Test
  void aLoadedOptimizerContinues() {
    Parameter a = parameter(-1.2, 1);
    var first = new LBFGS(List.of(a), 1).strongWolfe(true).maxIter(3).historySize(4);
    first.step(() -> rosenbrock(a));
    first.step(() -> rosenbrock(a));
    Map<String, Tensor> saved = first.state();
    assertTrue(saved.containsKey("0.s.0") && saved.containsKey("pairs"), saved.keySet().toString());
    var b = new Parameter("b", a);
    var second = new LBFGS(List.of(b), 1).strongWolfe(true).maxIter(3).historySize(4);
    second.load(saved);
    for (int i = 0; i < 3; i++) {
      first.step(() -> rosenbrock(a));
      second.step(() -> rosenbrock(b));
      assertArrayEquals(a.toDoubles(), b.toDoubles(), 0);
    }
    assertEquals(first.state().keySet(), second.state().keySet());
  }

  @Test
  void aFunctionThatThrowsChangesNothing() {
    Parameter w = parameter(-1.2, 1);
    var optimizer = new LBFGS(List.of(w), 1).strongWolfe(true);
    optimizer.step(() -> rosenbrock(w));
    double[] before = w.toDoubles();
    double iterations = optimizer.state().get("iterations").item();
    int[] calls = {0};
    assertThrows(
        IllegalStateException.class,
        () ->
            optimizer.step(
                () -> {
                  if (++calls[0] == 3) {
                    throw new IllegalStateException("no data");
                  }
                  return rosenbrock(w);
                }));
    assertArrayEquals(before, w.toDoubles(), 0);
    assertEquals(iterations, optimizer.state().get("iterations").item());
    assertEquals(1, optimizer.steps());
  }

  @Test
  void frozenParametersStay() {
    Parameter w = parameter(2, 3);
    Parameter still = parameter(5);
    still.freeze(true);
    var optimizer = new LBFGS(List.of(still, w), 0.5);
    optimizer.step(() -> w.square().sum().add(still.square().sum()));
    assertArrayEquals(new double[] {5}, still.toDoubles());
    assertArrayEquals(new double[] {0, 0}, w.toDoubles(), 1e-3);
  }

  @Test
  void wrongCallsAreErrors() {
    Parameter w = parameter(1, 1);
    var optimizer = new LBFGS(List.of(w), 1);
    var e = assertThrows(IllegalArgumentException.class, () -> optimizer.step(w.sum().backward()));
    assertEquals(
        "lbfgs: evaluates the loss several times: call step with the function that computes it",
        e.getMessage());
    Parameter other = parameter(1);
    assertThrows(IllegalArgumentException.class, () -> optimizer.step(() -> other.sum()));
    optimizer.groups().getFirst().weightDecay(0.1);
    assertThrows(IllegalStateException.class, () -> optimizer.step(() -> w.sum()));
    assertThrows(IllegalArgumentException.class, () -> new LBFGS(List.of(w), 1).maxIter(0));
  }

  private static void search(DoubleUnaryOperator f, DoubleUnaryOperator slope, double t) {
    LineSearch.Objective at =
        x -> new Point(x, f.applyAsDouble(x), slope.applyAsDouble(x), List.of());
    Point start = at.at(0);
    var search = new LineSearch(at, start, 1e-9);
    Point found = search.search(t);
    String text = found + " from " + t + " after " + search.evaluations();
    assertTrue(found.value() <= start.value() + 1e-4 * found.t() * start.slope(), text);
    assertTrue(Math.abs(found.slope()) <= -0.9 * start.slope(), text);
  }

  @Test
  void whatTheLineSearchFindsFulfilsTheStrongWolfeConditions() {
    for (double t : new double[] {1e-3, 0.1, 1, 10, 1e3}) {
      search(x -> (x - 2) * (x - 2), x -> 2 * (x - 2), t);
      search(x -> Math.exp(x) - 5 * x, x -> Math.exp(x) - 5, t);
    }
    for (double t : new double[] {1e-3, 0.1, 1, 10}) {
      search(x -> -x / (x * x + 2), x -> (x * x - 2) / ((x * x + 2) * (x * x + 2)), t);
      search(x -> Math.sin(3 * x + 2) + 0.1 * x * x, x -> 3 * Math.cos(3 * x + 2) + 0.2 * x, t);
    }
  }
}
