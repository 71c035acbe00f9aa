package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shapes of distributions, and the errors about parameters and values that do not fit. */
final class Checks {
  private Checks() {}

  /** Parameters of one float type and device, broadcast to the shape of the batch. */
  static List<Tensor> broadcast(String name, Tensor... parameters) {
    Tensor first = parameters[0];
    Shape shape = first.shape();
    for (Tensor parameter : parameters) {
      Graph.sameDevice(name, first.node(), parameter.node());
      if (!first.dtype().isFloat() || parameter.dtype() != first.dtype()) {
        throw OpError.of(
            name,
            "needs parameters of one float type, not "
                + first.dtype()
                + " and "
                + parameter.dtype());
      }
      shape = Shape.broadcast(shape, parameter.shape(), name);
    }
    Shape batch = shape;
    return Stream.of(parameters).map(parameter -> parameter.broadcastTo(batch)).toList();
  }

  /** The only parameter, which is of a float type and has some axes of an event. */
  static Tensor parameter(String name, Tensor parameter, int eventAxes) {
    if (!parameter.dtype().isFloat() || parameter.rank() < eventAxes) {
      throw OpError.of(
          name,
          "needs floats with at least "
              + eventAxes
              + " axes, not "
              + parameter.dtype()
              + parameter.shape());
    }
    return parameter;
  }

  /** A tensor, broadcast to a condition; to compute it throws an {@link ArithmeticException} where that does not hold. */
  static Tensor require(String rule, Tensor holds, Tensor x) {
    Tensor fault = holds.logicalNot().to(DType.I32);
    Shape shape = Shape.broadcast(holds.shape(), x.shape(), rule);
    return new Tensor(RangeCheck.unless(rule, fault.node(), x.broadcastTo(shape).node()));
  }

  /**
   * A value that draws of a distribution could be compared with; integers become floats of a type.
   *
   * @throws IllegalArgumentException if it does not broadcast against draws, or has other events
   */
  static Tensor value(Distribution d, DType dtype, Tensor value) {
    Shape batch = d.batchShape();
    Shape event = d.eventShape();
    int rest = value.rank() - event.rank();
    boolean fits = rest >= 0;
    for (int i = 1; fits && i <= event.rank(); i++) {
      fits = value.dim(-i) == event.dim(-i);
    }
    for (int i = 1; fits && i <= Math.min(rest, batch.rank()); i++) {
      int size = value.dim(rest - i);
      fits = size == batch.dim(-i) || size == 1 || batch.dim(-i) == 1;
    }
    if (!fits) {
      throw OpError.of(
          name(d),
          "a value " + value.shape() + " does not fit batch " + batch + " and event " + event);
    }
    return value.dtype().isFloat() ? value : value.to(dtype);
  }

  /** A probability that draws of a distribution could be compared with. */
  static Tensor probability(Distribution d, DType dtype, Tensor p) {
    return Constraint.PROBABILITY.check(name(d), "a probability", value(d, dtype, p));
  }

  /** Probabilities of which none is 0 or 1, so that their logarithms are finite. */
  static Tensor inside(Tensor probs) {
    double eps = probs.dtype().epsilon();
    return probs.clamp(eps, 1 - eps);
  }

  /** The smallest positive number of full precision. */
  static double tiny(DType dtype) {
    return 4 / dtype.max();
  }

  /** The shape of draws. */
  static Shape drawn(Distribution d, int... sampleShape) {
    return joined(Shape.of(sampleShape), joined(d.batchShape(), d.eventShape()));
  }

  /** The axes of one shape before those of another. */
  static Shape joined(Shape first, Shape second) {
    return Shape.of(
        IntStream.concat(IntStream.of(first.dims()), IntStream.of(second.dims())).toArray());
  }

  /** A shape without its last axes. */
  static Shape without(Shape shape, int axes) {
    return Shape.of(IntStream.of(shape.dims()).limit(shape.rank() - axes).toArray());
  }

  /** The last axes of a shape. */
  static Shape last(Shape shape, int axes) {
    return Shape.of(IntStream.of(shape.dims()).skip(shape.rank() - axes).toArray());
  }

  /** The error about what a distribution does not have. */
  static UnsupportedOperationException unsupported(Distribution d, String what) {
    return new UnsupportedOperationException(name(d) + ": there is no " + what);
  }

  /** How errors call a distribution. */
  static String name(Distribution d) {
    return d.getClass().getSimpleName();
  }
}
