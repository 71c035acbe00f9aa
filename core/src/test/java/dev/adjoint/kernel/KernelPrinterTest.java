package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Factorization;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.ScatterOp;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelPrinterTest {
  private static Kernel.Loop row() {
    BodyBuilder first = new BodyBuilder();
    int x = first.add(new Instr.Load(0, DType.F32));
    BodyBuilder second = new BodyBuilder();
    int difference =
        second.apply(
            ScalarOp.SUB,
            second.add(new Instr.Load(0, DType.F32)),
            second.add(new Instr.Reduced(0, DType.F32)));
    int scaled =
        second.fma(
            difference, second.add(new Instr.Scalar(0, DType.F32)), second.literal(DType.F32, 0.5));
    return new Kernel.Loop(
        1,
        1,
        true,
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.STRIDED)),
        List.of(DType.F32),
        List.of(
            new Stage.Reduce(first.build(), List.of(new Stage.Fold(ReduceOp.MAX, x, DType.F32))),
            new Stage.Map(second.build(), List.of(new Stage.Store(1, scaled)))));
  }

  @Test
  void loopsAreListedAsPseudoCode() {
    assertEquals(
        """
        kernel row_2x7
          a0: read f32 contiguous
          a1: write f32 strided
          for each p of 1 parallel axes
            for each r of 1 reduction axes, lanes along the last
              v0 f32 = load a0
              r0 f32 folds v0 by max
            for each r of 1 reduction axes, lanes along the last
              v0 f32 = load a0
              v1 f32 = r0
              v2 f32 = sub v0 v1
              v3 f32 = scalar s0
              v4 f32 = 0.5
              v5 f32 = fma v2 v3 v4
              a1 = v5
        """,
        KernelPrinter.listing(row()));
  }

  @Test
  void whereAndWhetherToReadIsListed() {
    BodyBuilder body = new BodyBuilder();
    int position = body.add(new Instr.Load(0, DType.I64));
    int used = body.load(1, -1, -1, DType.BOOL);
    int inside = body.check(position, body.literal(DType.I64, 9), used);
    int value = body.load(2, position, inside, DType.F32);
    int other = body.load(2, position, -1, DType.F32);
    int where = body.load(2, -1, body.check(position, body.literal(DType.I64, 8), -1), DType.F32);
    int sum = body.apply(ScalarOp.ADD, body.apply(ScalarOp.ADD, value, other), where);
    String text =
        KernelPrinter.listing(
            new Kernel.Loop(
                1,
                0,
                false,
                List.of(),
                List.of(),
                List.of(new Stage.Map(body.build(), List.of(new Stage.Store(3, sum))))));
    assertEquals(
        """
              v0 i64 = load a0
              v1 bool = load a1
              v2 i64 = 9
              v3 bool = check v0 below v2 where v1
              v4 f32 = load a2 at v0 where v3
              v5 f32 = load a2 at v0
              v6 i64 = 8
              v7 bool = check v0 below v6
              v8 f32 = load a2 where v7
              v9 f32 = add v4 v5
              v10 f32 = add v9 v8
              a3 = v10
        """
            .replaceAll("(?m)^ +", ""),
        text.substring(text.indexOf("v0 ")).replaceAll("(?m)^ +", ""));
  }

  @Test
  void positionsHaveTheTypeOfTheirSize() {
    BodyBuilder body = new BodyBuilder();
    int narrow = body.literal(DType.I32, 3);
    int wide = body.literal(DType.I64, 3);
    int real = body.literal(DType.F32, 3);
    assertThrows(IllegalStateException.class, () -> body.check(narrow, wide, -1));
    assertThrows(IllegalStateException.class, () -> body.check(real, real, -1));
    assertThrows(IllegalStateException.class, () -> body.check(narrow, narrow, wide));
    assertThrows(IllegalStateException.class, () -> body.load(0, real, -1, DType.F32));
    assertThrows(IllegalStateException.class, () -> body.load(0, -1, narrow, DType.F32));
  }

  @Test
  void everyKindOfKernelHasAListing() {
    BodyBuilder relu = new BodyBuilder();
    int value =
        relu.apply(
            ScalarOp.MAX, relu.add(new Instr.Load(0, DType.F32)), relu.literal(DType.F32, 0));
    Access read = new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS);
    Access write = new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS);
    Kernel.Loop epilogue =
        new Kernel.Loop(
            2,
            0,
            false,
            List.of(read, write),
            List.of(),
            List.of(new Stage.Map(relu.build(), List.of(new Stage.Store(1, value)))));
    assertTrue(
        KernelPrinter.listing(new Kernel.MatMul(DType.F32, epilogue))
            .contains("v2 f32 = max v0 v1"));
    assertTrue(
        KernelPrinter.listing(new Kernel.MatMul(DType.F64, null))
            .startsWith("kernel matmul_f64\n"));
    String rounded = KernelPrinter.listing(new Kernel.MatMul(DType.F32, Precision.TF32, null));
    assertTrue(
        rounded.startsWith("kernel matmul_f32_tf32\n")
            && rounded.contains("on factors in tf32 or better"),
        rounded);
    var bytes = new Kernel.MatMul(DType.I8, DType.U8, Precision.F32, null, null, null);
    assertTrue(
        KernelPrinter.listing(bytes).startsWith("kernel matmul_i8_u8\n  i32 a2[batch, m, n] ="));
    assertTrue(
        KernelPrinter.listing(new Kernel.Scatter(ScatterOp.ADD, 2, 0, DType.F32, DType.I32))
            .contains("a0[i, with a1[i] along axis 0 of 2] += a2[i]"));
    String scan = KernelPrinter.listing(new Kernel.Scan(2, 1, ScanOp.SUM, DType.F32));
    assertTrue(scan.startsWith("kernel cumsum_f32\n") && scan.contains("v2 f32 = add v0 v1"), scan);
    String around =
        KernelPrinter.listing(new Kernel.Scan(2, 1, ScanOp.MAX, DType.F32, epilogue, epilogue));
    assertTrue(
        around.startsWith("kernel cummax_f32_of_map_2x3_map_2x3\n")
            && around.indexOf("before an element") < around.indexOf("after an element"),
        around);
    assertTrue(
        KernelPrinter.listing(new Kernel.ArgSort(1, 0, DType.U8, true)).contains("descending"));
    assertTrue(
        KernelPrinter.listing(new Kernel.Factorize(Factorization.LU, 2, DType.F32))
            .contains("f32 a0 = LU of the matrices a1"));
    assertTrue(
        KernelPrinter.listing(new Kernel.SolveTriangular(3, DType.F64, true))
            .contains("with ones on its diagonal"));
    assertEquals(
        """
        kernel attention_gradients_causal_bool_mask_f32
          f32 a0 = GRADIENTS of attention over 5 axes, causal, with a mask of bool
        """,
        KernelPrinter.listing(
            new Kernel.Attention(
                AttentionPart.GRADIENTS, 5, DType.F32, Precision.F32, true, DType.BOOL)));
  }
}
