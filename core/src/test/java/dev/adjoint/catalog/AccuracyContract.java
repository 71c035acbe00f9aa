package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every scalar function of one f32 is within its bound on a device: on every 4099th float, or on as many as {@code
 * -Dadjoint.test.stride} says. A device's tests extend this. With {@code -Dadjoint.accuracy=write} what was found becomes the
 * table of docs/accuracy.md.
 *
 * <p>Each result is compared with the same function of the CPU in f64; where the error of a block of floats is largest, and on at
 * least every 4099th float, that is compared with double precision without tensors.
 */
public abstract class AccuracyContract {
  private static final int EVERY = 4099;
  private static final int STRIDE = Integer.getInteger("adjoint.test.stride", EVERY);
  private static final int BLOCK = 1 << 20;

  /** How far f64 may be from double precision, in units of f32. */
  private static final double WIDE_ERROR = 0.01;

  private static final String MARK = "<!-- Written by the tests of accuracy. -->\n";

  private static final Map<UnaryFunction, Worst> WORST =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /** The largest error of a function, and where it is. */
  private record Worst(double error, float x) {}

  /** The device under test. */
  protected abstract Device device();

  @TestFactory
  Stream<DynamicTest> isWithinItsBound() {
    return UnaryFunction.all().stream()
        .map(function -> dynamicTest(function.name(), () -> check(function)));
  }

  private void check(UnaryFunction function) {
    int[] steps = new int[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      steps[i] = i * STRIDE;
    }
    Tensor here = Scope.on(device(), () -> Tensors.of(steps));
    Tensor onCpu = here.to(Device.cpu()).realize();
    var worst = new Worst(0, 0);
    for (long bits = 0; bits < 1L << 32; bits += (long) STRIDE * BLOCK) {
      int start = (int) bits;
      Supplier<Worst> block = () -> worst(function, here, onCpu, start);
      Worst found = Scope.temporaries(block);
      worst = found.error > worst.error ? found : worst;
    }
    WORST.put(function, worst);
    Worst largest = worst;
    assertTrue(
        worst.error <= function.bound(),
        () -> function.name() + "(" + largest.x + ") is " + largest.error + " units off");
  }

  /** The largest error on the floats of some bits, which begin at a number. */
  private static Worst worst(UnaryFunction function, Tensor here, Tensor onCpu, int start) {
    Tensor actual = function.f().apply(floats(here, start)).to(Device.cpu());
    Tensor x = floats(onCpu, start);
    Tensor expected = function.wide().apply(x.to(DType.F64));
    int step = Math.max(1, EVERY / STRIDE);
    Tensor some = expected.slice(0, 0, BLOCK, step);
    Tensor someX = x.slice(0, 0, BLOCK, step);
    Tensor at = UnaryFunction.units(expected, actual).argmax();
    Tensor atX = x.indexSelect(0, at.reshape(1));
    Tensor atActual = actual.indexSelect(0, at.reshape(1));
    Tensor.realize(List.of(some, someX, atX, atActual));
    float[] points = someX.toFloats();
    double[] values = some.toDoubles();
    for (int i = 0; i < points.length; i++) {
      float point = points[i];
      double exact = function.exact().applyAsDouble(point);
      double error = UnaryFunction.units(exact, values[i]);
      double value = values[i];
      assertTrue(
          error <= WIDE_ERROR,
          () -> function.name() + "(" + point + ") in f64 is " + value + ", expected " + exact);
    }
    float point = atX.toFloats()[0];
    double exact = function.exact().applyAsDouble(point);
    return new Worst(UnaryFunction.units(exact, atActual.toFloats()[0]), point);
  }

  private static Tensor floats(Tensor steps, int start) {
    return steps.add(start).bitcast(DType.F32);
  }

  @AfterAll
  static void writeTable() throws IOException {
    if (!"write".equals(System.getProperty("adjoint.accuracy"))) {
      return;
    }
    var table = new StringBuilder(MARK);
    String floats = STRIDE == 1 ? "all floats" : "one of %d floats".formatted(STRIDE);
    table.append("| function | promised | found on ").append(floats).append(" | at |\n");
    table.append("|---|---|---|---|\n");
    WORST.forEach(
        (function, worst) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| `%s` | %.1f | %.2f | %s |%n",
                    function.name(),
                    function.bound(),
                    worst.error,
                    worst.error > 0 ? worst.x : "")));
    Path docs = Path.of("../docs/accuracy.md");
    String text = Files.readString(docs);
    Files.writeString(docs, text.substring(0, text.indexOf(MARK)) + table);
  }
}
