package dev.adjoint;

import dev.adjoint.graph.Differentiation;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.schedule.Engine;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array whose value is computed when it is read, and never changes, but for that of a {@link Variable}.
 *
 * <p>Calls on tensors check shapes and types, record a {@link Node} and return at once. Reading ({@link #item},
 * {@link #toFloats}, {@link #toString}, {@link #realize}) computes. The operations are grouped by kind in the interfaces that
 * this class implements; those that create tensors are in {@link Tensors}.
 */
public sealed class Tensor
    implements MathOps,
        ArithmeticOps,
        SelectionOps,
        ComparisonOps,
        LogicOps,
        ConversionOps,
        SpecialOps,
        ActivationOps,
        ShrinkageOps,
        ReductionOps,
        StatisticsOps,
        ScanOps,
        SortingOps,
        QuantileOps,
        SampleOps,
        MovementOps,
        SliceOps,
        TilingOps,
        DiagonalOps,
        IndexingOps,
        ScatterOps,
        SearchOps,
        LinearOps,
        LinearAlgebraOps,
        ProductOps,
        DistanceOps,
        AttentionOps,
        ConvolutionOps,
        MaxPoolingOps,
        AveragePoolingOps,
        AdaptivePoolingOps,
        TransposedConvolutionOps,
        NormalizationOps,
        WindowOps,
        ResamplingOps,
        ReadingOps
    permits Variable {
  private final @Nullable Node node;

  /** A handle on a node; for code that extends the engine. */
  public Tensor(Node node) {
    this.node = node;
  }

  /** For a variable, which has a node of its own in the place of this one's. */
  Tensor() {
    this.node = null;
  }

  /** The recorded operation behind this tensor; for a variable, that of its present value. */
  public Node node() {
    return Objects.requireNonNull(node);
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return node().shape();
  }

  /** The size of one axis; a negative axis counts from the end. */
  public int dim(int axis) {
    return node().shape().dim(axis);
  }

  /** The number of axes. */
  public int rank() {
    return node().shape().rank();
  }

  /** The number of elements. */
  public long size() {
    return node().shape().size();
  }

  /** The element type. */
  public DType dtype() {
    return node().dtype();
  }

  /** Where the value lives or will live. */
  public Device device() {
    return node().device();
  }

  /** Whether gradients flow to or through this tensor. */
  public boolean tracked() {
    return node().tracked();
  }

  /** The same value as a leaf that {@link #backward} gives a gradient for. */
  public Tensor requiresGrad() {
    if (!dtype().isFloat()) {
      throw new IllegalArgumentException(
          "requiresGrad: only float tensors have gradients, this is " + dtype());
    }
    return new Tensor(Node.of(new Op.Detach(), List.of(node()), shape(), dtype(), true));
  }

  /** The same value, through which no gradient flows. */
  public Tensor detach() {
    return node().tracked()
        ? new Tensor(Node.of(new Op.Detach(), List.of(node()), shape(), dtype(), false))
        : this;
  }

  /**
   * The same value with a function that a backward pass applies to its gradient, once the parts of all uses are added up: what
   * the function gives flows on. It may look at the gradient and give it back, clip it, or take notes; a gradient can be read
   * later, like any tensor. Uses of this tensor itself do not pass it. Where no gradient flows, this is the tensor itself.
   *
   * <pre>{@code
   * Tensor h = layer.apply(x).registerHook(g -> g.clamp(-1, 1));
   * }</pre>
   */
  public Tensor registerHook(UnaryOperator<Tensor> hook) {
    return GradientHook.on(this, hook);
  }

  /** The same value on another device; copied unless it is there already. */
  public Tensor to(Device device) {
    return device == node().device()
        ? this
        : new Tensor(Node.copy(node(), device, node().tracked() && Scope.gradEnabled()));
  }

  /**
   * Computes the value now and remembers it; returns this tensor. A CUDA device may tell only when the value is read, or at the
   * next call of this thread, that a position which it has computed is out of range; that throws then, and the value cannot be
   * used.
   */
  public Tensor realize() {
    Engine.realize(List.of(node()));
    return this;
  }

  /**
   * The present value in memory of its own, which nothing changes or frees: not a variable that is set, and not the end of {@link
   * Scope#temporaries}. It is computed now; gradients flow through it.
   */
  public Tensor copy() {
    Node value = Node.source(Engine.copy(node()), shape(), dtype(), false);
    return new Tensor(tracked() ? Graph.custom(new Unchanged(), List.of(value, node())) : value);
  }

  /** The gradient of a copy. */
  private record Unchanged() implements GradientRule {
    @Override
    public String name() {
      return "copy";
    }

    @Override
    public List<Supplier<Node>> gradients(Node copy, Node gradient) {
      return List.of(() -> gradient);
    }
  }

  /** Computes several tensors in one go. */
  public static void realize(Collection<Tensor> tensors) {
    Engine.realize(tensors.stream().map(Tensor::node).toList());
  }

  /**
   * Asks that whatever computes this tensor on the way remembers its value, such as a training step, after which it could not be
   * computed any more; returns this tensor.
   */
  public Tensor keep() {
    node().keep();
    return this;
  }

  /**
   * The gradients of this scalar with respect to all tracked leaves below it.
   *
   * <p>All scalars that it is computed from, such as the terms of a loss, are asked to {@link #keep} their values: the 32 nearest
   * to it if there are more.
   *
   * @throws IllegalArgumentException if this is no scalar or not tracked
   */
  public Gradients backward() {
    if (size() != 1) {
      throw new IllegalArgumentException(
          "backward: needs a scalar, not shape " + shape() + "; or pass the gradient of it");
    }
    return backward(Tensors.onesLike(this));
  }

  /**
   * The gradients of the sum of this tensor times a seed; scalars are kept as by {@link #backward()}.
   *
   * @throws IllegalArgumentException if shapes or types differ or this is not tracked
   */
  public Gradients backward(Tensor seed) {
    if (!tracked()) {
      throw new IllegalArgumentException(
          "backward: this tensor depends on no tracked leaf; call requiresGrad() on an input, or check for noGrad");
    }
    if (!seed.shape().equals(shape()) || seed.dtype() != dtype()) {
      throw new IllegalArgumentException(
          "backward: the seed is "
              + seed.dtype()
              + seed.shape()
              + ", this tensor is "
              + dtype()
              + shape());
    }
    var byLeaf = new LinkedHashMap<Node, Tensor>();
    Differentiation.service()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "backward: no differentiation service found: put adjoint-autograd on the class path or module path"))
        .backward(node(), seed.node())
        .forEach((leaf, gradient) -> byLeaf.put(leaf, new Tensor(gradient)));
    return new Gradients(byLeaf, this);
  }

  /** The value with shape, type and device; long axes are shortened. */
  @Override
  public String toString() {
    return TensorFormat.format(this);
  }
}
