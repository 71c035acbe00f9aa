package dev.adjoint.autograd;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Differentiation;
import dev.adjoint.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The service behind {@link Tensor#backward()}, the gradients of one output with respect to all tracked leaves below it, and
 * behind operations of the engine that are checkpoints.
 *
 * <p>The gradients are not tracked themselves, so nothing of the backward pass is kept in memory for a derivative that nobody
 * takes; {@link Autograd#gradient} gives gradients that can be differentiated again. A leaf that the output reaches through
 * flat functions only, such as {@code floor}, has a gradient of zeros.
 */
public final class ReverseMode implements Differentiation {
  @Override
  public Map<Node, Node> backward(Node output, Node seed) {
    return Scope.noGrad(
        () -> {
          var byLeaf = new LinkedHashMap<Node, Node>();
          Propagation.toLeaves(new Tensor(output), new Tensor(seed))
              .forEach((leaf, gradient) -> byLeaf.put(leaf, gradient.detach().node()));
          return byLeaf;
        });
  }

  @Override
  public Node checkpoint(Function<List<Node>, Node> f, List<Node> inputs) {
    Function<List<Tensor>, Tensor> ofTensors =
        xs -> new Tensor(f.apply(xs.stream().map(Tensor::node).toList()));
    return Recomputation.record(ofTensors, inputs.stream().map(Tensor::new).toList()).node();
  }
}
