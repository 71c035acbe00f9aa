package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.List;

/**
 * A table of vectors of which bags are summed up, averaged or of which the largest elements are taken, {@link
 * Tensor#embeddingBag(Tensor, Tensor, String)}.
 *
 * <p>The weight is [count, size], normally distributed at first.
 */
public final class EmbeddingBag extends Module {
  private final int count;
  private final int size;
  private final String mode;
  private final boolean includeLastOffset;
  private final Parameter weight;

  /** A table of {@code count} vectors with means of bags. */
  public EmbeddingBag(int count, int size) {
    this(count, size, "mean");
  }

  /** A table with a mode: {@code "sum"}, {@code "mean"} or {@code "max"}. */
  public EmbeddingBag(int count, int size, String mode) {
    this(count, size, mode, false);
  }

  /**
   * A table with a mode.
   *
   * @param includeLastOffset whether offsets end with the number of indices
   * @throws IllegalArgumentException if there is no such mode, or a size is not positive
   */
  public EmbeddingBag(int count, int size, String mode, boolean includeLastOffset) {
    this.count = Checks.positive("embeddingBag", "the number of vectors", count);
    this.size = Checks.positive("embeddingBag", "the size of the vectors", size);
    if (!List.of("sum", "mean", "max").contains(mode)) {
      throw OpError.of("embeddingBag", "mode is '" + mode + "', it must be sum, mean or max");
    }
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
    this.weight = Init.normal(0, 1).parameter("weight", count, size);
  }

  /** The table, [count, size]. */
  public Parameter weight() {
    return weight;
  }

  /** Each row of indices [n, k] is a bag; the result is [n, size]. */
  @Override
  protected Tensor forward(Tensor x) {
    return weight.embeddingBag(x, mode);
  }

  /** Bags that begin at offsets [n] of a vector of indices; the result is [n, size]. */
  public Tensor apply(Tensor x, Tensor offsets) {
    return call(List.of(x, offsets), () -> weight.embeddingBag(x, starts(offsets), mode));
  }

  /** Sums of bags, each vector times the weight of its index, of the shape of the indices. */
  public Tensor apply(Tensor x, Tensor offsets, Tensor perSampleWeights) {
    return call(
        List.of(x, offsets, perSampleWeights),
        () -> weight.embeddingBag(x, starts(offsets), mode, perSampleWeights));
  }

  private Tensor starts(Tensor offsets) {
    return includeLastOffset ? offsets.narrow(0, 0, offsets.dim(0) - 1) : offsets;
  }

  @Override
  public String label() {
    return "EmbeddingBag(" + count + " -> " + size + ", " + mode + ")";
  }
}
