package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * A table of vectors: indices (i32 or i64) of any shape [...] become vectors [..., size].
 *
 * <p>The weight is [count, size], normally distributed at first. One row may be that of the padding: it begins with zeros, and no
 * gradient flows to it.
 */
public final class Embedding extends Module {
  private final int count;
  private final int size;
  private final @Nullable Integer paddingIdx;
  private final Parameter weight;

  /** A table of {@code count} vectors of normally distributed numbers. */
  public Embedding(int count, int size) {
    this(count, size, Init.normal(0, 1));
  }

  /**
   * A table with a row for the padding.
   *
   * @param paddingIdx its number; a negative one counts from the end
   * @throws IllegalArgumentException if there is no such row
   */
  public Embedding(int count, int size, int paddingIdx) {
    this(
        positive(count),
        dimension(size),
        row(count, paddingIdx),
        table(count, size, row(count, paddingIdx)));
  }

  /** A table with chosen first values. */
  public Embedding(int count, int size, Init weight) {
    this(positive(count), dimension(size), null, weight.parameter("weight", count, size));
  }

  private Embedding(int count, int size, @Nullable Integer paddingIdx, Parameter weight) {
    this.count = count;
    this.size = size;
    this.paddingIdx = paddingIdx;
    this.weight = weight;
  }

  /** A table with given vectors, [count, size], which is not trained. */
  public static Embedding fromPretrained(Tensor embeddings) {
    return fromPretrained(embeddings, true);
  }

  /** A table with given vectors, [count, size], which is frozen or trained. */
  public static Embedding fromPretrained(Tensor embeddings, boolean freeze) {
    return fromPretrained(embeddings, freeze, null);
  }

  /**
   * A table with given vectors.
   *
   * @param embeddings [count, size]; the row of the padding keeps its values
   * @param freeze whether the table is not trained
   * @param paddingIdx the number of a row to which no gradient flows, or null; a negative one counts from the end
   * @throws IllegalArgumentException if these are no vectors, or there is no such row
   */
  public static Embedding fromPretrained(
      Tensor embeddings, boolean freeze, @Nullable Integer paddingIdx) {
    if (embeddings.rank() != 2) {
      throw OpError.of("embedding", "vectors must be [count, size], not " + embeddings.shape());
    }
    int count = positive(embeddings.dim(0));
    var weight = new Parameter("weight", embeddings);
    weight.freeze(freeze);
    return new Embedding(
        count,
        dimension(embeddings.dim(1)),
        paddingIdx == null ? null : row(count, paddingIdx),
        weight);
  }

  private static int positive(int count) {
    return Checks.positive("embedding", "the number of vectors", count);
  }

  private static int dimension(int size) {
    return Checks.positive("embedding", "the size of the vectors", size);
  }

  /** A row by its number, which may count from the end. */
  static int row(int count, int index) {
    if (index < -count || index >= count) {
      throw OpError.of("embedding", "padding " + index + " is no row of a table of " + count);
    }
    return index < 0 ? index + count : index;
  }

  /** A table whose row of the padding is zeros. */
  static Parameter table(int count, int size, int paddingIdx) {
    Init values =
        shape ->
            Tensors.arange(count)
                .ne(paddingIdx)
                .unsqueeze(1)
                .where(Init.normal(0, 1).create(shape), 0);
    return values.parameter("weight", count, size);
  }

  /**
   * Chooses gradients by rows, see {@link Parameter#sparse(boolean)}: a step of {@link dev.adjoint.nn.optim.SGD} without
   * momentum, {@link dev.adjoint.nn.optim.Adagrad} or {@link dev.adjoint.nn.optim.SparseAdam} then costs by the rows that a batch
   * has, and other optimizers refuse. Returns this.
   */
  public Embedding sparse(boolean on) {
    weight.sparse(on);
    return this;
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
    return paddingIdx == null ? weight.embedding(x) : weight.embedding(x, paddingIdx);
  }

  @Override
  public String label() {
    return "Embedding("
        + count
        + " -> "
        + size
        + (paddingIdx == null ? "" : ", padding " + paddingIdx)
        + (weight.sparse() ? ", sparse)" : ")");
  }
}
