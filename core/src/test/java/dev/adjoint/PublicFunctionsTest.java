package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.catalog.UnaryFunction;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.kernel.GoldenRow;
import dev.adjoint.reference.ScalarFunctions;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every scalar function of {@link Tensor} that rounds, within 4 units in the last place: in f64 against {@link GoldenRow}, and
 * those of two numbers in f32 against double precision.
 */
class PublicFunctionsTest {
  private static final double UNITS = 4;
  private static final int BLOCK = 1 << 18;

  private record Binary(String name, BinaryOperator<Tensor> f, DoubleBinaryOperator exact) {
    Binary(BinaryOp op, BinaryOperator<Tensor> f) {
      this(op.name(), f, (x, y) -> ScalarFunctions.binary(op, x, y));
    }
  }

  private static final List<Binary> BINARY =
      List.of(
          new Binary(BinaryOp.DIV, Tensor::div),
          new Binary(BinaryOp.FLOOR_DIV, Tensor::floorDiv),
          new Binary(BinaryOp.FMOD, Tensor::fmod),
          new Binary(BinaryOp.REMAINDER, Tensor::remainder),
          new Binary(BinaryOp.POW, Tensor::pow),
          new Binary(BinaryOp.ATAN2, Tensor::atan2),
          new Binary("HYPOT", Tensor::hypot, Math::hypot),
          new Binary(
              "XLOGY", Tensor::xlogy, (x, y) -> x == 0 && !Double.isNaN(y) ? 0 : x * Math.log(y)),
          new Binary(
              "LOGADDEXP",
              Tensor::logaddexp,
              (x, y) ->
                  x == y
                      ? x + Math.log(2)
                      : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))));

  @TestFactory
  Stream<DynamicTest> f32OfTwo() {
    return BINARY.stream()
        .map(
            function ->
                dynamicTest(
                    function.name,
                    () -> {
                      var worst = new Worst(DType.F32);
                      var random = new Random(4);
                      float[] x = new float[BLOCK];
                      float[] y = new float[BLOCK];
                      for (int i = 0; i < BLOCK; i++) {
                        x[i] = Float.intBitsToFloat(random.nextInt());
                        // A third each are of any size, of a similar one, and of the order of 1
                        // both.
                        y[i] =
                            i % 3 == 0
                                ? Float.intBitsToFloat(random.nextInt())
                                : (float) (x[i] * random.nextGaussian());
                        if (i % 3 == 2) {
                          x[i] = (float) random.nextGaussian();
                          y[i] = (float) random.nextGaussian();
                        }
                      }
                      float[] z = function.f.apply(Tensors.of(x), Tensors.of(y)).toFloats();
                      for (int i = 0; i < BLOCK; i++) {
                        float a = x[i];
                        float b = y[i];
                        worst.add(
                            () -> function.name + "(" + a + ", " + b + ")",
                            function.exact.applyAsDouble(a, b),
                            z[i],
                            magnitude(function.name, a, b));
                      }
                      worst.check();
                    }));
  }

  @Test
  void f64() throws IOException {
    Map<String, UnaryOperator<Tensor>> unary =
        UnaryFunction.all().stream()
            .collect(Collectors.toMap(UnaryFunction::name, UnaryFunction::f));
    Map<String, BinaryOperator<Tensor>> binary =
        BINARY.stream().collect(Collectors.toMap(Binary::name, Binary::f));
    Map<String, List<GoldenRow>> rows =
        GoldenRow.all().stream().collect(Collectors.groupingBy(GoldenRow::name));
    assertTrue(rows.values().stream().mapToInt(List::size).sum() > 3000);
    var failures = new HashMap<String, String>();
    rows.forEach(
        (name, values) -> {
          Tensor x = f64(values.stream().mapToDouble(GoldenRow::x).toArray());
          Tensor y = f64(values.stream().mapToDouble(GoldenRow::y).toArray());
          double[] z =
              (binary.containsKey(name) ? binary.get(name).apply(x, y) : unary.get(name).apply(x))
                  .toDoubles();
          var worst = new Worst(DType.F64);
          for (int i = 0; i < z.length; i++) {
            GoldenRow row = values.get(i);
            worst.add(row::toString, row.expected(), z[i], magnitude(name, row.x(), row.y()));
          }
          if (worst.units > UNITS) {
            failures.put(name, worst.toString());
          }
        });
    assertTrue(failures.isEmpty(), failures::toString);
  }

  private static Tensor f64(double[] values) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values));
  }

  /** What the error is measured by, where the function has zeros at which no argument of a float type says enough. */
  private static double magnitude(String name, double x, double y) {
    return name.equals("LOGADDEXP") ? Math.max(Math.abs(x), Math.abs(y)) : 0;
  }

  @Test
  void fmaRoundsOnce() {
    var random = new Random(5);
    int n = 100_000;
    double[] a = random.doubles(n, -2, 2).toArray();
    double[] b = random.doubles(n, -2, 2).toArray();
    double[] c = new double[n];
    float[] af = new float[n];
    float[] bf = new float[n];
    float[] cf = new float[n];
    for (int i = 0; i < n; i++) {
      c[i] = i % 2 == 0 ? -a[i] * b[i] : random.nextGaussian();
      af[i] = (float) a[i];
      bf[i] = (float) b[i];
      cf[i] = i % 2 == 0 ? -af[i] * bf[i] : (float) c[i];
    }
    double[] z = f64(a).fma(f64(b), f64(c)).toDoubles();
    float[] zf = Tensors.of(af).fma(Tensors.of(bf), Tensors.of(cf)).toFloats();
    for (int i = 0; i < n; i++) {
      int at = i;
      assertTrue(
          z[i] == Math.fma(a[i], b[i], c[i]),
          () -> "fma(" + a[at] + ", " + b[at] + ", " + c[at] + ")");
      assertTrue(
          zf[i] == Math.fma(af[i], bf[i], cf[i]),
          () -> "fma(" + af[at] + ", " + bf[at] + ", " + cf[at] + ")");
    }
  }
}
