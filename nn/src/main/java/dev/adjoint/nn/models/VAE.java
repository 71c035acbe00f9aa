package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Reduction;
import java.util.List;

/**
 * The variational autoencoder (Kingma and Welling 2013) of PyTorch's example: vectors in [0, 1], such as images [n, 1, 28, 28],
 * become normal distributions of a code, and a drawn code becomes a vector [n, size].
 *
 * <p>{@code fc1} with ReLU, {@code fc21} for means and {@code fc22} for logarithms of variances; {@code fc3} with ReLU and {@code
 * fc4} with a sigmoid.
 */
public final class VAE extends Module {
  private final int size;
  private final Linear fc1;
  private final Linear fc21;
  private final Linear fc22;
  private final Linear fc3;
  private final Linear fc4;

  /** Of 784 pixels, 400 hidden values and codes of 20: 652,824 parameters. */
  public VAE() {
    this(784, 400, 20);
  }

  /**
   * Of so many elements, hidden values and elements of a code.
   *
   * @throws IllegalArgumentException if a number is not positive
   */
  public VAE(int size, int hidden, int code) {
    this.size = size;
    fc1 = new Linear(size, hidden);
    fc21 = new Linear(hidden, code);
    fc22 = new Linear(hidden, code);
    fc3 = new Linear(code, hidden);
    fc4 = new Linear(hidden, size);
  }

  /** The means and the logarithms of the variances of codes, [n, code] each. */
  public record Code(Tensor mu, Tensor logvar) {}

  /** Vectors of drawn codes, [n, size], and the distributions of the codes. */
  public record Result(Tensor reconstruction, Tensor mu, Tensor logvar) {}

  /**
   * The distributions of the codes of inputs [n, ...].
   *
   * @throws IllegalArgumentException if inputs have another number of elements
   */
  public Code encode(Tensor x) {
    return call(List.of(x), () -> encoded(x));
  }

  /** Vectors [n, size] of codes [n, code]. */
  public Tensor decode(Tensor code) {
    return call(List.of(code), () -> decoded(code));
  }

  /**
   * Vectors of codes that are drawn for inputs [n, ...], also in evaluation mode.
   *
   * @throws IllegalArgumentException if inputs have another number of elements
   */
  public Result run(Tensor x) {
    return call(List.of(x), () -> drawn(x));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return drawn(x).reconstruction();
  }

  private Result drawn(Tensor x) {
    Code code = encoded(x);
    Tensor deviation = code.logvar().mul(0.5).exp();
    Tensor z = code.mu().add(Tensors.randnLike(deviation).mul(deviation));
    return new Result(decoded(z), code.mu(), code.logvar());
  }

  private Code encoded(Tensor x) {
    Tensor h = fc1.apply(Require.vectors("vae", x, size)).relu();
    return new Code(fc21.apply(h), fc22.apply(h));
  }

  private Tensor decoded(Tensor code) {
    return fc4.apply(fc3.apply(code).relu()).sigmoid();
  }

  /**
   * The loss of a batch, a sum over its elements: the binary cross-entropy of vectors with the inputs, and the divergence of the
   * codes' distributions from the standard normal one, {@code -1/2 (1 + logvar - mu^2 - exp(logvar))}.
   */
  public static Tensor loss(Result result, Tensor x) {
    Tensor cross = Losses.binaryCrossEntropy(result.reconstruction(), x.flatten(1), Reduction.SUM);
    Tensor logvar = result.logvar();
    Tensor terms = logvar.add(1).sub(result.mu().square()).sub(logvar.exp());
    return cross.add(terms.sum().mul(-0.5));
  }
}
