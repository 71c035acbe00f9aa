package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.LayerNorm;
import dev.adjoint.nn.Module;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sum of a vector for a token, one for its position and one for its type, normalised. */
final class BertEmbeddings extends Module {
  private static final Init FIRST = Init.normal(0, 0.02);

  private final Embedding wordEmbeddings;
  private final Embedding positionEmbeddings;
  private final Embedding tokenTypeEmbeddings;
  // Capital, as in the state.
  private final LayerNorm LayerNorm;
  private final Dropout dropout;

  BertEmbeddings(BertConfig config) {
    wordEmbeddings = new Embedding(config.vocabSize(), config.hiddenSize(), 0);
    // Token 0 is the padding, whose vector is zeros.
    Init words =
        shape -> Tensors.arange(shape.dim(0)).ne(0).unsqueeze(1).where(FIRST.create(shape), 0);
    words.fill(wordEmbeddings.weight());
    positionEmbeddings = new Embedding(config.maxPositions(), config.hiddenSize(), FIRST);
    tokenTypeEmbeddings = new Embedding(config.typeVocabSize(), config.hiddenSize(), FIRST);
    LayerNorm = new LayerNorm(new int[] {config.hiddenSize()}, config.layerNormEps());
    dropout = new Dropout(config.dropout());
  }

  /** The vectors of tokens, whose types are 0 if they are not given. */
  Tensor run(Tensor x, @Nullable Tensor types) {
    return call(
        List.of(x),
        () -> {
          Tensor type =
              types == null
                  ? tokenTypeEmbeddings.weight().select(0, 0)
                  : tokenTypeEmbeddings.apply(types);
          Tensor position = positionEmbeddings.weight().narrow(0, 0, x.dim(1));
          Tensor sum = wordEmbeddings.apply(x).add(type).add(position);
          return dropout.apply(LayerNorm.apply(sum));
        });
  }
}
