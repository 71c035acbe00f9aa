package dev.adjoint.nn.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AirPassengersTest {
  @Test
  void isSeriesG() {
    Tensor series = AirPassengers.load();
    assertEquals(Shape.of(144), series.shape());
    assertEquals(DType.F32, series.dtype());
    double[] months = series.toDoubles();
    assertArrayEquals(new double[] {112, 118, 132, 129}, Arrays.copyOf(months, 4));
    assertEquals(432, months[143]);
    // Published: the mean is 280.30, the extremes are 104 and 622.
    assertEquals(40_363, Arrays.stream(months).sum());
    assertEquals(104, Arrays.stream(months).min().orElseThrow());
    assertEquals(622, Arrays.stream(months).max().orElseThrow());
    assertEquals(DType.F64, Scope.withDType(DType.F64, AirPassengers::load).dtype());
  }
}
