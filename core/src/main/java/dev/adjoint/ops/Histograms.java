package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.SampleOps.Histogram;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts of elements in bins. */
public final class Histograms {
  private Histograms() {}

  /** The first and the last edge, scalars of a type of which no digit is lost on the way. */
  private record Range(Tensor low, Tensor high) {
    /** The range of two numbers or, where these are equal, of elements; one without width is widened. */
    static Range of(Tensor x, double low, double high, double widening) {
      boolean given = low != high || x.size() == 0;
      Tensor least = given ? number(x, low) : x.min().detach();
      Tensor greatest = given ? number(x, high) : x.max().detach();
      Tensor flat = least.eq(greatest);
      return new Range(
          flat.where(least.sub(widening), least), flat.where(greatest.add(widening), greatest));
    }

    private static Tensor number(Tensor x, double value) {
      return new Tensor(Graph.constant(x.dtype(), x.dtype().bits(value), x.device()));
    }
  }

  public static Tensor histc(Tensor x, int bins, double min, double max) {
    Tensor values = prepared("histc", x, bins, new double[] {min, max});
    Range range = Range.of(values, min, max, 1);
    Tensor inside = values.ge(range.low()).logicalAnd(values.le(range.high()));
    Tensor position = values.sub(range.low()).mul(bins).div(range.high().sub(range.low()));
    Tensor bin = inside.where(position, 0).to(DType.I32).clampMax(bins - 1);
    return count(bins, bin, inside.to(values.dtype())).to(Operands.floating(x).dtype());
  }

  public static Histogram histogram(
      Tensor x, int bins, double @Nullable [] range, @Nullable Tensor weight, boolean density) {
    double[] ends = range == null ? new double[2] : range;
    Tensor values = prepared("histogram", x, bins, ends);
    // A given range of width 0 is not that of the elements.
    Range outer =
        range == null
            ? Range.of(values, 0, 0, 0.5)
            : Range.of(values.narrow(0, 0, 0), ends[0], ends[1], 0.5);
    Tensor i = new Tensor(Graph.iota(bins + 1, x.device()));
    Tensor step = outer.high().sub(outer.low()).div(bins);
    Tensor up = i.to(values.dtype()).mul(step).add(outer.low());
    Tensor down = outer.high().sub(i.rsub(bins).to(values.dtype()).mul(step));
    return between(x, i.lt(bins / 2 + 1).where(up, down), weight, density);
  }

  public static Histogram histogram(
      Tensor x, Tensor edges, @Nullable Tensor weight, boolean density) {
    MatrixProducts.checkTypes("histogram", x, edges);
    if (edges.rank() != 1 || edges.dim(0) < 2) {
      throw OpError.of("histogram", "needs a vector of two edges or more, not " + edges.shape());
    }
    return between(x, edges.to(edges.dtype().register()), weight, density);
  }

  private static Histogram between(
      Tensor x, Tensor edges, @Nullable Tensor weight, boolean density) {
    DType dtype = Operands.floating(x).dtype();
    Tensor values = Operands.floating(x).detach().to(edges.dtype()).flatten();
    int bins = edges.dim(0) - 1;
    Tensor last = edges.narrow(0, bins, 1);
    Tensor inside = values.ge(edges.narrow(0, 0, 1)).logicalAnd(values.le(last));
    Tensor bin = Searching.search(edges, inside.where(values, last), true).clamp(1, bins).sub(1);
    Tensor counts = count(bins, bin, inside.where(weights(x, weight, edges.dtype()), 0));
    if (density) {
      Tensor widths = edges.narrow(0, 1, bins).sub(edges.narrow(0, 0, bins));
      counts = counts.div(counts.sum()).div(widths);
    }
    return new Histogram(counts.to(dtype), edges.to(dtype));
  }

  private static Tensor weights(Tensor x, @Nullable Tensor weight, DType dtype) {
    if (weight == null) {
      return new Tensor(Graph.full(dtype, dtype.bits(1), Shape.of((int) x.size()), x.device()));
    }
    Graph.sameDevice("histogram", x.node(), weight.node());
    if (!weight.shape().equals(x.shape())) {
      throw Products.mismatch("histogram", "the weight", weight, "the input", x);
    }
    return weight.to(dtype).flatten();
  }

  private static Tensor count(int bins, Tensor bin, Tensor weights) {
    Tensor none =
        new Tensor(
            Graph.full(weights.dtype(), weights.dtype().bits(0), Shape.of(bins), bin.device()));
    return none.scatterAdd(0, bin, weights);
  }

  private static Tensor prepared(String op, Tensor x, int bins, double[] range) {
    if (bins < 1) {
      throw OpError.of(op, "needs one bin or more, not " + bins);
    }
    if (range.length != 2 || !(range[0] <= range[1]) || !Double.isFinite(range[1] - range[0])) {
      throw OpError.of(op, "no finite range " + Arrays.toString(range));
    }
    Tensor values = Operands.floating(x).detach();
    return values.to(values.dtype().register()).flatten();
  }
}
