package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Scalar functions as {@link ScalarMath} writes them, run on arrays of one type. */
public final class ScalarBody {
  private final BodyInterpreter interpreter;
  private final int result;

  private ScalarBody(BodyBuilder body, int result) {
    this.interpreter = new BodyInterpreter(body.build());
    this.result = result;
  }

  /** A function of one value of a graph type. */
  public static ScalarBody unary(UnaryOp f, DType dtype) {
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, dtype.register()));
    return new ScalarBody(body, ScalarMath.unary(body, f, x, dtype));
  }

  /** A function of two values of a graph type. */
  public static ScalarBody binary(BinaryOp f, DType dtype) {
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, dtype.register()));
    int y = body.add(new Instr.Load(1, dtype.register()));
    return new ScalarBody(body, ScalarMath.binary(body, f, x, y, dtype));
  }

  /** A conversion between graph types. */
  public static ScalarBody cast(DType from, DType to) {
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, from.register()));
    return new ScalarBody(body, ScalarMath.cast(body, x, from, to));
  }

  /** What the bits of an element mean. */
  public static ScalarBody load(DType dtype) {
    var body = new BodyBuilder();
    return new ScalarBody(body, ScalarMath.load(body, 0, dtype));
  }

  /** The bits of the element that holds a value. */
  public static ScalarBody element(DType dtype) {
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, dtype.register()));
    return new ScalarBody(body, ScalarMath.element(body, x, dtype));
  }

  Object run(int n, Object... inputs) {
    return interpreter.run(result, n, inputs);
  }

  float[] floats(float[]... inputs) {
    return (float[]) interpreter.run(result, inputs[0].length, (Object[]) inputs);
  }

  double[] doubles(double[]... inputs) {
    return (double[]) interpreter.run(result, inputs[0].length, (Object[]) inputs);
  }

  /** The results as numbers, whatever their type. */
  public double[] numbers(int n, Object... inputs) {
    return switch (interpreter.run(result, n, inputs)) {
      case float[] f -> convert(n, i -> f[i]);
      case double[] d -> d;
      case int[] k -> convert(n, i -> k[i]);
      case long[] k -> convert(n, i -> k[i]);
      default -> throw new AssertionError();
    };
  }

  /** The results of a function of integers, which are integers or bool. */
  long[] integers(int n, Object... inputs) {
    Object out = interpreter.run(result, n, inputs);
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = out instanceof long[] k ? k[i] : ((int[]) out)[i];
    }
    return values;
  }

  private static double[] convert(int n, IntToDoubleFunction element) {
    double[] out = new double[n];
    Arrays.setAll(out, element);
    return out;
  }
}
