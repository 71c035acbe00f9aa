package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loops between the products of an attention, over a rectangle of queries (rows) and keys (columns) or elements of their
 * vectors, see {@link Kernel.Attention}. What is read and written at one place may be the same memory.
 *
 * @param causal whether keys may be above queries: then the loops over keys have an index, the number of the query less that of
 *     the key
 * @param mask the type of the mask, null if there is none
 * @param lane how the mask moves along the keys
 */
public record AttentionLoops(DType dtype, boolean causal, @Nullable DType mask, Access.Lane lane) {
  /**
   * From the chains of queries and keys the exponentials of a block. Operands: chains, exponentials, then for each row the
   * largest score before and after, and the sum of exponentials; the index and the mask. {@code scalar 0} is the scale.
   */
  public Kernel.Loop exponentials() {
    var accesses = new ArrayList<Access>();
    accesses.add(access(Access.Kind.READ, Access.Lane.CONTIGUOUS));
    accesses.add(access(Access.Kind.WRITE, Access.Lane.CONTIGUOUS));
    accesses.add(access(Access.Kind.READ, Access.Lane.BROADCAST));
    accesses.add(access(Access.Kind.WRITE, Access.Lane.BROADCAST));
    accesses.add(access(Access.Kind.WRITE, Access.Lane.BROADCAST));
    int others = accesses.size();
    addOthers(accesses);
    var scores = new BodyBuilder();
    var largest = new Stage.Fold(ReduceOp.MAX, score(scores, others), dtype);
    var weights = new BodyBuilder();
    int weight = weight(weights, others);
    var sum = new Stage.Fold(ReduceOp.SUM, weight, dtype);
    var end = new BodyBuilder();
    int most = most(end);
    int total = end.add(new Instr.Reduced(1, dtype));
    return new Kernel.Loop(
        1,
        1,
        true,
        List.copyOf(accesses),
        List.of(dtype),
        List.of(
            new Stage.Reduce(scores.build(), List.of(largest)),
            new Stage.Reduce(weights.build(), List.of(sum)),
            new Stage.Map(weights.build(), List.of(new Stage.Store(1, weight))),
            new Stage.Finish(
                end.build(), List.of(new Stage.Store(3, most), new Stage.Store(4, total)))));
  }

  /**
   * What a block means for what was there before it, with a single row. Operands: the largest scores before, and after; the sum
   * before, and that of the block; the largest scores and the sums that there are now, and the factors for what was there before.
   */
  public Kernel.Loop carried() {
    var accesses = new ArrayList<Access>();
    for (int k = 0; k < 7; k++) {
      accesses.add(access(k < 4 ? Access.Kind.READ : Access.Kind.WRITE, Access.Lane.CONTIGUOUS));
    }
    var body = new BodyBuilder();
    int most = body.load(1, -1, -1, dtype);
    int factor = math().weight(body, body.load(0, -1, -1, dtype), most);
    int sum = body.fma(body.load(2, -1, -1, dtype), factor, body.load(3, -1, -1, dtype));
    var stores =
        List.of(new Stage.Store(4, most), new Stage.Store(5, sum), new Stage.Store(6, factor));
    return new Kernel.Loop(
        2, 0, false, accesses, List.of(), List.of(new Stage.Map(body.build(), stores)));
  }

  private int weight(BodyBuilder body, int others) {
    int score = score(body, others);
    return math().weight(body, score, most(body));
  }

  private AttentionMath math() {
    return new AttentionMath(dtype, causal, mask);
  }

  /** The largest score so far. */
  private int most(BodyBuilder body) {
    return body.apply(
        ScalarOp.MAX, body.load(2, -1, -1, dtype), body.add(new Instr.Reduced(0, dtype)));
  }

  /** Sums times the factor of their row. Operands: sums, factors, products. */
  public Kernel.Loop rescaled() {
    var body = new BodyBuilder();
    int product =
        body.apply(ScalarOp.MUL, body.load(0, -1, -1, dtype), body.load(1, -1, -1, dtype));
    return map(body, product, Access.Lane.BROADCAST);
  }

  /** Sums divided by that of the exponentials of their row, or 0 where this is. Operands: sums, divisors, quotients. */
  public Kernel.Loop divided() {
    var body = new BodyBuilder();
    int mean = math().mean(body, body.load(0, -1, -1, dtype), body.load(1, -1, -1, dtype));
    return map(body, mean, Access.Lane.BROADCAST);
  }

  /** Logarithms of the sums of exponentials, with a single row. Operands: largest scores, sums, logarithms. */
  public Kernel.Loop logSums() {
    var body = new BodyBuilder();
    int log = math().logSum(body, body.load(0, -1, -1, dtype), body.load(1, -1, -1, dtype));
    return map(body, log, Access.Lane.CONTIGUOUS);
  }

  /** Elements times the scale, which is {@code scalar 0}. Operands: elements, products. */
  public Kernel.Loop scaled() {
    var body = new BodyBuilder();
    int scale = body.add(new Instr.Scalar(0, dtype));
    int product = body.apply(ScalarOp.MUL, body.load(0, -1, -1, dtype), scale);
    return new Kernel.Loop(
        2,
        0,
        false,
        List.of(
            access(Access.Kind.READ, Access.Lane.CONTIGUOUS),
            access(Access.Kind.WRITE, Access.Lane.CONTIGUOUS)),
        List.of(dtype),
        List.of(new Stage.Map(body.build(), List.of(new Stage.Store(1, product)))));
  }

  /**
   * The p and d of gradients. Operands: chains of queries and keys, p, chains of gradients and values, d, then for each row the
   * logarithm and what is subtracted; the index and the mask. {@code scalar 0} is the scale.
   */
  public Kernel.Loop gradients() {
    var accesses = new ArrayList<Access>();
    for (int k = 0; k < 4; k++) {
      accesses.add(
          access(k % 2 == 0 ? Access.Kind.READ : Access.Kind.WRITE, Access.Lane.CONTIGUOUS));
    }
    accesses.add(access(Access.Kind.READ, Access.Lane.BROADCAST));
    accesses.add(access(Access.Kind.READ, Access.Lane.BROADCAST));
    int others = accesses.size();
    addOthers(accesses);
    var body = new BodyBuilder();
    int p = math().weight(body, score(body, others), body.load(4, -1, -1, dtype));
    int rest = body.apply(ScalarOp.SUB, body.load(2, -1, -1, dtype), body.load(5, -1, -1, dtype));
    int d = body.apply(ScalarOp.MUL, p, rest);
    return new Kernel.Loop(
        2,
        0,
        false,
        List.copyOf(accesses),
        List.of(dtype),
        List.of(
            new Stage.Map(body.build(), List.of(new Stage.Store(1, p), new Stage.Store(3, d)))));
  }

  private Kernel.Loop map(BodyBuilder body, int value, Access.Lane second) {
    return new Kernel.Loop(
        2,
        0,
        false,
        List.of(
            access(Access.Kind.READ, Access.Lane.CONTIGUOUS),
            access(Access.Kind.READ, second),
            access(Access.Kind.WRITE, Access.Lane.CONTIGUOUS)),
        List.of(),
        List.of(new Stage.Map(body.build(), List.of(new Stage.Store(2, value)))));
  }

  private Access access(Access.Kind kind, Access.Lane lane) {
    return new Access(kind, dtype, lane);
  }

  private void addOthers(List<Access> accesses) {
    if (causal) {
      accesses.add(new Access(Access.Kind.INDEX, DType.I32, Access.Lane.STRIDED));
    }
    if (mask != null) {
      accesses.add(new Access(Access.Kind.READ, mask, lane));
    }
  }

  /** The score of a chain, which is operand 0; {@code others} is the number of the index or the mask. */
  private int score(BodyBuilder body, int others) {
    int chain = body.load(0, -1, -1, dtype);
    int scale = body.add(new Instr.Scalar(0, dtype));
    int behind = causal ? body.add(new Instr.Index(others)) : -1;
    int at = others + (causal ? 1 : 0);
    int seen = mask == null ? -1 : body.load(at, -1, -1, mask);
    return math().score(body, chain, scale, behind, seen);
  }
}
