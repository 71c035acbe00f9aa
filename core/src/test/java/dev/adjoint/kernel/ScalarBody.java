package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Scalar functions as {@link ScalarMath} writes them, run on arrays of one type. */
public final class ScalarBody {
  /** A map over one axis whose operands are the arguments and, as the last one, the result. */
  private final Kernel.Loop kernel;

  private ScalarBody(BodyBuilder body, int result) {
    List<Access> accesses = new ArrayList<>();
    for (Instr instr : body.build()) {
      if (instr instanceof Instr.Load load) {
        accesses.add(access(Access.Kind.READ, load.type()));
      }
    }
    var store = new Stage.Store(accesses.size(), result);
    accesses.add(access(Access.Kind.WRITE, body.type(result)));
    var map = new Stage.Map(body.build(), List.of(store));
    this.kernel = new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(map));
  }

  private static Access access(Access.Kind kind, DType register) {
    DType element = register == DType.BOOL ? DType.I32 : register;
    return new Access(kind, element, Access.Lane.CONTIGUOUS);
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

  /** The results as an array of their type, bool as int[]; so are the arguments. */
  Object run(int n, Object... inputs) {
    int operands = kernel.accesses().size();
    MemorySegment[] memory = new MemorySegment[operands];
    long[][] strides = new long[operands][];
    Arrays.fill(strides, new long[] {1});
    Object out =
        switch (kernel.accesses().getLast().dtype().carrier()) {
          case FLOAT -> new float[n];
          case DOUBLE -> new double[n];
          case INT -> new int[n];
          case LONG -> new long[n];
        };
    for (int i = 0; i < operands; i++) {
      memory[i] = segment(i < inputs.length ? inputs[i] : out);
    }
    var geometry = new Geometry(new int[] {n}, new long[operands], strides);
    LoopInterpreter.run(kernel, geometry, memory, new long[operands], new long[0]);
    return out;
  }

  private static MemorySegment segment(Object array) {
    return switch (array) {
      case float[] f -> MemorySegment.ofArray(f);
      case double[] d -> MemorySegment.ofArray(d);
      case int[] k -> MemorySegment.ofArray(k);
      case long[] k -> MemorySegment.ofArray(k);
      default -> throw new AssertionError();
    };
  }

  float[] floats(float[]... inputs) {
    return (float[]) run(inputs[0].length, (Object[]) inputs);
  }

  double[] doubles(double[]... inputs) {
    return (double[]) run(inputs[0].length, (Object[]) inputs);
  }

  /** The results as numbers, whatever their type. */
  public double[] numbers(int n, Object... inputs) {
    return switch (run(n, inputs)) {
      case float[] f -> convert(n, i -> f[i]);
      case double[] d -> d;
      case int[] k -> convert(n, i -> k[i]);
      case long[] k -> convert(n, i -> k[i]);
      default -> throw new AssertionError();
    };
  }

  /** The results of a function of integers, which are integers or bool. */
  long[] integers(int n, Object... inputs) {
    Object out = run(n, inputs);
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
