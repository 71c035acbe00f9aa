package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.catalog.UnaryFunction;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** F64 functions of the graph against the values of {@link GoldenRow}. */
class GoldenFunctionsTest {
  /** The rows of functions of the graph; others are composed. */
  private static List<GoldenRow> rows() throws IOException {
    Set<String> names =
        Stream.of(UnaryOp.values(), BinaryOp.values())
            .flatMap(Arrays::stream)
            .map(Enum::name)
            .collect(Collectors.toSet());
    return GoldenRow.all().stream().filter(row -> names.contains(row.name())).toList();
  }

  /** The promised error in F64; half a unit more is allowed because the expected value is rounded. */
  private static double bound(GoldenRow row) {
    return switch (row.name()) {
      case "POW" -> 1.5;
      case "ATAN2" -> 2.5;
      default -> Math.max(1, UnaryFunction.named(row.name()).bound()) + 0.75;
    };
  }

  @Test
  void scalarMathIsWithinItsBounds() throws IOException {
    List<GoldenRow> rows = rows();
    assertTrue(rows.size() > 500);
    for (GoldenRow row : rows) {
      double[] x = {row.x()};
      double actual =
          row.isBinary()
              ? ScalarBody.binary(BinaryOp.valueOf(row.name()), DType.F64)
                  .doubles(x, new double[] {row.y()})[0]
              : ScalarBody.unary(UnaryOp.valueOf(row.name()), DType.F64).doubles(x)[0];
      check(row, actual, bound(row));
    }
  }

  @Test
  void referenceIsWithinAFewUnits() throws IOException {
    for (GoldenRow row : rows()) {
      double actual =
          row.isBinary()
              ? ScalarFunctions.binary(BinaryOp.valueOf(row.name()), row.x(), row.y())
              : ScalarFunctions.unary(UnaryOp.valueOf(row.name()), row.x());
      double bound =
          switch (row.name()) {
            case "ERFC" -> 16;
            // Near the root of digamma a difference loses digits, of which f32 needs fewer than are
            // left.
            case "DIGAMMA" -> 256;
            default -> 3;
          };
      check(row, actual, bound);
    }
  }

  private static void check(GoldenRow row, double actual, double bound) {
    if (Double.isInfinite(row.expected()) || row.expected() == 0) {
      assertEquals(row.expected(), actual, row.toString());
    } else {
      double error = Math.abs(actual - row.expected()) / Math.ulp(row.expected());
      assertTrue(
          error <= bound,
          () -> row + " = " + actual + ", expected " + row.expected() + ": " + error + " units");
    }
  }
}
