package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is recorded of a precision, and what the CPU makes of it. */
class PrecisionTest {
  private static Tensor matrix(int rows, int columns) {
    return new Random(3).rand(rows, columns).sub(0.5).realize();
  }

  @Test
  void fullIsTheDefaultAndTheInnermostScopeCounts() {
    assertEquals(Precision.F32, Scope.precision());
    Scope.withPrecision(
        Precision.BF16,
        () -> {
          assertEquals(Precision.BF16, Scope.precision());
          assertEquals(Precision.F32, Scope.withPrecision(Precision.F32, Scope::precision));
          assertEquals(Precision.BF16, Scope.precision());
          return true;
        });
    assertEquals(Precision.F32, Scope.precision());
  }

  @Test
  void anErrorEndsTheScope() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Scope.withPrecision(Precision.TF32, () -> matrix(2, 3).matmul(matrix(4, 5))));
    assertEquals(Precision.F32, Scope.precision());
  }

  @Test
  void otherThreadsAreNotAffected() throws InterruptedException {
    var seen = new AtomicReference<Precision>();
    Thread other =
        Scope.withPrecision(
            Precision.TF32, () -> Thread.ofPlatform().start(() -> seen.set(Scope.precision())));
    other.join();
    assertEquals(Precision.F32, seen.get());
  }

  @Test
  void productsOfF32MatricesRecordIt() {
    Tensor a = matrix(3, 4);
    Tensor b = matrix(4, 5);
    Scope.withPrecision(
        Precision.TF32,
        () -> {
          assertEquals(Precision.TF32, a.matmul(b).node().precision());
          assertEquals("matmul in tf32 f32[3, 5]", a.matmul(b).node().toString());
          assertEquals(Precision.F32, a.mul(2).node().precision());
          Node wide = a.to(DType.F64).matmul(b.to(DType.F64)).node();
          assertEquals(new Op.MatMul(), wide.op());
          assertEquals(Precision.F32, wide.precision());
          return true;
        });
    assertEquals(Precision.F32, a.matmul(b).node().precision());
    assertEquals("matmul f32[3, 5]", a.matmul(b).node().toString());
  }

  /** A transposed product becomes the product of the transposed factors; it is still the one that was recorded. */
  @Test
  void aTransposedProductKeepsItsPrecision() {
    Tensor product = Scope.withPrecision(Precision.BF16, () -> matrix(3, 4).matmul(matrix(4, 5)));
    Node transposed = product.t().node();
    assertEquals(new Op.MatMul(), transposed.op());
    assertEquals(Precision.BF16, transposed.precision());
  }

  @Test
  void theCpuComputesTheSameBits() {
    Tensor a = matrix(70, 90);
    Tensor b = matrix(90, 80);
    Tensor bias = matrix(1, 80);
    float[] full = a.matmul(b).add(bias).relu().toFloats();
    for (Precision precision : Precision.values()) {
      assertArrayEquals(
          full, Scope.withPrecision(precision, () -> a.matmul(b).add(bias).relu()).toFloats());
      assertTrue(Device.cpu().backend().hasUnitFor(Precision.F32));
      assertEquals(precision == Precision.F32, Device.cpu().backend().hasUnitFor(precision));
    }
  }
}
