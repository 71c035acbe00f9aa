package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.AttentionMath;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntBiFunction;

/** The numbers of an attention as C: elements of its operands, and calls of the functions of {@link AttentionMath}. */
final class AttentionText {
  /** The operands of gradients over queries: logarithms of sums, and what is subtracted. */
  private static final int LOG_SUMS = 5;

  private static final int LESS = 6;

  final CodeText text;
  final Parameters parameters;
  final Dialect dialect;
  final String type;
  final String zero;
  final String none;

  private final Kernel.Attention kernel;
  private final int batch;

  AttentionText(CodeText text, Parameters parameters, Dialect dialect, Kernel.Attention kernel) {
    this.text = text;
    this.parameters = parameters;
    this.dialect = dialect;
    this.kernel = kernel;
    batch = kernel.rank() - 4;
    DType dtype = kernel.dtype();
    type = CTypes.register(dtype);
    zero = CTypes.literal(dialect, dtype, 0);
    none = CTypes.literal(dialect, dtype, dtype.bits(Double.NEGATIVE_INFINITY));
    var math = new AttentionMath(dtype, kernel.causal(), kernel.mask());
    define("weight", List.of(dtype, dtype), (b, in) -> math.weight(b, in[0], in[1]));
    define("mean", List.of(dtype, dtype), (b, in) -> math.mean(b, in[0], in[1]));
    define("logSum", List.of(dtype, dtype), (b, in) -> math.logSum(b, in[0], in[1]));
    var scores = new ArrayList<>(List.of(dtype, dtype, DType.I32));
    if (kernel.mask() != null) {
      scores.add(kernel.mask());
    }
    define("score", scores, (b, in) -> math.score(b, in[0], in[1], in[2], in[in.length - 1]));
  }

  /** A function of {@code a0}, {@code a1} and so on. */
  private void define(
      String name, List<DType> parameterTypes, ToIntBiFunction<BodyBuilder, int[]> function) {
    var body = new BodyBuilder();
    int[] in = new int[parameterTypes.size()];
    var declared = new ArrayList<String>();
    for (int k = 0; k < in.length; k++) {
      in[k] = body.add(new Instr.Reduced(k, parameterTypes.get(k)));
      declared.add(CTypes.register(parameterTypes.get(k)) + " a" + k);
    }
    int result = function.applyAsInt(body, in);
    var inside = new CodeText();
    new BodyWriter(inside, dialect, new Parameters(dialect, false), List.of(), 0)
        .body(body.build(), a -> "", slot -> "a" + slot);
    inside.line("return v" + result + ";");
    inside.helpers().forEach(text::helper);
    String head = dialect.function + " " + type + " " + name;
    text.helper(head + "(" + String.join(", ", declared) + ") {\n" + inside + "}\n");
  }

  /** The launch axes of queries, keys, and the elements of their vectors and of values. */
  int axis(char name) {
    return batch + "lsev".indexOf(name);
  }

  /** What is one expression where rows are queries, and another where they are keys. */
  String either(String ofQueries, String ofKeys) {
    return gradients() ? "ofQueries ? " + ofQueries + " : " + ofKeys : ofQueries;
  }

  private boolean gradients() {
    return kernel.part() == AttentionPart.GRADIENTS;
  }

  /** Prints a matrix: an operand over some axes where rows are queries, and another where they are keys. */
  void matrix(String name, int operand, String axes, int other, String otherAxes) {
    String place = either(start(operand), start(other));
    text.line("const " + dialect.global + type + "* " + name + " = " + place + ";");
    steps(name, operand, axes, other, otherAxes);
  }

  private static String start(int operand) {
    return "a" + operand + " + b" + operand;
  }

  private void steps(String name, int operand, String axes, int other, String otherAxes) {
    for (int k = 0; k < 2; k++) {
      String step = either(step(operand, axes.charAt(k)), step(other, otherAxes.charAt(k)));
      text.line("const i64 " + name + (k == 0 ? "Down" : "Along") + " = " + step + ";");
    }
  }

  /** How far apart neighbours of an operand are along an axis; {@code 0} is none. */
  private String step(int operand, char axis) {
    return axis == '0' ? "0" : parameters.stride(operand, axis(axis));
  }

  /** Prints what scores need, and gradients. */
  void numbers() {
    text.line("const " + type + " scale = " + parameters.scalar(0, kernel.dtype()) + ";");
    if (kernel.mask() != null) {
      int mask = kernel.maskOperand();
      steps("mask", mask, "ls", mask, "sl");
    }
    if (gradients()) {
      steps("logSum", LOG_SUMS, "l0", LOG_SUMS, "0l");
      steps("less", LESS, "l0", LESS, "0l");
    }
  }

  private static String along(String name, String row, String column) {
    return "(i64) (" + row + ") * " + name + "Down + (i64) (" + column + ") * " + name + "Along";
  }

  private static String at(int operand, String name, String row, String column) {
    return "a" + operand + "[b" + operand + " + " + along(name, row, column) + "]";
  }

  /** An element of a matrix. */
  static String element(String matrix, String row, String column) {
    return matrix + "[" + along(matrix, row, column) + "]";
  }

  /** The score of a row and a column with a chain. */
  String score(String chain, String row, String column) {
    String difference = row + " - (" + column + ")";
    String behind = kernel.causal() ? either(difference, column + " - (" + row + ")") : "0";
    String call = "score(" + chain + ", scale, " + behind;
    if (kernel.mask() == null) {
      return call + ")";
    }
    String seen = at(kernel.maskOperand(), "mask", row, column);
    return call + ", " + (kernel.mask() == DType.BOOL ? seen + " != 0" : seen) + ")";
  }

  /** The logarithm of the sum of exponentials of a query, which is a row or a column. */
  String logSum(String row, String column) {
    return at(LOG_SUMS, "logSum", row, column);
  }

  /** What is subtracted from the chains of a query, which is a row or a column. */
  String less(String row, String column) {
    return at(LESS, "less", row, column);
  }

  /**
   * Prints the p of a row and a column in place of the chain of x and y, and their d in place of that of u and w.
   *
   * @param logSum that of the query
   * @param less what is subtracted for the query
   */
  void gradients(String c, String t, String row, String column, String logSum, String less) {
    text.line(c + " = weight(" + score(c, row, column) + ", " + logSum + ");");
    text.line(t + " = " + c + " * (" + t + " - " + less + ");");
  }

  /** The larger of two scores. */
  String larger(String a, String b) {
    return CScalars.extremum(text, dialect, "max", kernel.dtype(), a, b);
  }

  /** Prints the head of a loop over an index from 0 on; a compiler is told to unroll it. */
  void unrolled(String index, int count) {
    text.directive("#pragma unroll");
    loop(index, count);
  }

  /** Prints the head of a loop over an index from 0 on. */
  void loop(String index, Object count) {
    text.open("for (i32 " + index + " = 0; " + index + " < " + count + "; " + index + "++)");
  }
}
