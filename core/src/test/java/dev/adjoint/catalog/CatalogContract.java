package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.reference.Reference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What the contracts of a device share: samples of the {@link OpCatalog} are tried on it, and results compared. */
public abstract class CatalogContract {
  /** The device under test. */
  protected abstract Device device();

  /** Whether to try a sample; a device that shares nearly all of its code with another may leave some out. */
  protected boolean tries(Sample sample) {
    return true;
  }

  /** A test for each row and type of which some samples are tried. */
  final Stream<DynamicTest> rows(List<OpSpec> rows, Set<DType> types, Consumer<Sample> check) {
    return rows.stream()
        .flatMap(
            row ->
                row.dtypes().stream()
                    .filter(types::contains)
                    .sorted()
                    .map(dtype -> test(row + " " + dtype, tried(row, dtype), check))
                    .flatMap(Optional::stream));
  }

  private List<Sample> tried(OpSpec row, DType dtype) {
    return on(() -> row.samples(dtype).stream().filter(this::tries).toList());
  }

  private Optional<DynamicTest> test(String name, List<Sample> samples, Consumer<Sample> check) {
    return samples.isEmpty()
        ? Optional.empty()
        : Optional.of(
            dynamicTest(
                name,
                () -> {
                  for (Sample sample : samples) {
                    on(
                        () -> {
                          check.accept(sample);
                          return true;
                        });
                  }
                }));
  }

  /** What an action gives on the device under test. */
  final <T> T on(Supplier<T> action) {
    return Scope.on(device(), action);
  }

  /** What the op gives for absolute values, where the tolerance needs it. */
  static double[] magnitude(
      OpSpec op, List<Tensor> operands, Function<List<Tensor>, Tensor> call, double[] expected) {
    if (op.tolerance().depth() == 0) {
      return expected;
    }
    List<Tensor> absolute =
        operands.stream().map(x -> x.dtype() == DType.BOOL ? x : x.abs()).toList();
    return Reference.evaluate(call.apply(absolute));
  }

  /** Compares elements of a type; the magnitudes are those that the tolerance asks for. */
  static void compare(
      Object what,
      double[] expected,
      double[] actual,
      double[] magnitude,
      Tolerance tolerance,
      DType dtype) {
    assertEquals(expected.length, actual.length, what.toString());
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertTrue(
          tolerance.accepts(expected[i], actual[i], magnitude[i], dtype),
          () -> what + ": element " + at + " is " + actual[at] + ", expected " + expected[at]);
    }
  }
}
