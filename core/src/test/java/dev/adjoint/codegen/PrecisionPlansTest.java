package dev.adjoint.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Precisions on a device that has a unit for each: they are in the kernel, and each has a plan of its own. */
class PrecisionPlansTest {
  private static final Device RECORDER = Device.of("recorder");

  /** What a computation of a product prepares; nothing if there is a plan already. */
  private static List<Kernel> prepared(Precision precision, DType dtype) {
    RecordingProvider.take();
    Scope.on(
        RECORDER,
        () -> {
          Tensor a = Tensors.zeros(Shape.of(83, 61)).to(dtype).realize();
          Tensor b = Tensors.zeros(Shape.of(61, 59)).to(dtype).realize();
          RecordingProvider.take();
          return Scope.withPrecision(precision, () -> a.matmul(b)).realize();
        });
    return RecordingProvider.take().stream().map(RecordingProvider.Prepared::kernel).toList();
  }

  @Test
  void eachPrecisionHasItsPlan() {
    for (Precision precision : Precision.values()) {
      assertEquals(
          List.of(new Kernel.MatMul(DType.F32, precision, null)), prepared(precision, DType.F32));
    }
    for (Precision precision : Precision.values()) {
      assertEquals(List.of(), prepared(precision, DType.F32));
    }
  }

  @Test
  void f64IsAlwaysTheSame() {
    assertEquals(List.of(new Kernel.MatMul(DType.F64, null)), prepared(Precision.BF16, DType.F64));
    assertEquals(List.of(), prepared(Precision.F32, DType.F64));
  }
}
