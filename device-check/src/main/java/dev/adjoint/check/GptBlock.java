package dev.adjoint.check;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;

/** A block of GPT-2: attention to the tokens up to each one and a perceptron, each after a layer norm and added to its input. */
final class GptBlock extends Module {
  static final int TOKENS = 64;
  static final int WIDTH = 128;
  private static final int HEADS = 4;
  private static final int HEAD = WIDTH / HEADS;

  final Norm beforeAttention = new Norm();
  final Linear queriesKeysValues = new Linear(WIDTH, 3 * WIDTH);
  final Linear projection = new Linear(WIDTH, WIDTH);
  final Norm beforePerceptron = new Norm();
  final Sequential perceptron =
      Sequential.of(new Linear(WIDTH, 4 * WIDTH), Activation.GELU, new Linear(4 * WIDTH, WIDTH));

  private final Tensor future = Tensors.ones(TOKENS, TOKENS).triu(1).ne(0).realize();

  /** The norm of each token: mean 0 and variance 1, then scaled and shifted. */
  static final class Norm extends Module {
    final Parameter weight = Init.constant(1).parameter("weight", WIDTH);
    final Parameter bias = Init.constant(0).parameter("bias", WIDTH);

    @Override
    protected Tensor forward(Tensor x) {
      Tensor centered = x.sub(x.mean(-1, true));
      Tensor deviation = centered.mul(centered).mean(-1, true).add(1e-5).sqrt();
      return centered.div(deviation).mul(weight).add(bias);
    }
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor attended = x.add(projection.apply(attention(beforeAttention.apply(x))));
    return attended.add(perceptron.apply(beforePerceptron.apply(attended)));
  }

  private Tensor attention(Tensor x) {
    int batch = x.dim(0);
    Tensor all =
        queriesKeysValues.apply(x).reshape(batch, TOKENS, 3, HEADS, HEAD).permute(2, 0, 3, 1, 4);
    Tensor scores =
        all.select(0, 0).matmul(all.select(0, 1).transpose(-1, -2)).mul(1 / Math.sqrt(HEAD));
    Tensor weights = scores.maskedFill(future, Float.NEGATIVE_INFINITY).softmax(-1);
    return weights.matmul(all.select(0, 2)).transpose(1, 2).reshape(batch, TOKENS, WIDTH);
  }
}
