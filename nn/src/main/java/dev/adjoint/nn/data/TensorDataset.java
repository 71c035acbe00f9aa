package dev.adjoint.nn.data;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Samples that are all in memory: one tensor of inputs and one of targets, with the samples along axis 0.
 *
 * <p>A batch is recorded, not computed: picking the rows and what is applied to them is part of the plan of the training
 * step that reads the batch. So pixels can stay bytes in memory and become floats on the way.
 */
public final class TensorDataset implements Dataset {
  private final Tensor x;
  private final Tensor y;
  private final UnaryOperator<Tensor> preparation;

  /**
   * The data set of inputs and targets, which are computed now.
   *
   * @throws IllegalArgumentException if inputs and targets are not equally many
   */
  public TensorDataset(Tensor x, Tensor y) {
    this(new Batch(x.detach().realize(), y.detach().realize()), UnaryOperator.identity());
  }

  private TensorDataset(Batch all, UnaryOperator<Tensor> preparation) {
    this.x = all.x();
    this.y = all.y();
    this.preparation = preparation;
  }

  /** The inputs as they are stored. */
  public Tensor x() {
    return x;
  }

  /** The targets. */
  public Tensor y() {
    return y;
  }

  @Override
  public int size() {
    return x.dim(0);
  }

  @Override
  public Batch batch(int[] indices) {
    for (int index : indices) {
      Objects.checkIndex(index, size());
    }
    Tensor rows = Scope.on(x.device(), () -> Tensors.of(indices));
    return new Batch(preparation.apply(x.indexSelect(0, rows)), y.indexSelect(0, rows));
  }

  /** This data set in the memory of a device, which then makes the batches; this one if it is there already. */
  public TensorDataset to(Device device) {
    return device == x.device()
        ? this
        : new TensorDataset(new Batch(x.to(device).realize(), y.to(device).realize()), preparation);
  }

  /** This data set with a function applied to the inputs of each batch, after those that are applied already. */
  public TensorDataset prepare(UnaryOperator<Tensor> function) {
    return new TensorDataset(new Batch(x, y), input -> function.apply(preparation.apply(input)));
  }

  /** This data set with inputs of another shape: the batch axis, then the given sizes. */
  public TensorDataset reshape(int... sampleShape) {
    int[] shape = new int[sampleShape.length + 1];
    System.arraycopy(sampleShape, 0, shape, 1, sampleShape.length);
    return prepare(
        input -> {
          int[] dims = shape.clone();
          dims[0] = input.dim(0);
          return input.reshape(dims);
        });
  }

  /** Shape and type of what is stored. */
  @Override
  public String toString() {
    return "TensorDataset(x " + x.dtype() + x.shape() + ", y " + y.dtype() + y.shape() + ")";
  }
}
