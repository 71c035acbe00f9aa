package dev.adjoint.autograd;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A value of a function that is one kernel. So are its gradients, together: they are values of another such function, which runs
 * this one again on its inputs and on the gradient of the value.
 *
 * @param output which of the values of the function this is
 * @param call the same for all values of a call
 */
record OneKernel(String name, Body body, int output, Object call) implements GradientRule {
  /** Records the values of a function of tensors of one shape. */
  interface Body {
    List<Tensor> of(List<Tensor> inputs);
  }

  /**
   * The values of a function, tracked if an input is.
   *
   * @throws IllegalArgumentException if its graph is too deep to be recorded as a whole
   */
  static List<Tensor> record(String name, Body body, List<Tensor> inputs) {
    // The depth of a kernel is counted from what is in memory, and is limited.
    for (Tensor input : inputs) {
      if (input.node().depth() > Graph.MAX_KERNEL_DEPTH / 4 && !Recording.isDeferred()) {
        input.realize();
      }
    }
    List<Tensor> arguments = Placeholders.of(inputs, false).arguments();
    List<Tensor> values = Recording.asKernel(name, () -> Scope.noGrad(() -> body.of(arguments)));
    var call = new Object();
    var results = new ArrayList<Tensor>();
    for (Tensor value : values) {
      var nodes = new ArrayList<Node>(List.of(value.node()));
      inputs.forEach(input -> nodes.add(input.node()));
      results.add(new Tensor(Graph.custom(new OneKernel(name, body, results.size(), call), nodes)));
    }
    return results;
  }

  @Override
  public List<Supplier<Node>> gradients(Node node, Node gradient) {
    int count = node.inputs().size() - 1;
    var inputs = new ArrayList<Tensor>();
    var wanted = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      Tensor input = new Tensor(node.input(1 + i));
      inputs.add(input);
      if (input.tracked()) {
        wanted.add(i);
      }
    }
    inputs.add(new Tensor(gradient));
    Body derivative = arguments -> derivative(arguments, wanted);
    List<Tensor> found = record(name + " gradient", derivative, inputs);
    var gradients = new ArrayList<Supplier<Node>>();
    for (int i = 0; i < count; i++) {
      int at = wanted.indexOf(i);
      gradients.add(() -> found.get(at).node());
    }
    return gradients;
  }

  /** The gradients of some inputs, given all inputs and the gradient of the value. */
  private List<Tensor> derivative(List<Tensor> arguments, List<Integer> wanted) {
    Tensor gradient = arguments.getLast();
    var inputs = new ArrayList<>(arguments.subList(0, arguments.size() - 1));
    var targets = new ArrayList<Node>();
    for (int i : wanted) {
      inputs.set(i, Autograd.argument(inputs.get(i)));
      targets.add(inputs.get(i).node());
    }
    Tensor value = Scope.withGrad(() -> body.of(inputs)).get(output);
    Map<Node, Tensor> found = Propagation.toInputs(targets, value, gradient);
    return targets.stream().map(found::get).toList();
  }
}
