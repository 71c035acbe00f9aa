package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

/** Values that take several slices of each other: one element of the last needs all of the first. */
class SliceOfSlicesTest {
  @Test
  void aTreeOfSumsFitsIntoKernels() {
    int n = 1 << 12;
    Tensor sums = Tensors.arange(0, n).to(DType.F64).realize();
    for (int left = n; left > 1; left /= 2) {
      sums = sums.slice(0, 0, left, 2).add(sums.slice(0, 1, left, 2));
    }
    assertEquals(n * (n - 1.0) / 2, sums.item());
  }
}
