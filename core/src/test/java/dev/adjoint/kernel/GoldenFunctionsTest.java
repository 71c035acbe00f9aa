package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.ScalarFunctions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * F64 functions against correctly rounded values, which the mpmath library computed with 60 digits: for each function
 * random arguments over its range and some near zeros, poles, multiples of pi and the points where the method changes.
 */
class GoldenFunctionsTest {
  private record Row(String name, double x, double y, double expected) {
    boolean isBinary() {
      return name.equals("POW") || name.equals("ATAN2");
    }

    @Override
    public String toString() {
      return name + "(" + x + (isBinary() ? ", " + y : "") + ")";
    }
  }

  private static List<Row> rows() throws IOException {
    try (var reader = new BufferedReader(new InputStreamReader(
        GoldenFunctionsTest.class.getResourceAsStream("/functions-f64.txt"), StandardCharsets.US_ASCII))) {
      return reader.lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" "))
          .map(w -> new Row(w[0], Double.parseDouble(w[1]), Double.parseDouble(w[2]), Double.parseDouble(w[3])))
          .toList();
    }
  }

  /** The promised error in F64; half a unit more is allowed because the expected value is rounded. */
  private static double bound(Row row) {
    return switch (row.name()) {
      case "POW" -> 1.5;
      case "ATAN2" -> 2.5;
      default -> Math.max(1, ScalarAccuracyTest.bound(UnaryOp.valueOf(row.name()))) + 0.75;
    };
  }

  @Test
  void scalarMathIsWithinItsBounds() throws IOException {
    List<Row> rows = rows();
    assertTrue(rows.size() > 500);
    for (Row row : rows) {
      double[] x = {row.x()};
      double actual = row.isBinary()
          ? ScalarBody.binary(BinaryOp.valueOf(row.name()), DType.F64).doubles(x, new double[] {row.y()})[0]
          : ScalarBody.unary(UnaryOp.valueOf(row.name()), DType.F64).doubles(x)[0];
      check(row, actual, bound(row));
    }
  }

  @Test
  void referenceIsWithinThreeUnits() throws IOException {
    for (Row row : rows()) {
      double actual = row.isBinary()
          ? ScalarFunctions.binary(BinaryOp.valueOf(row.name()), row.x(), row.y())
          : ScalarFunctions.unary(UnaryOp.valueOf(row.name()), row.x());
      check(row, actual, row.name().equals("ERFC") ? 16 : 3);
    }
  }

  private static void check(Row row, double actual, double bound) {
    if (Double.isInfinite(row.expected()) || row.expected() == 0) {
      assertEquals(row.expected(), actual, row.toString());
    } else {
      double error = Math.abs(actual - row.expected()) / Math.ulp(row.expected());
      assertTrue(error <= bound, () -> row + " = " + actual + ", expected " + row.expected() + ": " + error + " units");
    }
  }
}
