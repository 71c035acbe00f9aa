package dev.adjoint.nn.data;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Samples that are all in memory: tensors with the samples along axis 0, such as one of inputs and one of targets.
 *
 * <p>A batch is recorded, not computed: picking the rows and what is applied to them is part of the plan of the training
 * step that reads the batch. So pixels can stay bytes in memory and become floats on the way.
 */
public final class TensorDataset implements Dataset {
  private final Batch all;
  private final UnaryOperator<Tensor> preparation;

  /**
   * The data set of tensors, which are computed now.
   *
   * @throws IllegalArgumentException if there is none, or their samples are not equally many
   */
  public TensorDataset(Tensor... tensors) {
    this(
        new Batch(Arrays.stream(tensors).map(tensor -> tensor.detach().realize()).toList()),
        UnaryOperator.identity());
  }

  private TensorDataset(Batch all, UnaryOperator<Tensor> preparation) {
    this.all = all;
    this.preparation = preparation;
  }

  /** All samples as they are stored. */
  public Batch all() {
    return all;
  }

  /** The first tensor as it is stored, the inputs: what {@link #prepare} and {@link #reshape} add is for batches alone. */
  public Tensor x() {
    return all.x();
  }

  /**
   * The second tensor: the targets.
   *
   * @throws IndexOutOfBoundsException if there is one tensor alone
   */
  public Tensor y() {
    return all.y();
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public Batch batch(int[] indices) {
    for (int index : indices) {
      Objects.checkIndex(index, size());
    }
    Tensor rows = Scope.on(x().device(), () -> Tensors.of(indices));
    var picked = new ArrayList<Tensor>();
    all.tensors().forEach(tensor -> picked.add(tensor.indexSelect(0, rows)));
    picked.set(0, preparation.apply(picked.getFirst()));
    return new Batch(picked);
  }

  /** This data set in the memory of a device, which then makes the batches; this one if it is there already. */
  public TensorDataset to(Device device) {
    if (device == x().device()) {
      return this;
    }
    Batch moved = all.to(device);
    Tensor.realize(moved.tensors());
    return new TensorDataset(moved, preparation);
  }

  /** This data set with a function applied to the inputs of each batch, after those that are applied already. */
  public TensorDataset prepare(UnaryOperator<Tensor> function) {
    return new TensorDataset(all, input -> function.apply(preparation.apply(input)));
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

  /** Types and shapes of what is stored. */
  @Override
  public String toString() {
    return all.tensors().stream()
        .map(tensor -> tensor.dtype() + "" + tensor.shape())
        .collect(Collectors.joining(", ", "TensorDataset(", ")"));
  }
}
