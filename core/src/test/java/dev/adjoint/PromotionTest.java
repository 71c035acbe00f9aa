package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The types of results, by the documented rules of PyTorch. */
final class PromotionTest {
  private static final List<DType> TYPES = List.of(DType.values());

  /** Rows and columns are bool, u8, i8, i32, i64, f16, bf16, f32, f64. */
  private static final String[] TABLE = {
    "bool u8   i8   i32  i64  f16  bf16 f32  f64",
    "u8   u8   i32  i32  i64  f16  bf16 f32  f64",
    "i8   i32  i8   i32  i64  f16  bf16 f32  f64",
    "i32  i32  i32  i32  i64  f16  bf16 f32  f64",
    "i64  i64  i64  i64  i64  f16  bf16 f32  f64",
    "f16  f16  f16  f16  f16  f16  f32  f32  f64",
    "bf16 bf16 bf16 bf16 bf16 f32  bf16 f32  f64",
    "f32  f32  f32  f32  f32  f32  f32  f32  f64",
    "f64  f64  f64  f64  f64  f64  f64  f64  f64",
  };

  private static Tensor vector(DType dtype) {
    return Tensors.ones(Shape.of(3), dtype);
  }

  private static Tensor scalar(DType dtype) {
    return Tensors.ones(Shape.SCALAR, dtype);
  }

  @Test
  void twoVectors() {
    for (int i = 0; i < TABLE.length; i++) {
      String[] row = TABLE[i].split(" +");
      for (int j = 0; j < row.length; j++) {
        Tensor sum = vector(TYPES.get(i)).add(vector(TYPES.get(j)));
        assertEquals(row[j], sum.dtype().toString(), TYPES.get(i) + " + " + TYPES.get(j));
      }
    }
  }

  @Test
  void aScalarTensorCountsOnlyIfItsKindIsHigher() {
    assertEquals(DType.F32, vector(DType.F32).add(scalar(DType.F64)).dtype());
    assertEquals(DType.F32, scalar(DType.F64).mul(vector(DType.F32)).dtype());
    assertEquals(DType.U8, vector(DType.U8).add(scalar(DType.I64)).dtype());
    assertEquals(DType.F64, vector(DType.I32).add(scalar(DType.F64)).dtype());
    assertEquals(DType.I64, vector(DType.BOOL).add(scalar(DType.I64)).dtype());
    assertEquals(DType.F32, vector(DType.F32).add(scalar(DType.BOOL)).dtype());
    assertEquals(DType.F64, scalar(DType.F32).add(scalar(DType.F64)).dtype());
    assertEquals(DType.F16, vector(DType.F16).add(scalar(DType.F32)).dtype());
    assertEquals(DType.F16, vector(DType.F16).add(scalar(DType.BF16)).dtype());
    assertEquals(DType.I8, scalar(DType.I64).mul(vector(DType.I8)).dtype());
    assertEquals(DType.BF16, vector(DType.I64).add(scalar(DType.BF16)).dtype());
  }

  @Test
  void aNumberTakesTheTypeUnlessItIsFractional() {
    for (DType dtype : TYPES) {
      boolean bool = dtype == DType.BOOL;
      assertEquals(bool ? DType.I64 : dtype, vector(dtype).add(1).dtype());
      assertEquals(bool ? DType.I64 : dtype, vector(dtype).add(1L).dtype());
      assertEquals(dtype.isFloat() ? dtype : DType.F32, vector(dtype).add(1.0).dtype());
      assertEquals(dtype.isFloat() ? dtype : DType.F32, vector(dtype).add(1.5f).dtype());
    }
    assertEquals(DType.F64, Scope.withDType(DType.F64, () -> vector(DType.I32).add(0.5)).dtype());
  }

  @Test
  void divisionAndFunctionsWithFractionsAreOfTheDefaultType() {
    for (DType dtype : List.of(DType.BOOL, DType.U8, DType.I8, DType.I32, DType.I64)) {
      assertEquals(DType.F32, vector(dtype).div(vector(dtype)).dtype());
      assertEquals(DType.F32, vector(dtype).div(2).dtype());
      assertEquals(DType.F32, vector(dtype).rdiv(2).dtype());
      assertEquals(DType.F32, vector(dtype).exp().dtype());
      assertEquals(DType.F32, vector(dtype).sqrt().dtype());
      assertEquals(DType.F32, vector(dtype).sigmoid().dtype());
      assertEquals(DType.F32, vector(dtype).atan2(vector(dtype)).dtype());
      assertEquals(DType.F32, vector(dtype).mean().dtype());
      assertEquals(DType.F32, vector(dtype).var(0).dtype());
      assertEquals(DType.F32, vector(dtype).softmax(0).dtype());
      assertEquals(DType.F64, Scope.withDType(DType.F64, () -> vector(dtype).exp()).dtype());
    }
    assertEquals(DType.F64, vector(DType.F64).div(vector(DType.I64)).dtype());
  }

  @Test
  void comparisonsAndTestsAreBool() {
    for (DType dtype : TYPES) {
      assertEquals(DType.BOOL, vector(dtype).eq(vector(dtype)).dtype());
      assertEquals(DType.BOOL, vector(dtype).lt(2).dtype());
      assertEquals(DType.BOOL, vector(dtype).isNan().dtype());
      assertEquals(DType.BOOL, vector(dtype).logicalNot().dtype());
      assertEquals(DType.BOOL, vector(dtype).any().dtype());
    }
  }

  @Test
  void sumsOfIntegersAreI64() {
    for (DType dtype : TYPES) {
      assertEquals(dtype.isFloat() ? dtype : DType.I64, vector(dtype).sum().dtype());
      assertEquals(dtype.isFloat() ? dtype : DType.I64, vector(dtype).prod(0).dtype());
      assertEquals(dtype, vector(dtype).max().dtype());
      assertEquals(DType.I64, vector(dtype).argmax().dtype());
      assertEquals(DType.I64, vector(dtype).countNonzero().dtype());
    }
  }

  @Test
  void integersStayIntegers() {
    for (DType dtype : List.of(DType.U8, DType.I8, DType.I32, DType.I64)) {
      assertEquals(dtype, vector(dtype).floor().dtype());
      assertEquals(dtype, vector(dtype).square().dtype());
      assertEquals(dtype, vector(dtype).relu().dtype());
      assertEquals(dtype, vector(dtype).clamp(0, 1).dtype());
      assertEquals(dtype, vector(dtype).floorDiv(2).dtype());
      assertEquals(dtype, vector(dtype).pow(3).dtype());
    }
  }

  @Test
  void newTensorsTakeTheTypeOfTheirJavaValues() {
    assertEquals(DType.F32, Tensors.of(1.0, 2.0).dtype());
    assertEquals(DType.F32, Tensors.of(1.0f).dtype());
    assertEquals(DType.I32, Tensors.of(1, 2).dtype());
    assertEquals(DType.I64, Tensors.of(1L).dtype());
    assertEquals(DType.BOOL, Tensors.of(true).dtype());
    assertEquals(DType.I64, Tensors.arange(3).dtype());
    assertEquals(DType.F32, Tensors.arange(3.0).dtype());
    assertEquals(DType.F32, Tensors.full(Shape.of(2), 1.5).dtype());
    assertEquals(DType.I64, Tensors.full(Shape.of(2), 1).dtype());
    assertEquals(DType.F64, Scope.withDType(DType.F64, () -> Tensors.of(1.0, 2.0)).dtype());
  }
}
