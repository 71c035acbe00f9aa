package dev.adjoint.nn.data;

import dev.adjoint.Device;
import dev.adjoint.Tensor;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * Some samples: tensors with one sample along axis 0 each, most often an input and a target.
 *
 * @param tensors the tensors, at least one
 */
public record Batch(List<Tensor> tensors) {
  /**
   * A batch.
   *
   * @throws IllegalArgumentException if there is no tensor, or the samples are not equally many
   */
  public Batch {
    tensors = List.copyOf(tensors);
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("batch: needs at least one tensor");
    }
    Tensor first = tensors.getFirst();
    for (Tensor tensor : tensors) {
      if (tensor.rank() == 0 || first.rank() == 0 || tensor.dim(0) != first.dim(0)) {
        throw new IllegalArgumentException(
            "batch: axis 0 of all tensors must be equal: "
                + first.shape()
                + " and "
                + tensor.shape());
      }
    }
  }

  /**
   * A batch.
   *
   * @throws IllegalArgumentException if there is no tensor, or the samples are not equally many
   */
  public Batch(Tensor... tensors) {
    this(List.of(tensors));
  }

  /** The first tensor: the inputs of a model. */
  public Tensor x() {
    return tensors.getFirst();
  }

  /**
   * The second tensor: the targets.
   *
   * @throws IndexOutOfBoundsException if there is one tensor alone
   */
  public Tensor y() {
    return get(1);
  }

  /**
   * A tensor by its number, from 0 on.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Tensor get(int number) {
    if (number < 0 || number >= tensors.size()) {
      throw new IndexOutOfBoundsException(
          "batch: no tensor " + number + ", there are " + tensors.size());
    }
    return tensors.get(number);
  }

  /** The number of samples. */
  public int size() {
    return x().dim(0);
  }

  /** The same samples on a device. */
  public Batch to(Device device) {
    return new Batch(tensors.stream().map(tensor -> tensor.to(device)).toList());
  }

  /**
   * The tensors as the components of a record, which give them names: {@code record Pair(Tensor anchor, Tensor other) {}} and
   * {@code batch.as(Pair.class).anchor()}.
   *
   * @throws IllegalArgumentException if the components are not as many tensors
   */
  public <R extends Record> R as(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    if (types.length != tensors.size()
        || !Arrays.stream(types).allMatch(component -> component == Tensor.class)) {
      throw new IllegalArgumentException(
          "batch: "
              + type.getSimpleName()
              + Arrays.stream(components).map(RecordComponent::getName).toList()
              + " is no record of "
              + tensors.size()
              + " tensors");
    }
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.trySetAccessible();
      return constructor.newInstance(tensors.toArray());
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "batch: " + type.getSimpleName() + " refused the tensors", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "batch: cannot make a " + type.getName() + ": open its package to adjoint's nn", e);
    }
  }
}
