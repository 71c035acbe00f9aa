package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.Reference;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every device must do: compute each row of the {@link OpCatalog} as {@link Reference} defines it, for every type
 * and layout, and reject what the row says is wrong. A device's tests extend this.
 */
public abstract class DeviceContract extends CatalogContract {
  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return rows(OpCatalog.all(), OpSpec.ALL, DeviceContract::check);
  }

  @TestFactory
  Stream<DynamicTest> scalarFunctionsHaveTheSameBitsEverywhere() {
    Stream<DynamicTest> unary =
        EnumSet.complementOf(EnumSet.of(UnaryOp.NOT)).stream()
            .flatMap(
                f ->
                    OpSpec.FLOATS.stream()
                        .sorted()
                        .map(
                            dtype ->
                                dynamicTest(
                                    f + " " + dtype,
                                    () ->
                                        on(
                                            () -> {
                                              SameBits.check(f, dtype);
                                              return true;
                                            }))));
    Stream<DynamicTest> binary =
        EnumSet.range(BinaryOp.ADD, BinaryOp.GE).stream()
            .flatMap(
                f ->
                    OpSpec.FLOATS.stream()
                        .sorted()
                        .map(
                            dtype ->
                                dynamicTest(
                                    f + " " + dtype,
                                    () ->
                                        on(
                                            () -> {
                                              SameBits.check(f, dtype);
                                              return true;
                                            }))));
    return Stream.concat(unary, binary);
  }

  @TestFactory
  Stream<DynamicTest> rejectsWrongCalls() {
    return OpCatalog.all().stream()
        .flatMap(row -> row.errors().stream())
        .map(
            error ->
                dynamicTest(
                    error.fragment(),
                    () -> {
                      var thrown =
                          on(
                              () ->
                                  assertThrows(
                                      IllegalArgumentException.class, () -> error.call().get()));
                      assertTrue(
                          thrown.getMessage().contains(error.fragment()), thrown.getMessage());
                    }));
  }

  private static void check(Sample sample) {
    Tensor result = sample.result();
    if (sample.special() && !sample.dtype().isFloat() && result.dtype().isFloat()) {
      // The largest integers are rounded on the way to a float, the reference does not round.
      return;
    }
    double[] expected = Reference.evaluate(result);
    double[] magnitude = magnitude(sample, expected);
    compare(
        sample, expected, result.toDoubles(), magnitude, sample.op().tolerance(), result.dtype());
  }

  /** What the op gives for absolute values, where the tolerance needs it. */
  private static double[] magnitude(Sample sample, double[] expected) {
    if (sample.op().tolerance().depth() == 0) {
      return expected;
    }
    List<Tensor> absolute =
        sample.operands().stream().map(x -> x.dtype() == DType.BOOL ? x : x.abs()).toList();
    return Reference.evaluate(sample.op().apply(absolute));
  }
}
