package dev.adjoint;

/** What operations are called with whose results are compared with PyTorch's. */
final class MeaningNumbers {
  private MeaningNumbers() {}

  /** The numbers -4, 3, -1, 6, 2, -2, 5, 1, -3, 4, 0 again and again. */
  static Tensor numbers(int... shape) {
    float[] values = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7 % 11 - 4;
    }
    return Tensors.of(values, shape);
  }
}
