package dev.adjoint.cuda;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An epilogue that a library has: {@code result = scale * product + bias}, with one number of the bias for each column of the
 * result, or for each row. The scale or the bias may be missing.
 *
 * @param scale the number of the run-time scalar; -1 if there is none
 * @param bias the number of the operand of the launch; -1 if there is none
 * @param product the number of the operand that is read at the places of the product; only a run can tell whether it is that
 * @param result the number of the operand that is stored at these places
 */
record GemmEpilogue(int scale, int bias, int product, int result) {
  private static final int RAW = Kernel.MatMul.OPERANDS - 1;

  /** The product as it is. */
  static final GemmEpilogue NONE = new GemmEpilogue(-1, -1, RAW, RAW);

  /**
   * The epilogue of a launch; null if it has none, or one that computes something else.
   *
   * @param ofRows whether a bias has one number for each row of all matrices of weights, instead of one for each column
   */
  static @Nullable GemmEpilogue of(Kernel.MatMul kernel, Geometry geometry, boolean ofRows) {
    Kernel.Loop map = kernel.epilogue();
    return map != null
            && map.stages().getFirst() instanceof Stage.Map(var body, var stores)
            && stores.size() == 1
        ? new Match(kernel, geometry, ofRows, body).of(stores.getFirst())
        : null;
  }

  /** A body that is taken apart from its last value on. */
  private record Match(Kernel.MatMul kernel, Geometry geometry, boolean ofRows, List<Instr> body) {
    @Nullable GemmEpilogue of(Stage.Store store) {
      int value = store.value();
      int bias = operand(value, ScalarOp.ADD, this::isBias);
      int scaled = bias < 0 ? value : other(value, bias);
      int scale = operand(scaled, ScalarOp.MUL, i -> body.get(i) instanceof Instr.Scalar);
      int product = scale < 0 ? scaled : other(scaled, scale);
      int result = kernel.firstOfEpilogue() + store.access();
      int seen = 1 + (bias < 0 ? 0 : 2) + (scale < 0 ? 0 : 2);
      // An instruction that was not seen may be a check, which is to be done.
      return seen == body.size() && isAtProduct(access(product)) && isAtProduct(result)
          ? new GemmEpilogue(
              scale < 0 ? -1 : ((Instr.Scalar) body.get(scale)).argument(),
              bias < 0 ? -1 : access(bias),
              access(product),
              result)
          : null;
    }

    /** The operand of a function of two that is wanted, the second if both are; -1 if it is another function, or none is. */
    private int operand(int value, ScalarOp op, IntPredicate wanted) {
      if (body.get(value) instanceof Instr.Apply apply && apply.op() == op) {
        return wanted.test(apply.b()) ? apply.b() : wanted.test(apply.a()) ? apply.a() : -1;
      }
      return -1;
    }

    private int other(int value, int operand) {
      var apply = (Instr.Apply) body.get(value);
      return apply.a() == operand ? apply.b() : apply.a();
    }

    /** The number of the operand of the launch that a value is loaded from as it is; -1 if it is something else. */
    private int access(int value) {
      return body.get(value) instanceof Instr.Load load
              && !load.isComputed()
              && load.type() == kernel.dtype()
          ? kernel.firstOfEpilogue() + load.access()
          : -1;
    }

    private boolean isBias(int value) {
      int access = access(value);
      return access >= 0 && goesAs(ofRows ? alongRows() : alongColumns(), access);
    }

    /** Batch axes, rows and columns. */
    private int axes() {
      return kernel.batchRank(geometry.sizes().length) + 2;
    }

    private long[] alongColumns() {
      long[] strides = new long[axes()];
      strides[strides.length - 1] = 1;
      return strides;
    }

    /** Along a batch axis with the same weights all have the same bias. */
    private long[] alongRows() {
      long[] strides = new long[axes()];
      int rows = strides.length - 2;
      strides[rows] = 1;
      for (int a = 0; a < rows; a++) {
        strides[a] = geometry.strides()[0][a] == 0 ? 0 : geometry.sizes()[rows];
      }
      return strides;
    }

    private boolean isAtProduct(int access) {
      return access >= 0
          && geometry.offsets()[access] == geometry.offsets()[RAW]
          && goesAs(geometry.strides()[RAW], access);
    }

    /** Whether an operand goes in some strides along batch axes, rows and columns; that along one of size 1 may be anything. */
    private boolean goesAs(long[] strides, int access) {
      for (int a = 0; a < axes(); a++) {
        if (geometry.sizes()[a] > 1 && geometry.strides()[access][a] != strides[a]) {
          return false;
        }
      }
      return true;
    }
  }
}
