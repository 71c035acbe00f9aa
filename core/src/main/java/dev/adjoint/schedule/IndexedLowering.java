package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * Writes the code of ops whose elements a condition or a value chooses: the padding of a tensor, tensors joined along an axis,
 * and elements at given positions. Nothing is copied: what is below is computed or loaded under a condition.
 */
final class IndexedLowering {
  private static final Element FIRST = Element.of(Affine.constant(0), 1, Element.ALWAYS);

  private final Lowering lowering;
  private final Walk walk;
  private final Views views;

  IndexedLowering(Lowering lowering, Walk walk, Views views) {
    this.lowering = lowering;
    this.walk = walk;
    this.views = views;
  }

  /** The code of an element of a node of kind {@link Op.Kind#INDEXED}. */
  int value(Lowering.Pass pass, int i, Element element) {
    Op op = walk.nodes[i].op();
    if (op instanceof Op.Pad(var before, var steps)) {
      return pad(pass, i, before, steps, element);
    } else if (op instanceof Op.Concat(int axis)) {
      return concat(pass, i, axis, element);
    } else if (op instanceof Op.Gather(int axis)) {
      return gather(pass, i, axis, element);
    }
    throw new IllegalStateException("lowering: not indexed: " + op);
  }

  /**
   * The axes of a node, those that the op leaves alone taken together.
   *
   * @param dims their sizes
   * @param inner their sizes in the input
   * @param touched for each of them the axis of the node if the op changes the index along it, else -1
   */
  private record Segments(long[] dims, long[] inner, int[] touched) {
    /**
     * The segments of a shape; neighbours join where the input has the same size along the inner one, and the element has no
     * index for each of them, which may be out of range.
     */
    static Segments of(Shape shape, Shape input, boolean[] touched, Element element) {
      var ends = new HashSet<Long>();
      long end = 1;
      for (long dim : element.dims) {
        end *= dim;
        ends.add(end);
      }
      long before = 1;
      int rank = shape.rank();
      long[] dims = new long[rank];
      long[] inner = new long[rank];
      int[] axes = new int[rank];
      int n = 0;
      for (int d = 0; d < rank; d++) {
        boolean untouched = n > 0 && !touched[d] && axes[n - 1] < 0;
        boolean joins = untouched && shape.dim(d) == input.dim(d) && !ends.contains(before);
        before *= shape.dim(d);
        if (joins) {
          dims[n - 1] *= shape.dim(d);
          inner[n - 1] *= input.dim(d);
        } else {
          dims[n] = shape.dim(d);
          inner[n] = input.dim(d);
          axes[n++] = touched[d] ? d : -1;
        }
      }
      return new Segments(Arrays.copyOf(dims, n), Arrays.copyOf(inner, n), Arrays.copyOf(axes, n));
    }
  }

  private int pad(Lowering.Pass pass, int i, Axes before, Axes steps, Element element) {
    Shape shape = walk.nodes[i].shape();
    Shape input = walk.nodes[i].input(0).shape();
    boolean[] touched = new boolean[shape.rank()];
    for (int d = 0; d < touched.length; d++) {
      touched[d] = shape.dim(d) != input.dim(d);
    }
    var segments = Segments.of(shape, input, touched, element);
    Affine[] indices = views.indices(element, segments.dims);
    if (indices == null) {
      return lowering.unfit(i);
    }
    int inside = Element.ALWAYS;
    for (int s = 0; s < indices.length; s++) {
      int d = segments.touched[s];
      if (d >= 0) {
        Affine index = indices[s].plus(-before.get(d));
        boolean apart = steps.get(d) > 1 && input.dim(d) > 1;
        indices[s] = apart ? between(pass, index, steps.get(d), input.dim(d)) : index;
        int within =
            apart
                ? onStep(pass, index, steps.get(d), input.dim(d))
                : inRange(pass, index, 0, input.dim(d));
        inside = and(pass.body, inside, within);
      }
    }
    int fill = lowering.value(pass, walk.input(i, 1), FIRST);
    if (fill < 0 || input.size() == 0) {
      return fill;
    }
    int both = and(pass.body, element.condition, inside);
    int x = lowering.value(pass, walk.input(i, 0), views.element(segments.inner, indices, both));
    return x < 0 || inside == Element.ALWAYS ? x : pass.body.select(inside, x, fill);
  }

  /** The number of steps to an index, as an axis of its own. */
  private Affine between(Lowering.Pass pass, Affine index, int step, int size) {
    Affine axis = views.valueAxis(size);
    pass.stands(views.axes() - 1, steps(pass, index, step));
    return axis;
  }

  /** The code of the number of whole steps to an index; what it is for an index below 0 does not matter. */
  private int steps(Lowering.Pass pass, Affine index, int step) {
    boolean shifts = Integer.bitCount(step) == 1;
    int by = pass.body.literal(DType.I32, shifts ? Integer.numberOfTrailingZeros(step) : step);
    return pass.body.apply(shifts ? ScalarOp.SHR : ScalarOp.DIV, lowering.index(pass, index), by);
  }

  /** The code of whether an index is a whole number of steps, from 0 on and less than {@code size}. */
  private int onStep(Lowering.Pass pass, Affine index, int step, int size) {
    BodyBuilder body = pass.body;
    int taken = steps(pass, index, step);
    int reached = body.apply(ScalarOp.MUL, taken, body.literal(DType.I32, step));
    int exact = body.apply(ScalarOp.EQ, reached, lowering.index(pass, index));
    return and(body, exact, inRange(pass, index, 0, (size - 1) * step + 1));
  }

  private int concat(Lowering.Pass pass, int i, int axis, Element element) {
    Node node = walk.nodes[i];
    boolean[] touched = new boolean[node.shape().rank()];
    touched[axis] = true;
    var segments = Segments.of(node.shape(), node.shape(), touched, element);
    Affine[] indices = views.indices(element, segments.dims);
    if (indices == null) {
      return lowering.unfit(i);
    }
    int along = 0;
    while (segments.touched[along] < 0) {
      along++;
    }
    Affine index = indices[along];
    List<Integer> values = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    int start = 0;
    for (int k = 0; k < walk.inputs(i); k++) {
      int size = node.input(k).shape().dim(axis);
      int end = start + size;
      if (size > 0 && views.most(index) >= start && views.least(index) < end) {
        int inside = inRange(pass, index.plus(-start), 0, size);
        Affine[] part = indices.clone();
        part[along] = index.plus(-start);
        long[] dims = segments.dims.clone();
        dims[along] = size;
        int both = and(pass.body, element.condition, inside);
        int value = lowering.value(pass, walk.input(i, k), views.element(dims, part, both));
        if (value < 0) {
          return value;
        }
        values.add(value);
        ends.add(end);
      }
      start = end;
    }
    if (values.isEmpty()) {
      // No point of the kernel asks for any part: what is above takes something else everywhere.
      return pass.body.literalBits(node.dtype().register(), 0);
    }
    int value = values.getLast();
    for (int k = values.size() - 2; k >= 0; k--) {
      int before =
          pass.body.apply(
              ScalarOp.LT,
              lowering.index(pass, index),
              lowering.fixed(pass, ends.get(k), DType.I32));
      value = pass.body.select(before, values.get(k), value);
    }
    return value;
  }

  private int gather(Lowering.Pass pass, int i, int axis, Element element) {
    Shape shape = walk.nodes[i].shape();
    Shape input = walk.nodes[i].input(0).shape();
    boolean[] touched = new boolean[shape.rank()];
    touched[axis] = true;
    var segments = Segments.of(shape, input, touched, element);
    Affine[] indices = views.indices(element, segments.dims);
    if (indices == null) {
      return lowering.unfit(i);
    }
    int position = lowering.value(pass, walk.input(i, 1), element);
    if (position < 0) {
      return position;
    }
    BodyBuilder body = pass.body;
    int below = walk.positionsBelow(walk.input(i, 1));
    int checked = element.condition;
    if (below == 0 || below > input.dim(axis)) {
      int size = lowering.fixed(pass, input.dim(axis), body.type(position));
      // Where another position is out of range the launch fails, whatever this one is.
      boolean alone = pass.isTrusted(element.condition);
      int own = body.check(position, size, alone ? Element.ALWAYS : element.condition);
      checked = alone ? and(body, element.condition, own) : own;
      if (alone) {
        pass.trusts(checked);
      }
    }
    Affine along = views.valueAxis(input.dim(axis));
    pass.stands(views.axes() - 1, body.cast(position, DType.I32));
    for (int s = 0; s < indices.length; s++) {
      if (segments.touched[s] >= 0) {
        indices[s] = along;
      }
    }
    return lowering.value(pass, walk.input(i, 0), views.element(segments.inner, indices, checked));
  }

  /** The code of whether an index lies in a range; {@link Element#ALWAYS} if it always does. */
  private int inRange(Lowering.Pass pass, Affine index, int from, int to) {
    int condition = Element.ALWAYS;
    if (views.least(index) < from) {
      int low =
          pass.body.apply(
              ScalarOp.GE, lowering.index(pass, index), pass.body.literal(DType.I32, from));
      condition = and(pass.body, condition, low);
    }
    if (views.most(index) >= to) {
      int high =
          pass.body.apply(
              ScalarOp.LT, lowering.index(pass, index), lowering.fixed(pass, to, DType.I32));
      condition = and(pass.body, condition, high);
    }
    return condition;
  }

  private static int and(BodyBuilder body, int a, int b) {
    if (a == b || a == Element.ALWAYS || b == Element.ALWAYS) {
      return a == Element.ALWAYS ? b : a;
    }
    return body.apply(ScalarOp.AND, a, b);
  }
}
