package dev.adjoint.nn;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Checks of the arguments of layers and losses. */
final class Checks {
  private Checks() {}

  /** The value, if it is above zero. */
  static int positive(String op, String what, int value) {
    if (value <= 0) {
      throw OpError.of(op, what + " must be positive, not " + value);
    }
    return value;
  }

  /** One value for each axis: as many as there are axes, or one for all. */
  static int[] perAxis(String op, String what, int axes, int least, int... values) {
    if (values.length != 1 && values.length != axes) {
      throw OpError.of(
          op, what + " " + Arrays.toString(values) + " must be one number, or " + axes);
    }
    if (Arrays.stream(values).anyMatch(value -> value < least)) {
      throw OpError.of(op, what + " " + Arrays.toString(values) + " must be from " + least + " on");
    }
    int[] all = new int[axes];
    Arrays.setAll(all, axis -> values[values.length == 1 ? 0 : axis]);
    return all;
  }

  /** Values for each axis in a label, such as {@code 3x5}. */
  static String times(int[] values) {
    return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }

  /** The value, if it is in [0, 1]. */
  static double probability(String op, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw OpError.of(op, "the probability must be in [0, 1], it is " + value);
    }
    return value;
  }

  /** The value, if it is in [0, 1). */
  static double fraction(String op, String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw OpError.of(op, what + " must be in [0, 1), not " + value);
    }
    return value;
  }

  /** Requires two tensors of one shape; broadcasting would hide mistakes. */
  static void sameShape(String op, String first, Tensor a, String second, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw OpError.of(
          op, first + " " + a.shape() + " and " + second + " " + b.shape() + " differ in shape");
    }
  }

  /** The target in the type of the prediction, of one shape with it. */
  static Tensor target(String op, Tensor prediction, Tensor target) {
    sameShape(op, "prediction", prediction, "target", target);
    if (!prediction.dtype().isFloat()) {
      throw OpError.of(op, "the prediction must be of a float type, not " + prediction.dtype());
    }
    return target.to(prediction.dtype());
  }

  /** A weight in the type of values, broadcast to their shape and no further. */
  static Tensor broadcast(String op, String what, Tensor weight, Tensor values) {
    if (!Shape.broadcast(weight.shape(), values.shape(), op).equals(values.shape())) {
      throw OpError.of(
          op, what + " " + weight.shape() + " does not broadcast to " + values.shape());
    }
    return weight.to(values.dtype()).broadcastTo(values.shape());
  }
}
