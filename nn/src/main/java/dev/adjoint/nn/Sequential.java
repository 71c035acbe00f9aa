package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.train.Model;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Modules that are applied one after the other. Their names are their positions: {@code 0}, {@code 1} ... */
public final class Sequential extends Module {
  private final List<Module> layers;

  private Sequential(List<Module> layers) {
    this.layers = layers;
  }

  /**
   * A chain of modules and functions, such as
   * {@code Sequential.of(new Linear(784, 128), Activation.RELU, new Linear(128, 10))}; method references like
   * {@code Tensor::relu} work too, but print as {@code Lambda}; {@code new Lambda("Cube", x -> x.pow(3))} has a name.
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static Sequential of(UnaryOperator<Tensor>... layers) {
    return new Sequential(Arrays.stream(layers).map(Lambda::of).toList());
  }

  /** A chain of modules and functions. */
  public static Sequential of(List<? extends UnaryOperator<Tensor>> layers) {
    return new Sequential(layers.stream().map(Lambda::of).toList());
  }

  /** The modules of the chain; functions are wrapped as {@link Lambda}s. */
  public List<Module> layers() {
    return layers;
  }

  /**
   * This chain with an optimizer, a loss and metrics, all by their names in Keras, which {@link Model} lists.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public Model compile(String optimizer, String loss, String... metrics) {
    return Model.compile(this, optimizer, loss, metrics);
  }

  /**
   * This chain with an optimizer of its parameters, and a loss and metrics by their names in Keras, which {@link Model} lists.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public Model compile(Optimizer optimizer, String loss, String... metrics) {
    return Model.compile(this, optimizer, loss, metrics);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = x;
    for (Module layer : layers) {
      y = layer.apply(y);
    }
    return y;
  }

  @Override
  void members(BiConsumer<String, Object> visitor) {
    for (int i = 0; i < layers.size(); i++) {
      visitor.accept(Integer.toString(i), layers.get(i));
    }
  }
}
