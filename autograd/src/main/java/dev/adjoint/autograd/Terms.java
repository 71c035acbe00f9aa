package dev.adjoint.autograd;

import dev.adjoint.Precision;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a gradient is the sum of. Many products over short axes, such as those of a weight that each step of a loop over time
 * uses, become one: {@code A1 B1 + A2 B2 + ...} is the product of {@code [A1 A2 ...]} and {@code [B1; B2; ...]}.
 */
final class Terms {
  /** From so many products on: fewer are added where they are computed. */
  private static final int MANY = 4;

  /** The length of a summed axis from which on a product is not computed element by element. */
  private static final int LEAST_DEPTH = 8;

  /** Most gradients have one. */
  private List<Tensor> terms = List.of();

  /** Adds a term. */
  void add(Tensor term) {
    if (terms.isEmpty()) {
      terms = List.of(term);
      return;
    }
    if (terms.size() == 1) {
      terms = new ArrayList<>(terms);
    }
    terms.add(term);
  }

  /** Whether there are no terms. */
  boolean isEmpty() {
    return terms.isEmpty();
  }

  /** The sum, in the order in which the terms came; there are none afterwards. */
  Tensor sum() {
    List<Tensor> all = terms;
    terms = List.of();
    if (all.size() < MANY) {
      return all.stream().reduce(Tensor::add).orElseThrow();
    }
    Map<Product, List<Node>> products = new HashMap<>();
    for (Tensor term : all) {
      if (isShort(term.node())) {
        products.computeIfAbsent(Product.of(term.node()), _ -> new ArrayList<>()).add(term.node());
      }
    }
    products.values().removeIf(alike -> alike.size() < MANY);
    var summed = new ArrayList<Tensor>();
    for (Tensor term : all) {
      List<Node> alike = isShort(term.node()) ? products.get(Product.of(term.node())) : null;
      if (alike == null) {
        summed.add(term);
      } else if (alike.getFirst() == term.node()) {
        summed.add(joined(alike));
      }
    }
    return summed.stream().reduce(Tensor::add).orElseThrow();
  }

  /** What products have in common that can be one. */
  private record Product(Shape shape, Precision precision, boolean turned) {
    static Product of(Node node) {
      return new Product(node.shape(), node.precision(), isTurned(node.input(0)));
    }
  }

  /** Whether a node is a product of matrices whose operands have fewer elements than are added to a sum with it. */
  private static boolean isShort(Node node) {
    if (!(node.op() instanceof Op.MatMul) || node.storage() != null || node.shape().rank() != 2) {
      return false;
    }
    long m = node.shape().dim(0);
    long n = node.shape().dim(1);
    long k = node.input(0).shape().dim(1);
    return k >= LEAST_DEPTH && (m + n) * k <= 2 * m * n;
  }

  private static boolean isTurned(Node node) {
    return node.op() instanceof Op.Permute(Axes order)
        && order.swapsLastTwo()
        && node.storage() == null;
  }

  /** The last term first: the gradients of steps come from the last one on, and lie in memory from the first one on. */
  private static Tensor joined(List<Node> products) {
    List<Node> steps = products.reversed();
    Node first = steps.getFirst();
    Node left;
    if (isTurned(first.input(0))) {
      left = GradientRules.transposed(join(steps, p -> p.input(0).input(0), 0)).node();
    } else {
      left = join(steps, p -> p.input(0), 1);
    }
    Node right = join(steps, p -> p.input(1), 0);
    return new Tensor(Recording.withPrecision(first.precision(), () -> Graph.matmul(left, right)));
  }

  private static Node join(List<Node> products, Function<Node, Node> operand, int axis) {
    return Graph.concat(products.stream().map(operand).toList(), axis);
  }
}
