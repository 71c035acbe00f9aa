package dev.adjoint.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LinearOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** GPT in libtorch, with nanoGPT's names and composition: no biases, no dropout, the table of tokens is the last layer too. */
final class LibtorchGpt extends Module {
  private final EmbeddingImpl tokens;
  private final EmbeddingImpl positions;
  private final List<Block> blocks = new ArrayList<>();
  private final Norm last;

  LibtorchGpt(int vocabulary, int length, int layers, int heads, int size) {
    Module transformer = register_module("transformer", new Module());
    tokens = transformer.register_module("wte", new EmbeddingImpl(vocabulary, size));
    positions = transformer.register_module("wpe", new EmbeddingImpl(length, size));
    Module all = transformer.register_module("h", new Module());
    for (int i = 0; i < layers; i++) {
      blocks.add(all.register_module(Integer.toString(i), new Block(heads, size)));
    }
    last = transformer.register_module("ln_f", new Norm(size));
  }

  /** Tokens [n, length] become logits [n, length, vocabulary]. */
  Tensor forward(Tensor x) {
    Tensor y = tokens.forward(x).add(positions.weight().narrow(0, 0, x.size(1)));
    for (Block block : blocks) {
      y = block.forward(y);
    }
    return torch.linear(last.forward(y), tokens.weight());
  }

  private static LinearImpl linear(long in, long out) {
    var options = new LinearOptions(in, out);
    options.bias().put(false);
    return new LinearImpl(options);
  }

  /** A normalisation without a bias, which libtorch's layer cannot leave out. */
  private static final class Norm extends Module {
    private final long size;
    private final Tensor weight;

    Norm(long size) {
      this.size = size;
      weight = register_parameter("weight", torch.ones(size));
    }

    Tensor forward(Tensor x) {
      return torch.layer_norm(
          x, new long[] {size}, new TensorOptional(weight), new TensorOptional(), 1e-5, true);
    }
  }

  /** Attention and two linear layers, each behind a normalisation and with a way around both. */
  private static final class Block extends Module {
    private final int heads;
    private final Norm norm1;
    private final LinearImpl attention;
    private final LinearImpl attended;
    private final Norm norm2;
    private final LinearImpl wide;
    private final LinearImpl narrow;

    Block(int heads, int size) {
      this.heads = heads;
      norm1 = register_module("ln_1", new Norm(size));
      Module attn = register_module("attn", new Module());
      attention = attn.register_module("c_attn", linear(size, 3L * size));
      attended = attn.register_module("c_proj", linear(size, size));
      norm2 = register_module("ln_2", new Norm(size));
      Module mlp = register_module("mlp", new Module());
      wide = mlp.register_module("c_fc", linear(size, 4L * size));
      narrow = mlp.register_module("c_proj", linear(4L * size, size));
    }

    Tensor forward(Tensor x) {
      Tensor y = x.add(attend(norm1.forward(x)));
      return y.add(narrow.forward(torch.gelu(wide.forward(norm2.forward(y)))));
    }

    private Tensor attend(Tensor x) {
      TensorVector parts = attention.forward(x).chunk(3, -1);
      Tensor y =
          torch.scaled_dot_product_attention(
              split(parts.get(0)),
              split(parts.get(1)),
              split(parts.get(2)),
              new TensorOptional(),
              0,
              true,
              new DoubleOptional(),
              false);
      return attended.forward(y.transpose(1, 2).flatten(2, -1));
    }

    /** [n, length, size] as [n, heads, length, size / heads]. */
    private Tensor split(Tensor x) {
      return x.unflatten(-1, heads, x.size(-1) / heads).transpose(1, 2);
    }
  }
}
