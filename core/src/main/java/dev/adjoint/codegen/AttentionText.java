package dev.adjoint.codegen;

import dev.adjoint.DType;
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

  /** An element of a matrix. */
  String element(AttentionTiles.Matrix m, String row, String column) {
    return "a"
        + m.operand()
        + "[b"
        + m.operand()
        + along(row, m.operand(), m.rows())
        + along(column, m.operand(), m.columns())
        + "]";
  }

  private String along(String index, int operand, int axis) {
    return " + (i64) (" + index + ") * " + parameters.stride(operand, axis);
  }

  /** The score of a query and a key with a chain. */
  String score(String chain, String query, String key) {
    String call = "score(" + chain + ", scale, " + query + " - (" + key + ")";
    if (kernel.mask() == null) {
      return call + ")";
    }
    int operand = kernel.maskOperand();
    var mask = new AttentionTiles.Matrix(operand, batch, batch + 1);
    String seen = element(mask, query, key);
    return call + ", " + (kernel.mask() == DType.BOOL ? seen + " != 0" : seen) + ")";
  }

  /** Prints the p of a query and a key in place of their chain, and their d in place of that of gradient and value. */
  void gradients(String c, String t, String query, String key) {
    String at = along(query, LOG_SUMS, batch);
    String less = along(query, LESS, batch);
    String logSum = "a" + LOG_SUMS + "[b" + LOG_SUMS + at + "]";
    text.line(c + " = weight(" + score(c, query, key) + ", " + logSum + ");");
    text.line(t + " = " + c + " * (" + t + " - a" + LESS + "[b" + LESS + less + "]);");
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
