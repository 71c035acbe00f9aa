package dev.adjoint.autograd;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function of tensors with a gradient of its own, where the gradient of the operations that it is made of would be unstable,
 * wasteful or not what is wanted.
 *
 * <pre>{@code
 * final class StraightThrough extends CustomFunction {
 *   @Override protected Tensor forward(Context context, List<Tensor> inputs) {
 *     return inputs.get(0).round();
 *   }
 *   @Override protected List<Tensor> backward(Context context, Tensor gradient) {
 *     return List.of(gradient);
 *   }
 * }
 * Tensor y = new StraightThrough().apply(x);
 * }</pre>
 *
 * <p>The gradient can be differentiated again if {@link #backward} is made of tensor operations. No gradient flows to tensors
 * that {@link #forward} uses without being given them as inputs.
 */
public abstract class CustomFunction {
  /**
   * The value, from inputs that are not tracked here.
   *
   * @param context takes what the gradient needs besides inputs and output
   */
  protected abstract Tensor forward(Context context, List<Tensor> inputs);

  /**
   * The gradients of the inputs, in their order and of their shapes and types. What is given for an input that needs no
   * gradient is ignored; {@code Tensors.zerosLike(input)} says that there is none.
   *
   * @param gradient the gradient of the output
   */
  protected abstract List<Tensor> backward(Context context, Tensor gradient);

  /** The name that errors and graph pictures show. */
  protected String name() {
    return getClass().getSimpleName();
  }

  /**
   * The value of this function, tracked if an input is.
   *
   * @throws IllegalArgumentException if there is no input
   */
  public final Tensor apply(Tensor... inputs) {
    if (inputs.length == 0) {
      throw new IllegalArgumentException(name() + ": a function needs an input");
    }
    List<Tensor> given = List.of(inputs);
    Placeholders placeholders = Placeholders.of(given, false);
    var context = new Context(placeholders.arguments(), placeholders, new ArrayList<>(), null);
    Tensor value = Scope.noGrad(() -> forward(context, placeholders.arguments())).detach();
    var nodes = new ArrayList<Node>(List.of(value.node()));
    given.forEach(input -> nodes.add(input.node()));
    Node node = Graph.custom(new Rule(this, placeholders, List.copyOf(context.saved)), nodes);
    return node.tracked() ? new Tensor(node) : value;
  }

  private List<Tensor> gradients(Context context, Tensor gradient) {
    List<Tensor> given = backward(context, gradient);
    if (given.size() != context.inputs.size()) {
      throw new IllegalArgumentException(
          name()
              + ": backward gave "
              + given.size()
              + " gradients for "
              + context.inputs.size()
              + " inputs");
    }
    var gradients = new ArrayList<Tensor>();
    for (int i = 0; i < given.size(); i++) {
      Tensor input = context.inputs.get(i);
      Tensor found = given.get(i);
      if (!input.tracked()) {
        gradients.add(Tensors.zerosLike(input));
      } else if (found.shape().equals(input.shape()) && found.dtype() == input.dtype()) {
        gradients.add(found);
      } else {
        throw new IllegalArgumentException(
            name()
                + ": backward gave "
                + found.dtype()
                + found.shape()
                + " as the gradient of input "
                + i
                + ", which is "
                + input.dtype()
                + input.shape());
      }
    }
    return gradients;
  }

  /** What one call of a function hands from its forward to its backward pass. */
  public static final class Context {
    private final List<Tensor> inputs;
    private final Placeholders placeholders;
    private final List<Tensor> saved;
    private final @Nullable Tensor output;

    private Context(
        List<Tensor> inputs,
        Placeholders placeholders,
        List<Tensor> saved,
        @Nullable Tensor output) {
      this.inputs = inputs;
      this.placeholders = placeholders;
      this.saved = saved;
      this.output = output;
    }

    /**
     * Hands tensors to the backward pass, after those that were saved before.
     *
     * @throws IllegalStateException in the backward pass
     */
    public void save(Tensor... tensors) {
      if (output != null) {
        throw new IllegalStateException("save: the forward pass of this call is over");
      }
      for (Tensor tensor : tensors) {
        saved.add(new Tensor(tensor.node())); // what it is now, if it is a variable
      }
    }

    /**
     * A tensor that was saved. Where gradients are recorded, it depends on the inputs as it did in the forward pass, so that
     * second derivatives are right.
     */
    public Tensor saved(int i) {
      Tensor tensor = saved.get(i);
      return output == null || !Scope.gradEnabled()
          ? tensor
          : new Tensor(
              Replay.of(tensor.node(), placeholders.standingFor(inputs), Replay.Tracking.ALL));
    }

    /** An input: in the forward pass untracked. */
    public Tensor input(int i) {
      return inputs.get(i);
    }

    /**
     * The output, in the backward pass.
     *
     * @throws IllegalStateException in the forward pass
     */
    public Tensor output() {
      if (output == null) {
        throw new IllegalStateException("output: there is none before the backward pass");
      }
      return output;
    }

    /** Whether the gradient of an input is asked for, in the backward pass. */
    public boolean needsGradient(int i) {
      return inputs.get(i).tracked();
    }
  }

  private record Rule(CustomFunction function, Placeholders placeholders, List<Tensor> saved)
      implements GradientRule {
    @Override
    public String name() {
      return function.name();
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      List<Tensor> inputs = node.inputs().stream().skip(1).map(Tensor::new).toList();
      var context = new Context(inputs, placeholders, saved, new Tensor(node));
      return function.gradients(context, new Tensor(gradient)).stream()
          .<Supplier<Node>>map(found -> found::node)
          .toList();
    }
  }
}
