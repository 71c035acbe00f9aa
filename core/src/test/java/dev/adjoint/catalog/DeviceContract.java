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
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every device must do: compute each row of the {@link OpCatalog} as {@link Reference} defines it, for every type
 * and layout, and reject what the row says is wrong. A device's tests extend this.
 */
public abstract class DeviceContract extends CatalogContract {
  private static final Set<UnaryOp> UNARY = EnumSet.complementOf(EnumSet.of(UnaryOp.NOT));
  private static final Set<BinaryOp> BINARY = EnumSet.range(BinaryOp.ADD, BinaryOp.GE);

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return rows(OpCatalog.all(), OpSpec.ALL, DeviceContract::check);
  }

  @TestFactory
  Stream<DynamicTest> scalarFunctionsHaveTheSameBitsEverywhere() {
    Stream<DynamicTest> unary =
        UNARY.stream().flatMap(f -> ofEachFloat(f, dtype -> SameBits.check(f, dtype)));
    Stream<DynamicTest> binary =
        BINARY.stream().flatMap(f -> ofEachFloat(f, dtype -> SameBits.check(f, dtype)));
    return Stream.concat(unary, binary);
  }

  /** Computes scalar functions as their tests do. */
  public static void compute(BiPredicate<Enum<?>, DType> isTried) {
    for (DType dtype : OpSpec.FLOATS) {
      UNARY.stream().filter(f -> isTried.test(f, dtype)).forEach(f -> SameBits.compute(f, dtype));
      BINARY.stream().filter(f -> isTried.test(f, dtype)).forEach(f -> SameBits.compute(f, dtype));
    }
  }

  private Stream<DynamicTest> ofEachFloat(Enum<?> f, Consumer<DType> check) {
    return OpSpec.FLOATS.stream()
        .filter(dtype -> tries(f, dtype))
        .map(
            dtype ->
                dynamicTest(
                    f + " " + dtype,
                    () ->
                        on(
                            () -> {
                              check.accept(dtype);
                              return true;
                            })));
  }

  /** Whether to try a scalar function of a type; a device that shares its code with another may leave some out. */
  protected boolean tries(Enum<?> function, DType dtype) {
    return true;
  }

  @TestFactory
  Stream<DynamicTest> conversionsOfNarrowFloatsHaveTheSameBitsEverywhere() {
    return Stream.of(DType.F16, DType.BF16)
        .map(
            dtype ->
                dynamicTest(
                    dtype.toString(),
                    () ->
                        on(
                            () -> {
                              SameBits.checkConversions(dtype);
                              return true;
                            })));
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
    double[] magnitude = magnitude(sample.op(), sample.operands(), sample.op()::apply, expected);
    compare(
        sample, expected, result.toDoubles(), magnitude, sample.op().tolerance(), result.dtype());
  }
}
