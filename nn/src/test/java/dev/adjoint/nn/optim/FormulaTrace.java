package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * 100 steps of an optimizer beside its formula, a plain loop over one number at a time in double precision, compared after each
 * step: in f64, in f64 upwards on the negative gradient, and in f32.
 *
 * <p>Where parameters are f32, so are the values that the formula keeps of them and the factors that are the same in each step.
 * In double precision these would be other numbers, and a hundred equal steps, which are rounded to the same side, would end
 * beside them by 6e-6 (Lion), 2e-6 (AdamW, Rprop) and 1e-6 (RAdam). All else of the formula is double.
 */
final class FormulaTrace {
  private static final double[] START = {1.5, -0.7, 0, 3, -2.25};
  private static final int STEPS = 100;

  // Relative to values above 1. The largest that was seen are 2e-15 and 7e-7.
  private static final double TOLERANCE_F64 = 1e-13;
  private static final double TOLERANCE_F32 = 1e-6;

  private FormulaTrace() {}

  /** What the formula of one number keeps from step to step. */
  static final class Memory {
    private final DType dtype;
    double a;
    double b;
    double c;

    private Memory(DType dtype) {
      this.dtype = dtype;
    }

    /** A number in the type of the parameters. */
    double rounded(double x) {
      return dtype == DType.F32 ? (float) x : x;
    }
  }

  /** The formula of one number: its value after step t for its gradient. */
  interface Formula {
    double next(Memory s, double w, double g, int t);
  }

  /** Requires that an optimizer does what its formula says. */
  static void compare(Function<List<Parameter>, Optimizer> make, Formula formula) {
    compare(make, formula, DType.F64, false);
    compare(make, formula, DType.F64, true);
    compare(make, formula, DType.F32, false);
  }

  private static void compare(
      Function<List<Parameter>, Optimizer> make, Formula formula, DType dtype, boolean upwards) {
    var w = new Parameter("w", tensor(dtype, START));
    Optimizer optimizer = make.apply(List.of(w));
    optimizer.groups().forEach(group -> group.maximize(upwards));
    double[] expected = START.clone();
    var memories = new Memory[START.length];
    Arrays.setAll(memories, i -> new Memory(dtype));
    double[] factor = new double[START.length];
    double[] term = new double[START.length];
    for (int t = 1; t <= STEPS; t++) {
      for (int i = 0; i < START.length; i++) {
        // The gradient of a bumpy bowl, with a part that varies from step to step.
        factor[i] = (i + 1) * 0.5;
        term[i] = StrictMath.cos(0.3 * t + i);
        double g = factor[i] * expected[i] + term[i];
        expected[i] = memories[i].rounded(formula.next(memories[i], expected[i], g, t));
      }
      Tensor value = w.value();
      Tensor g = value.detach().mul(tensor(dtype, factor)).add(tensor(dtype, term));
      optimizer.step(new Gradients(Map.of(value.node(), upwards ? g.neg() : g)));
      requireNear(dtype, t, expected, w.toDoubles());
    }
  }

  private static void requireNear(DType dtype, int t, double[] expected, double[] actual) {
    double tolerance = dtype == DType.F64 ? TOLERANCE_F64 : TOLERANCE_F32;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
      String what = dtype + " value " + i + " after step " + t + " is " + actual[i];
      assertTrue(error <= tolerance, what + ", not " + expected[i]);
    }
  }

  static Tensor tensor(DType dtype, double... values) {
    return Scope.withDType(dtype, () -> Tensors.of(values));
  }
}
