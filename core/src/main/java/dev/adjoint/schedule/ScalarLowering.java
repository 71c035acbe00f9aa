package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.graph.Op;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.PhiloxMath;
import dev.adjoint.kernel.ScalarMath;

/** Writes the code of ops whose elements depend on nothing but their index, and of scalar functions. */
final class ScalarLowering {
  private final Lowering lowering;
  private final Walk walk;

  ScalarLowering(Lowering lowering, Walk walk) {
    this.lowering = lowering;
    this.walk = walk;
  }

  /** The code of an element of a constant, of numbers in sequence or of random bits. */
  int leaf(Lowering.Pass pass, int i, Element element) {
    DType dtype = walk.nodes[i].dtype();
    BodyBuilder body = pass.body;
    if (walk.op(i) instanceof Op.Iota) {
      return ScalarMath.cast(body, lowering.index(pass, element.number()), DType.I32, dtype);
    }
    if (walk.op(i) instanceof Op.Random) {
      return PhiloxMath.word(
          body,
          half(pass, i, 0, false),
          half(pass, i, 0, true),
          half(pass, i, 1, false),
          half(pass, i, 1, true),
          lowering.index(pass, element.number()));
    }
    return lowering.scalar(pass, Step.Scalar.of(i, 0), dtype.register());
  }

  private int half(Lowering.Pass pass, int node, int scalar, boolean high) {
    return lowering.scalar(pass, new Step.Scalar(node, scalar, high ? 32 : 0), DType.I32);
  }

  /** The code of a scalar function of elements of other nodes. */
  int function(Lowering.Pass pass, int i, Element element) {
    int[] in = new int[walk.inputs(i)];
    for (int k = 0; k < in.length; k++) {
      in[k] = lowering.value(pass, walk.input(i, k), element);
      if (in[k] < 0) {
        return Lowering.UNFIT;
      }
    }
    BodyBuilder body = pass.body;
    DType dtype = walk.nodes[i].dtype();
    DType from = walk.nodes[i].input(0).dtype();
    Op op = walk.op(i);
    if (op instanceof Op.Unary(var f)) {
      return ScalarMath.unary(body, f, in[0], from);
    } else if (op instanceof Op.Binary(var f)) {
      return ScalarMath.binary(body, f, in[0], in[1], from);
    } else if (op instanceof Op.Where) {
      return body.select(in[0], in[1], in[2]);
    } else if (op instanceof Op.Fma) {
      return ScalarMath.fma(body, in[0], in[1], in[2], dtype);
    } else if (op instanceof Op.Cast) {
      return ScalarMath.cast(body, in[0], from, dtype);
    } else {
      return ScalarMath.bitcast(body, in[0], from, dtype);
    }
  }
}
