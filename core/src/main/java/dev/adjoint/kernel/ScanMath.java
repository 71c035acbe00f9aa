package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.UnaryOp;
import java.util.List;

/** Writes the folds of scans as {@linkplain ScalarOp scalar instructions}, so that every device gives the same bits. */
final class ScanMath {
  private ScanMath() {}

  /** The fold of {@link Instr.Reduced} 0 and 1: the value of the last instruction. */
  static List<Instr> fold(ScanOp f, DType dtype) {
    var body = new BodyBuilder();
    int a = body.add(new Instr.Reduced(0, dtype));
    int b = body.add(new Instr.Reduced(1, dtype));
    switch (f) {
      case SUM -> body.apply(ScalarOp.ADD, a, b);
      case PROD -> body.apply(ScalarOp.MUL, a, b);
      case MAX -> body.apply(ScalarOp.MAX, a, b);
      case MIN -> body.apply(ScalarOp.MIN, a, b);
      case LOGSUMEXP -> logsumexp(body, dtype, a, b);
    }
    return body.build();
  }

  /** {@code max(a, b) + log1p(exp(-|a - b|))}; equal infinities have no difference. */
  private static void logsumexp(BodyBuilder body, DType dtype, int a, int b) {
    int distance = ScalarMath.unary(body, UnaryOp.ABS, body.apply(ScalarOp.SUB, a, b), dtype);
    int known = body.select(body.apply(ScalarOp.EQ, a, b), body.literal(dtype, 0), distance);
    int ratio =
        ScalarMath.unary(
            body, UnaryOp.EXP, ScalarMath.unary(body, UnaryOp.NEG, known, dtype), dtype);
    int most = ScalarMath.binary(body, BinaryOp.MAXIMUM, a, b, dtype);
    body.apply(ScalarOp.ADD, most, ScalarMath.unary(body, UnaryOp.LOG1P, ratio, dtype));
  }
}
