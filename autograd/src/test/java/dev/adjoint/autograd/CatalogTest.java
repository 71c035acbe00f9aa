package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.OpSpec;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The derivatives of every differentiable operation of the catalog, against differences. */
class CatalogTest {
  private static final Sampling SAMPLING = new Sampling("derivatives against differences");
  private static final GradCheck FIRST = new GradCheck(1e-6, 1e-6, 1e-7, 64, 0);

  /** Gradients are steeper than values, so what rounding leaves of their differences is larger; directions save time. */
  private static final GradCheck SECOND = new GradCheck(1e-6, 1e-5, 1e-6, 12, 0);

  private static Stream<DynamicTest> rows(Stream<OpSpec> rows, Consumer<Sample> check) {
    return rows.filter(row -> SAMPLING.chooses(row.label()))
        .map(
            row ->
                dynamicTest(
                    row.label(),
                    () -> {
                      assertThat(row.gradientSamples()).isNotEmpty();
                      row.gradientSamples().forEach(check);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> firstDerivatives() {
    return rows(
        OpCatalog.differentiable().stream(),
        sample -> FIRST.check(sample.toString(), sample.op()::apply, sample.operands()));
  }

  @TestFactory
  Stream<DynamicTest> secondDerivatives() {
    return rows(
        OpCatalog.differentiable().stream().filter(row -> row.gradient() == OpSpec.Gradient.SECOND),
        sample -> SECOND.checkSecond(sample.toString(), sample.op()::apply, sample.operands()));
  }

  /** Four fifths of what has a first derivative has a second one. */
  @Test
  void mostOperationsHaveSecondDerivatives() {
    long second =
        OpCatalog.differentiable().stream()
            .filter(row -> row.gradient() == OpSpec.Gradient.SECOND)
            .count();
    assertThat(second).isGreaterThanOrEqualTo(OpCatalog.differentiable().size() * 4L / 5);
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
