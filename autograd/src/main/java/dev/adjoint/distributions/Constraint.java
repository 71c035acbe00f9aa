package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OpError;
import java.util.function.DoublePredicate;
import java.util.function.UnaryOperator;

/** What a parameter or a value must be. */
enum Constraint {
  POSITIVE("must be positive", x -> x > 0, x -> x.gt(0)),
  NOT_NEGATIVE("must not be negative", x -> x >= 0, x -> x.ge(0)),
  PROBABILITY("must be in [0, 1]", x -> x >= 0 && x <= 1, x -> x.ge(0).logicalAnd(x.le(1))),
  BOOLEAN("must be 0 or 1", x -> x == 0 || x == 1, x -> x.eq(0).logicalOr(x.eq(1))),
  COUNT(
      "must be a whole number and not negative",
      x -> x >= 0 && x == Math.rint(x),
      x -> x.ge(0).logicalAnd(x.eq(x.round())));

  private final String rule;
  private final DoublePredicate ofNumber;
  private final UnaryOperator<Tensor> ofTensor;

  Constraint(String rule, DoublePredicate ofNumber, UnaryOperator<Tensor> ofTensor) {
    this.rule = rule;
    this.ofNumber = ofNumber;
    this.ofTensor = ofTensor;
  }

  /** The value of a distribution, all elements of which must be so. */
  Tensor value(Distribution d, DType dtype, Tensor value) {
    return check(Checks.name(d), "a value", Checks.value(d, dtype, value));
  }

  /**
   * A tensor, all elements of which must be so.
   *
   * @param name whose parameter or value it is
   * @param what how errors call it
   * @throws IllegalArgumentException if it is a constant that is not so; others throw an {@link ArithmeticException} when they
   *     are computed
   */
  Tensor check(String name, String what, Tensor x) {
    if (!(x.node().op() instanceof Op.Const)) {
      return Checks.require(name + ": " + what + " " + rule, ofTensor.apply(x.detach()), x);
    }
    double number = x.dtype().value(x.node().scalars()[0]);
    if (!ofNumber.test(number)) {
      throw OpError.of(name, what + " " + rule + ", it is " + number);
    }
    return x;
  }
}
