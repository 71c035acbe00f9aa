package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Fold;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of every op: how the gradient {@code g} of a result {@code y} becomes those of the inputs {@code a} and {@code
 * b}. Rules are written with public tensor operations, so gradients have gradients, and where possible in terms of the
 * result, so that the inputs need not be kept.
 *
 * <p>At a kink: {@code relu'(0) = 0}; {@code abs'(0) = 0}; at a tie, maximum and minimum give one half to either side, and the
 * reductions max and min give equal shares to all elements that attain the extremum. Rounding, sign and comparisons are flat:
 * they give no gradient.
 */
final class GradientRules {
  private static final List<Supplier<Tensor>> NONE = List.of();

  private GradientRules() {}

  /**
   * The gradients of the inputs of a tracked node, in the order of the inputs, to be asked of tracked inputs only; an input
   * beyond the end of the list has none.
   */
  static List<Supplier<Tensor>> of(Node node, Tensor g) {
    return switch (node.op()) {
      case Op.Source(),
          Op.Const(),
          Op.Iota(),
          Op.Random(),
          Op.Detach(),
          Op.Bitcast(),
          Op.ArgSort(var _, var _) ->
          NONE;
      case Op.Unary(var f) -> one(unary(f, input(node, 0), new Tensor(node), g));
      case Op.Binary(var f) -> binary(f, input(node, 0), input(node, 1), new Tensor(node), g);
      case Op.Where() ->
          List.of(
              () -> untracked(node.op()),
              () -> input(node, 0).where(g, 0),
              () -> input(node, 0).where(0, g));
      case Op.Fma() ->
          List.of(() -> times(g, input(node, 1)), () -> times(g, input(node, 0)), () -> g);
      case Op.Cast() -> one(g.to(node.input(0).dtype()));
      case Op.Reduce(var f, var axes) ->
          one(ReduceRules.gradient(f, axes, input(node, 0), new Tensor(node), g));
      case Op.Reshape() -> one(MovementRules.reshape(g, node.input(0).shape()));
      case Op.Permute(var order) -> one(MovementRules.permute(g, order));
      case Op.Expand() -> one(MovementRules.expand(g, node.input(0).shape()));
      case Op.Slice(var starts, var steps) ->
          one(MovementRules.slice(g, starts, steps, node.input(0).shape()));
      case Op.Pad(var before, var steps) -> MovementRules.pad(g, before, steps, node);
      case Op.Unfold(var axes, var steps, var dilations) ->
          one(new Tensor(Fold.of(g.node(), axes, steps, dilations, node.input(0).shape())));
      case Op.Concat(var axis) -> MovementRules.concat(g, axis, node);
      case Op.Gather(var axis) -> one(MovementRules.gather(g, axis, node));
      case Op.Scatter(var f, var axis) -> {
        var rules = new ScatterRules(f, axis, node, g);
        yield List.of(rules::ofTarget, () -> untracked(node.op()), rules::ofSource);
      }
      case Op.Scan(var f, var axis, var reverse) ->
          one(ScanRules.gradient(f, axis, reverse, input(node, 0), new Tensor(node), g));
      case Op.Factorize(var f) -> one(FactorizationRules.gradient(f, new Tensor(node), g));
      case Op.SolveTriangular(var upper, var unit) ->
          FactorizationRules.solveTriangular(upper, unit, input(node, 0), new Tensor(node), g);
      case Op.Attention op -> new AttentionRules(op, node).gradients(g);
      case Op.MatMul() ->
          List.of(
              () -> matmul(g, transposed(node.input(1))),
              () -> matmul(transposed(node.input(0)), g));
      case Op.Custom(var rule) -> custom(rule, node, g);
      case Op.Copy() -> one(g.to(node.input(0).device()));
    };
  }

  private static List<Supplier<Tensor>> custom(Op.CustomRule rule, Node node, Tensor g) {
    if (!(rule instanceof GradientRule gradients)) {
      throw new IllegalStateException("backward: " + rule.name() + " has no rule for gradients");
    }
    var rules = new ArrayList<Supplier<Tensor>>();
    rules.add(() -> untracked(node.op()));
    for (Supplier<Node> found : gradients.gradients(node, g.node())) {
      rules.add(() -> new Tensor(found.get()));
    }
    return rules;
  }

  private static @Nullable Tensor unary(UnaryOp f, Tensor a, Tensor y, Tensor g) {
    return switch (f) {
      case NEG -> times(g, -1);
      case ABS -> times(g, a.sign());
      case SQUARE -> times(times(g, 2), a);
      case SQRT -> times(g, 0.5).div(y);
      case RSQRT -> times(times(g, -0.5), y.square().mul(y));
      case RECIPROCAL -> times(times(g, -1), y.square());
      case EXP -> times(g, y);
      case EXP2 -> times(times(g, Math.log(2)), y);
      case EXPM1 -> times(g, y.add(1));
      case LOG -> g.div(a);
      case LOG2 -> times(g, 1 / Math.log(2)).div(a);
      case LOG10 -> times(g, 1 / Math.log(10)).div(a);
      case LOG1P -> g.div(a.add(1));
      case SIN -> times(g, a.cos());
      case COS -> times(times(g, -1), a.sin());
      case TAN -> times(g, y.square().add(1));
      case ASIN -> times(g, a.square().rsub(1).rsqrt());
      case ACOS -> times(times(g, -1), a.square().rsub(1).rsqrt());
      case ATAN -> g.div(a.square().add(1));
      case SINH -> times(g, a.cosh());
      case COSH -> times(g, a.sinh());
      case TANH -> times(g, y.square().rsub(1));
      case ASINH -> times(g, a.square().add(1).rsqrt());
      case ACOSH -> times(g, a.square().sub(1).rsqrt());
      case ATANH -> g.div(a.square().rsub(1));
      case ERF -> times(times(g, 2 / Math.sqrt(Math.PI)), a.square().neg().exp());
      case ERFC -> times(times(g, -2 / Math.sqrt(Math.PI)), a.square().neg().exp());
      case SIGMOID -> times(g, y.rsub(1).mul(y));
      case SILU -> times(g, silu(a));
      case MISH -> times(g, mish(a));
      case GELU -> times(g, gelu(a));
      case GELU_TANH -> times(g, geluTanh(a));
      case LGAMMA -> times(g, a.digamma());
      case DIGAMMA -> times(g, a.polygamma(1));
      case RELU -> y.gt(0).where(g, 0);
      case SIGN, CEIL, FLOOR, ROUND, TRUNC, IS_NAN, IS_INF, IS_FINITE, NOT -> null;
    };
  }

  /** {@code s + x s (1 - s)} with {@code s = sigmoid(x)}. */
  private static Tensor silu(Tensor x) {
    Tensor s = x.sigmoid();
    return s.rsub(1).mul(x).add(1).mul(s);
  }

  /** {@code t + x s (1 - t^2)} with {@code t = tanh(softplus(x))} and {@code s = sigmoid(x)}. */
  private static Tensor mish(Tensor x) {
    Tensor t = x.softplus().tanh();
    return t.square().rsub(1).mul(x.sigmoid()).mul(x).add(t);
  }

  /** The normal distribution function of x, plus x times its density. */
  private static Tensor gelu(Tensor x) {
    Tensor density = x.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
    return x.mul(-Math.sqrt(0.5)).erfc().mul(0.5).add(x.mul(density));
  }

  /** {@code s + x v' s (1 - s)} with {@code s = sigmoid(v)} and {@code v = sqrt(8 / pi) (x + 0.044715 x^3)}. */
  private static Tensor geluTanh(Tensor x) {
    double slope = Math.sqrt(8 / Math.PI);
    Tensor square = x.square().mul(0.044715);
    Tensor s = square.add(1).mul(x).mul(slope).sigmoid();
    return s.rsub(1).mul(square.mul(3).add(1).mul(slope)).mul(x).add(1).mul(s);
  }

  private static List<Supplier<Tensor>> binary(BinaryOp f, Tensor a, Tensor b, Tensor y, Tensor g) {
    return switch (f) {
      case ADD -> List.of(() -> g, () -> g);
      case SUB -> List.of(() -> g, () -> times(g, -1));
      case MUL -> List.of(() -> times(g, b), () -> times(g, a));
      case DIV -> List.of(() -> over(g, b), () -> over(times(times(g, -1), y), b));
      // Both are a - n b for a whole number n, which rounding finds again from the result.
      case REMAINDER, FMOD -> List.of(() -> g, () -> times(times(g, -1), a.sub(y).div(b).round()));
      case MAXIMUM -> List.of(() -> winner(a, b, a.gt(b), g), () -> winner(a, b, b.gt(a), g));
      case MINIMUM -> List.of(() -> winner(a, b, a.lt(b), g), () -> winner(a, b, b.lt(a), g));
      case POW -> List.of(() -> powBase(a, b, g), () -> powExponent(a, b, y, g));
      case ATAN2 -> List.of(() -> perpendicular(b, a, b, g), () -> perpendicular(a.neg(), a, b, g));
      case FLOOR_DIV, EQ, NE, LT, LE, GT, GE, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> NONE;
    };
  }

  private static Tensor winner(Tensor a, Tensor b, Tensor wins, Tensor g) {
    return wins.where(g, a.eq(b).where(times(g, 0.5), 0));
  }

  /** {@code part / (a^2 + b^2)}, or 0 where both are 0, without overflow of a square. */
  private static Tensor perpendicular(Tensor part, Tensor a, Tensor b, Tensor g) {
    Tensor length = a.hypot(b);
    Tensor safe = length.eq(0).where(1, length);
    return times(g, part.div(safe)).div(safe);
  }

  /** {@code b a^(b-1)}, where x^0 has derivative 0 whatever x is. */
  private static Tensor powBase(Tensor a, Tensor b, Tensor g) {
    OptionalDouble exponent = Constants.valueOf(b);
    if (exponent.isPresent() && exponent.getAsDouble() == 0) {
      return Tensors.zerosLike(g);
    }
    if (exponent.isPresent()) {
      return times(times(g, exponent.getAsDouble()), a.pow(exponent.getAsDouble() - 1));
    }
    Tensor base = b.eq(0).where(1, a);
    return times(g, b).mul(base.pow(b.sub(1)));
  }

  /** {@code a^b log a}, where 0^b has derivative 0 and not 0 times minus infinity if b is not negative. */
  private static Tensor powExponent(Tensor a, Tensor b, Tensor y, Tensor g) {
    Tensor flat = a.eq(0).logicalAnd(b.ge(0));
    return times(g, y).mul(flat.where(1, a).log());
  }

  private static Tensor matmul(Tensor a, Tensor b) {
    return new Tensor(Graph.matmul(a.node(), b.node()));
  }

  static Tensor transposed(Node x) {
    int[] order = new int[x.shape().rank()];
    Arrays.setAll(order, i -> i);
    order[order.length - 2] = order.length - 1;
    order[order.length - 1] = order.length - 2;
    return new Tensor(Graph.permute(x, Axes.of(order)));
  }

  private static Tensor times(Tensor g, Tensor factor) {
    return Constants.times(g, factor);
  }

  private static Tensor times(Tensor g, double factor) {
    return Constants.times(g, factor);
  }

  private static Tensor over(Tensor g, Tensor divisor) {
    return Constants.over(g, divisor);
  }

  private static Tensor input(Node node, int i) {
    return new Tensor(node.input(i));
  }

  private static List<Supplier<Tensor>> one(@Nullable Tensor gradient) {
    return gradient == null ? NONE : List.of(() -> gradient);
  }

  private static Tensor untracked(Op op) {
    throw new IllegalStateException(
        "backward: " + op + " has an input that cannot be tracked, but is");
  }
}
