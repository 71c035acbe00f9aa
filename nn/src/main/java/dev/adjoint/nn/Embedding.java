package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** A table of vectors: indices (i32 or i64) of any shape [...] become vectors [..., size]. */
public final class Embedding extends Module {
  private final int count;
  private final int size;
  private final Parameter weight;

  /** A table of {@code count} vectors of normally distributed numbers. */
  public Embedding(int count, int size) {
    this(count, size, Init.normal(0, 1));
  }

  /** A table with chosen first values. */
  public Embedding(int count, int size, Init weight) {
    this.count = Checks.positive("embedding", "the number of vectors", count);
    this.size = Checks.positive("embedding", "the size of the vectors", size);
    this.weight = weight.parameter("weight", count, size);
  }

  /** The table, [count, size]. */
  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (!x.dtype().isInteger()) {
      throw OpError.of("embedding", "needs indices of type i32 or i64, not " + x.dtype());
    }
    return weight.embedding(x);
  }

  @Override
  public String label() {
    return "Embedding(" + count + " -> " + size + ")";
  }
}
