package dev.adjoint.ops;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.List;

/** Padding with elements of the tensor itself: slices of it, turned round or repeated, are joined to its ends. */
public final class Paddings {
  private Paddings() {}

  /** Sizes are pairs of counts before and after, from the last axis to the first. */
  public static Tensor pad(Tensor x, int[] sizes, String mode) {
    boolean known =
        switch (mode) {
          case "reflect", "replicate", "circular" -> true;
          default -> false;
        };
    if (!known) {
      throw OpError.of(
          "pad",
          "mode \""
              + mode
              + "\" is none of \"constant\", \"reflect\", \"replicate\", \"circular\"");
    }
    Tensor result = x;
    for (int i = 0; i < sizes.length / 2; i++) {
      int axis = x.rank() - 1 - i;
      int before = sizes[2 * i];
      int after = sizes[2 * i + 1];
      check(x, axis, sizes, mode, before, after);
      // What wraps around is what is left; the other modes look at what is cut off, too.
      if (mode.equals("circular")) {
        result = cut(result, axis, before, after);
      }
      result = along(result, axis, mode, Math.max(0, before), Math.max(0, after));
      if (!mode.equals("circular")) {
        result = cut(result, axis, before, after);
      }
    }
    return result;
  }

  private static void check(Tensor x, int axis, int[] sizes, String mode, int before, int after) {
    int n = x.dim(axis);
    long most =
        switch (mode) {
          case "reflect" -> n - 1L;
          case "circular" -> n + Math.min(0L, before) + Math.min(0L, after);
          default -> n == 0 ? 0 : Integer.MAX_VALUE;
        };
    if (before > most || after > most || -(long) Math.min(0, before) - Math.min(0, after) > n) {
      throw OpError.of(
          "pad",
          "sizes "
              + Arrays.toString(sizes)
              + " are more than mode \""
              + mode
              + "\" can do for axis "
              + axis
              + " of shape "
              + x.shape());
    }
    ShapeMath.size("pad", (long) n + Math.max(0, before) + Math.max(0, after));
  }

  /** An axis without the elements that negative counts take away. */
  private static Tensor cut(Tensor x, int axis, int before, int after) {
    int start = Math.max(0, -before);
    return ShapeMath.slice(x, axis, start, 1, x.dim(axis) - start - Math.max(0, -after));
  }

  private static Tensor along(Tensor x, int axis, String mode, int before, int after) {
    if (before == 0 && after == 0) {
      return x;
    }
    int n = x.dim(axis);
    return switch (mode) {
      case "reflect" ->
          join(
              axis,
              ShapeMath.slice(x, axis, before, -1, before),
              x,
              ShapeMath.slice(x, axis, n - 2, -1, after));
      case "replicate" ->
          join(axis, repeated(x, axis, 0, before), x, repeated(x, axis, n - 1, after));
      default ->
          join(
              axis,
              ShapeMath.slice(x, axis, n - before, 1, before),
              x,
              ShapeMath.slice(x, axis, 0, 1, after));
    };
  }

  private static Tensor repeated(Tensor x, int axis, int index, int count) {
    Tensor one = ShapeMath.slice(x, axis, index, 1, 1);
    return one.broadcastTo(one.shape().with(axis, count));
  }

  private static Tensor join(int axis, Tensor... parts) {
    return Tensors.cat(List.of(parts).stream().filter(part -> part.dim(axis) > 0).toList(), axis);
  }
}
