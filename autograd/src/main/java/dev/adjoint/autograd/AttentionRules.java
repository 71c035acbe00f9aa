package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of an attention: another part of it, whose own gradients are those of its definition. With weights {@code P =
 * exp(scale * q k^T + mask - r)} for the logarithms r of sums, and {@code D = P * (g v^T - less)}, the gradients of queries, keys
 * and values are {@code scale * D k}, {@code scale * D^T q} and {@code P^T g}; that of a mask that is added is D.
 */
final class AttentionRules {
  private final Op.Attention op;
  private final List<Tensor> inputs;
  private final Node node;

  AttentionRules(Op.Attention op, Node node) {
    this.op = op;
    this.node = node;
    inputs = node.inputs().stream().map(Tensor::new).toList();
  }

  List<Supplier<Tensor>> gradients(Tensor g) {
    return switch (op.part()) {
      case OUTPUT -> {
        var both = new Op.Attention(AttentionPart.OUTPUT_AND_LOG_SUMS, op.causal(), op.scale());
        Node result = Graph.attention(both, node.inputs());
        yield ofOutput(g, null, new Tensor(result));
      }
      case OUTPUT_AND_LOG_SUMS -> {
        int size = rows() * wide();
        Tensor output = g.narrow(-1, 0, size).unflatten(-1, rows(), wide());
        yield ofOutput(output, g.narrow(-1, size, rows()), new Tensor(node));
      }
      case GRADIENTS -> ofGradients(g);
    };
  }

  private int rows() {
    return inputs.get(0).dim(-2);
  }

  private int wide() {
    return inputs.get(2).dim(-1);
  }

  /** The gradients of the inputs, given those of the output and of the logarithms, if these have one. */
  private List<Supplier<Tensor>> ofOutput(Tensor g, @Nullable Tensor ofLogs, Tensor result) {
    int size = rows() * wide();
    Tensor output = result.narrow(-1, 0, size).unflatten(-1, rows(), wide());
    Tensor logSums = result.narrow(-1, size, rows());
    Tensor product = g.mul(output).sum(-1);
    Tensor less = ofLogs == null ? product : product.sub(ofLogs);
    var all = new ArrayList<>(List.of(inputs.get(0), inputs.get(1), inputs.get(2)));
    all.addAll(List.of(g, logSums, less));
    all.addAll(inputs.subList(3, inputs.size()));
    var part = new Op.Attention(AttentionPart.GRADIENTS, op.causal(), op.scale());
    Tensor gradients = new Tensor(Graph.attention(part, all.stream().map(Tensor::node).toList()));
    var rules = new ArrayList<Supplier<Tensor>>();
    int start = 0;
    for (Tensor input : inputs.subList(0, 3)) {
      int first = start;
      int count = input.dim(-2) * input.dim(-1);
      rules.add(
          () -> gradients.narrow(-1, first, count).unflatten(-1, input.dim(-2), input.dim(-1)));
      start += count;
    }
    Tensor mask = mask();
    if (mask != null) {
      rules.add(() -> differences(weights(logSums, mask), g, less));
    }
    return rules;
  }

  private @Nullable Tensor mask() {
    return inputs.size() > op.operands() ? inputs.getLast() : null;
  }

  /** P. */
  private Tensor weights(Tensor logSums, @Nullable Tensor mask) {
    Tensor key = inputs.get(1);
    Tensor scores =
        Constants.times(inputs.get(0).matmul(GradientRules.transposed(key.node())), op.scale());
    if (mask != null && mask.dtype() != DType.BOOL) {
      scores = scores.add(mask);
    } else if (mask != null) {
      scores = mask.where(scores, Double.NEGATIVE_INFINITY);
    }
    if (op.causal()) {
      Tensor i = new Tensor(Graph.iota(rows(), node.device())).unsqueeze(-1);
      Tensor j = new Tensor(Graph.iota(key.dim(-2), node.device()));
      scores = j.le(i).where(scores, Double.NEGATIVE_INFINITY);
    }
    Tensor shift = logSums.eq(Double.NEGATIVE_INFINITY).where(0, logSums);
    return scores.sub(shift.unsqueeze(-1)).exp();
  }

  /** D. */
  private Tensor differences(Tensor weights, Tensor g, Tensor less) {
    Tensor products = g.matmul(GradientRules.transposed(inputs.get(2).node()));
    return weights.mul(products.sub(less.unsqueeze(-1)));
  }

  private List<Supplier<Tensor>> ofGradients(Tensor upstream) {
    Tensor g = inputs.get(3);
    Tensor weights = weights(inputs.get(4), mask());
    Tensor differences = differences(weights, g, inputs.get(5));
    Tensor turned = GradientRules.transposed(differences.node());
    Tensor ofQueries = Constants.times(differences.matmul(inputs.get(1)), op.scale());
    Tensor ofKeys = Constants.times(turned.matmul(inputs.get(0)), op.scale());
    Tensor ofValues = GradientRules.transposed(weights.node()).matmul(g);
    Tensor composed =
        Tensors.cat(-1, ofQueries.flatten(-2), ofKeys.flatten(-2), ofValues.flatten(-2));
    List<Node> tracked = node.inputs().stream().filter(Node::tracked).distinct().toList();
    Map<Node, Tensor> found = Propagation.toInputs(tracked, composed, upstream);
    var rules = new ArrayList<Supplier<Tensor>>();
    for (Node input : node.inputs()) {
      // An input that stands twice has one gradient, which the first of both takes.
      Tensor whole = found.remove(input);
      rules.add(() -> whole != null ? whole : Tensors.zerosLike(new Tensor(input)));
    }
    return rules;
  }
}
