package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of vectors of which bags are summed up, averaged, or of which the largest elements are taken, {@link
 * Tensor#embeddingBag(Tensor, Tensor, String)}.
 *
 * <p>The weight is [count, size], normally distributed at first. One row may be that of the padding: it begins with zeros, and
 * counts in no bag.
 */
public final class EmbeddingBag extends Module {
  private final int count;
  private final int size;
  private final String mode;
  private final boolean includeLastOffset;
  private final @Nullable Integer paddingIdx;
  private final Parameter weight;

  /** A table of {@code count} vectors with means of bags. */
  public EmbeddingBag(int count, int size) {
    this(count, size, "mean");
  }

  /** A table with a mode: {@code "sum"}, {@code "mean"} or {@code "max"}. */
  public EmbeddingBag(int count, int size, String mode) {
    this(count, size, mode, false, null);
  }

  /**
   * A table with a mode.
   *
   * @param includeLastOffset whether the last offset begins no bag, but ends the last one
   * @param paddingIdx the number of the row of the padding, or null; a negative one counts from the end
   * @throws IllegalArgumentException if there is no such mode or row, or a size is not positive
   */
  public EmbeddingBag(
      int count, int size, String mode, boolean includeLastOffset, @Nullable Integer paddingIdx) {
    this.count = Checks.positive("embeddingBag", "the number of vectors", count);
    this.size = Checks.positive("embeddingBag", "the size of the vectors", size);
    if (!List.of("sum", "mean", "max").contains(mode)) {
      throw OpError.of("embeddingBag", "mode is '" + mode + "', it must be sum, mean or max");
    }
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
    this.paddingIdx = paddingIdx == null ? null : Embedding.row(count, paddingIdx);
    this.weight =
        this.paddingIdx == null
            ? Init.normal(0, 1).parameter("weight", count, size)
            : Embedding.table(count, size, this.paddingIdx);
  }

  /** Chooses gradients by rows, see {@link Embedding#sparse(boolean)}; returns this. */
  public EmbeddingBag sparse(boolean on) {
    weight.sparse(on);
    return this;
  }

  /** The table, [count, size]. */
  public Parameter weight() {
    return weight;
  }

  /** Each row of indices [n, k] is a bag; the result is [n, size]. */
  @Override
  protected Tensor forward(Tensor x) {
    return bags(x, null, null);
  }

  /** Bags that begin at offsets [n] of a vector of indices; the result is [n, size]. */
  public Tensor apply(Tensor x, Tensor offsets) {
    return apply(x, offsets, null);
  }

  /**
   * Sums of bags, each vector times the weight of its index.
   *
   * @param offsets where bags begin, or null for a matrix of indices
   * @param perSampleWeights of the shape of the indices, or null
   */
  public Tensor apply(Tensor x, @Nullable Tensor offsets, @Nullable Tensor perSampleWeights) {
    return call(
        Stream.of(x, offsets, perSampleWeights).filter(Objects::nonNull).toList(),
        () -> bags(x, offsets, perSampleWeights));
  }

  private Tensor bags(Tensor x, @Nullable Tensor offsets, @Nullable Tensor perSampleWeights) {
    return weight.embeddingBag(
        x, offsets, mode, perSampleWeights, offsets != null && includeLastOffset, paddingIdx);
  }

  @Override
  public String label() {
    return "EmbeddingBag("
        + count
        + " -> "
        + size
        + ", "
        + mode
        + (paddingIdx == null ? ")" : ", padding " + paddingIdx + ")");
  }
}
