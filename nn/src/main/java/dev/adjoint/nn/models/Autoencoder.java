package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Linear layers to a short code and back: vectors in [0, 1], such as images [n, 1, 28, 28], become codes [n, code], and these
 * vectors [n, size].
 *
 * <p>{@code encoder} and {@code decoder} are chains with ReLU between layers; the decoder ends with a sigmoid.
 */
public final class Autoencoder extends Module {
  private final int size;
  private final Sequential encoder;
  private final Sequential decoder;

  /**
   * Of sizes from the input to the code, such as 784, 128, 64, 12; the decoder has them from the last to the first.
   *
   * @throws IllegalArgumentException if there are less than two sizes, or one is not positive
   */
  public Autoencoder(int... sizes) {
    if (sizes.length < 2) {
      throw OpError.of(
          "autoencoder", "needs the sizes of input and code, not " + Arrays.toString(sizes));
    }
    size = sizes[0];
    int[] back = new int[sizes.length];
    Arrays.setAll(back, i -> sizes[sizes.length - 1 - i]);
    encoder = Sequential.of(chain(sizes));
    List<UnaryOperator<Tensor>> layers = chain(back);
    layers.add(Activation.SIGMOID);
    decoder = Sequential.of(layers);
  }

  private static List<UnaryOperator<Tensor>> chain(int[] sizes) {
    var layers = new ArrayList<UnaryOperator<Tensor>>();
    for (int i = 1; i < sizes.length; i++) {
      if (i > 1) {
        layers.add(Activation.RELU);
      }
      layers.add(new Linear(sizes[i - 1], sizes[i]));
    }
    return layers;
  }

  /**
   * The codes [n, code] of inputs [n, ...].
   *
   * @throws IllegalArgumentException if inputs have another number of elements
   */
  public Tensor encode(Tensor x) {
    return call(List.of(x), () -> encoded(x));
  }

  /** The vectors [n, size] of codes [n, code]. */
  public Tensor decode(Tensor code) {
    return call(List.of(code), () -> decoder.apply(code));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return decoder.apply(encoded(x));
  }

  private Tensor encoded(Tensor x) {
    return encoder.apply(Require.vectors("autoencoder", x, size));
  }
}
