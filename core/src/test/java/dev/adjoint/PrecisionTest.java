package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.device.Backend;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.List;
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

  /** Also where a view lies between the conversion and the product. */
  @Test
  void factorsOfFewBitsMayUseAUnitThatHasTheirValues() {
    Tensor a = matrix(3, 4);
    Tensor b = matrix(5, 4);
    assertEquals(Precision.BF16, product(a.to(DType.BF16), b.to(DType.BF16)));
    assertEquals(Precision.TF32, product(a.to(DType.F16), b.to(DType.F16)));
    assertEquals(Precision.TF32, product(a.to(DType.F16), b.to(DType.BF16)));
    assertEquals(Precision.BF16, product(a.to(DType.I8), b.to(DType.U8).to(DType.I32)));
    assertEquals(Precision.F32, product(a.to(DType.BF16), b));
    assertEquals(Precision.F32, product(a.to(DType.I32), b.to(DType.BF16)));
    assertEquals(Precision.F32, product(a.to(DType.BF16).to(DType.F64), b.to(DType.F64)));
    assertEquals(
        Precision.BF16,
        Scope.withPrecision(
            Precision.BF16, () -> product(a.to(DType.F16), b.to(DType.F16).add(1))));
  }

  private static Precision product(Tensor a, Tensor b) {
    return a.to(DType.F32).matmul(b.to(DType.F32).t()).node().precision();
  }

  /** However the elements lie that a product reads as they are, or first as f32. */
  @Test
  void bf16HasTheProductsOfItsValuesInF32() {
    Tensor many = matrix(210, 300).to(DType.BF16).realize();
    var factors =
        List.of(
            many.slice(0, 3, 94).slice(1, 5, 140),
            many.t().slice(0, 3, 94).slice(1, 5, 140),
            many.slice(0, 0, 182, 2).slice(1, 0, 270, 2),
            many.slice(1, 7, 8).slice(0, 0, 91).expand(91, 135),
            many.slice(0, 7, 8).slice(1, 0, 135).expand(91, 135));
    for (Tensor a : factors) {
      for (Tensor b : factors) {
        assertArrayEquals(
            full(a).matmul(full(b).t()).to(DType.BF16).toFloats(), a.matmul(b.t()).toFloats());
      }
    }
  }

  /** The values of a tensor as f32 that is not known to have been bf16. */
  private static Tensor full(Tensor x) {
    return Tensors.of(x.to(DType.F32).toFloats()).reshape(x.shape());
  }

  /** A transposed product becomes the product of the transposed factors; it is still the one that was recorded. */
  @Test
  void aTransposedProductKeepsItsPrecision() {
    Tensor product = Scope.withPrecision(Precision.BF16, () -> matrix(3, 4).matmul(matrix(4, 5)));
    Node transposed = product.t().node();
    assertEquals(new Op.MatMul(), transposed.op());
    assertEquals(Precision.BF16, transposed.precision());
  }

  /** With dot products of bf16 the CPU computes in that what is large enough, and everything else in full f32. */
  @Test
  void theCpuComputesTheSameBitsOfWhatItDoesNotRound() {
    Tensor a = matrix(70, 90);
    Tensor b = matrix(90, 80);
    Tensor bias = matrix(1, 80);
    Backend cpu = Device.cpu().backend();
    assertEquals(CpuFeatures.HERE.bf16(), cpu.hasUnitFor(Precision.BF16));
    assertTrue(cpu.hasUnitFor(Precision.F32));
    assertFalse(cpu.hasUnitFor(Precision.TF32));
    for (Precision precision : Precision.values()) {
      boolean rounds = precision == Precision.BF16 && CpuFeatures.HERE.bf16();
      Tensor left = rounds ? a.to(DType.BF16).to(DType.F32).realize() : a;
      Tensor right = rounds ? b.to(DType.BF16).to(DType.F32).realize() : b;
      assertArrayEquals(
          left.matmul(right).add(bias).relu().toFloats(),
          Scope.withPrecision(precision, () -> a.matmul(b).add(bias).relu()).toFloats());
      Tensor few = matrix(20, 90);
      assertArrayEquals(
          few.matmul(b).toFloats(), Scope.withPrecision(precision, () -> few.matmul(b)).toFloats());
    }
  }
}
