package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;

/** Folds that look for largest and smallest values, over rows in which one element decides, at each position in turn. */
final class ExtremeRows {
  /** What decides: a NaN without a sign, or with it; a zero among those of the other sign; the only zero; the only finite one. */
  private static final int KINDS = 5;

  /** Takes a launch, and the raw bits of the elements of its first operand. */
  interface Check {
    void accept(Kernel.Loop kernel, Geometry geometry, long[] elements);
  }

  private ExtremeRows() {}

  /** Visits rows of all lengths up to some vectors, and columns of a few. */
  static void each(Check check) {
    for (DType type : List.of(DType.F32, DType.F64)) {
      for (ReduceOp[] ops :
          new ReduceOp[][] {
            {ReduceOp.MAX},
            {ReduceOp.MIN},
            {ReduceOp.MAX, ReduceOp.MIN},
            {ReduceOp.MIN, ReduceOp.SUM}
          }) {
        for (int n = 1; n <= 70; n++) {
          add(check, type, true, n, ops);
        }
        for (int n : new int[] {1, 2, 5, 33}) {
          add(check, type, false, n, ops);
        }
      }
    }
  }

  private static void add(
      Check check, DType type, boolean laneReduces, int length, ReduceOp... ops) {
    int rows = KINDS * length;
    long[] elements = new long[rows * length];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < length; i++) {
        boolean decides = i == row % length;
        elements[laneReduces ? row * length + i : i * rows + row] =
            bits(type, row / length, decides, ops[0] == ReduceOp.MAX ? 1 : -1);
      }
    }
    long[][] strides = new long[1 + ops.length][];
    for (int a = 0; a < strides.length; a++) {
      strides[a] =
          a > 0 || !laneReduces ? new long[] {1, a > 0 ? 0 : rows} : new long[] {length, 1};
    }
    Geometry geometry = LoopKernels.geometry(new int[] {rows, length}, strides);
    check.accept(kernel(type, laneReduces, ops), geometry, elements);
  }

  private static long bits(DType type, int kind, boolean decides, double sign) {
    long signBit = type == DType.F32 ? 1L << 31 : 1L << 63;
    long nan = LoopInterpreter.bits(type, Double.NaN);
    return switch (kind) {
      case 0 -> decides ? nan : LoopInterpreter.bits(type, -1.5);
      case 1 -> decides ? nan | signBit : LoopInterpreter.bits(type, 1.5);
      case 2 -> LoopInterpreter.bits(type, decides ? sign * 0.0 : -sign * 0.0);
      case 3 -> LoopInterpreter.bits(type, decides ? -sign * 0.0 : -sign);
      default -> LoopInterpreter.bits(type, decides ? -sign : -sign * Double.POSITIVE_INFINITY);
    };
  }

  /** A stage with some folds of the same elements, whose results are operands. */
  private static Kernel.Loop kernel(DType type, boolean laneReduces, ReduceOp... ops) {
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, type));
    var finish = new BodyBuilder();
    List<Stage.Fold> folds = new ArrayList<>();
    List<Stage.Store> stores = new ArrayList<>();
    var accesses = new ArrayList<>(List.of(LoopKernels.read(type, LoopKernels.STEP)));
    for (int f = 0; f < ops.length; f++) {
      folds.add(new Stage.Fold(ops[f], x, type));
      stores.add(new Stage.Store(1 + f, finish.add(new Instr.Reduced(f, type))));
      accesses.add(LoopKernels.write(type, laneReduces ? LoopKernels.SAME : LoopKernels.STEP));
    }
    return new Kernel.Loop(
        1,
        1,
        laneReduces,
        accesses,
        List.of(),
        List.of(new Stage.Reduce(body.build(), folds), new Stage.Finish(finish.build(), stores)));
  }
}
