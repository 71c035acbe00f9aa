package dev.adjoint.catalog;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.reference.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every device must do for random calls: compute the result of a {@link Draw} and all its gradients, in one plan, as {@link
 * Reference} defines them; ten of each row and each type that it admits, or as many as {@code -Dadjoint.test.draws} says. A
 * device's tests extend this, with the autograd module on their class path.
 */
public abstract class DrawContract extends CatalogContract {
  private static final int DRAWS = Integer.getInteger("adjoint.test.draws", 10);

  @TestFactory
  Stream<DynamicTest> randomCallsAgreeWithTheReference() {
    return OpCatalog.all().stream()
        .filter(Draw::isPossible)
        .map(row -> dynamicTest(row.label(), () -> check(row)));
  }

  private void check(OpSpec row) {
    Scope.on(
        device(),
        () -> {
          row.admitted()
              .forEach(
                  dtype -> {
                    for (int i = 0; i < DRAWS; i++) {
                      check(new Draw(row, dtype, i));
                    }
                  });
          return true;
        });
  }

  private static void check(Draw draw) {
    List<Tensor> operands = Sample.tracked(draw.operands());
    Tensor result = draw.result(operands);
    Map<String, Tensor> wanted = new LinkedHashMap<>();
    wanted.put("the result", result);
    Sample.gradients(result, operands, new Random(draw.toString().hashCode()))
        .forEach((i, gradient) -> wanted.put("the gradient of operand " + i, gradient));
    List<double[]> expected = new ArrayList<>();
    wanted.values().forEach(each -> expected.add(Reference.evaluate(each)));
    Tensor.realize(wanted.values());
    if (draw.isRounded(result)) {
      return;
    }
    int k = 0;
    for (var each : wanted.entrySet()) {
      double[] exact = expected.get(k);
      boolean isResult = k++ == 0;
      Tolerance tolerance = draw.tolerance();
      compare(
          draw + ", " + each.getKey(),
          exact,
          each.getValue().toDoubles(),
          isResult ? magnitude(draw.op(), draw.operands(), draw::result, exact) : exact,
          isResult ? tolerance : tolerance.ofGradients(GradientContract.size(exact, result.size())),
          draw.precision(each.getValue().dtype()));
    }
  }
}
