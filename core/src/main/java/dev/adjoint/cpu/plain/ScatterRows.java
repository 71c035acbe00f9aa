package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Combines rows of a scatter with rows of its result, by a loop kernel that combines one array with another. */
final class ScatterRows {
  private final ScatterOp f;
  private final DType dtype;

  /** What folds rows of neighbours, or null if there is no code for them. */
  private final @Nullable ScatterFolds folds;

  /** The kernels that were compiled, by how the result and the source move along a row. */
  private final @Nullable LoopCode[][] codes = new LoopCode[Access.Lane.values().length][];

  ScatterRows(ScatterOp f, DType dtype) {
    this.f = f;
    this.dtype = dtype;
    folds = ScatterFolds.of(f, dtype);
    for (int lane = 0; lane < codes.length; lane++) {
      codes[lane] = new LoopCode[codes.length];
    }
  }

  private static Access.Lane lane(long stride) {
    return stride == 0
        ? Access.Lane.BROADCAST
        : stride == 1 ? Access.Lane.CONTIGUOUS : Access.Lane.STRIDED;
  }

  private synchronized LoopCode code(Access.Lane to, Access.Lane from) {
    LoopCode code = codes[to.ordinal()][from.ordinal()];
    if (code == null) {
      code = LoopCompiler.compile(kernel(to, from)).code();
      codes[to.ordinal()][from.ordinal()] = code;
    }
    return code;
  }

  private Kernel.Loop kernel(Access.Lane to, Access.Lane from) {
    var accesses =
        List.of(
            new Access(Access.Kind.READ, dtype, to),
            new Access(Access.Kind.READ, dtype, from),
            new Access(Access.Kind.WRITE, dtype, to));
    var body = new BodyBuilder();
    int source = body.add(new Instr.Load(1, dtype.element()));
    int next =
        switch (f) {
          case ADD -> apply(body, dtype == DType.BOOL ? ScalarOp.OR : ScalarOp.ADD, source);
          case MUL -> apply(body, ScalarOp.MUL, source);
          case MAX -> apply(body, ScalarOp.MAX, source);
          case MIN -> apply(body, ScalarOp.MIN, source);
          case PUT -> source;
        };
    var stage = new Stage.Map(body.build(), List.of(new Stage.Store(2, next)));
    return new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(stage));
  }

  private int apply(BodyBuilder body, ScalarOp op, int source) {
    return body.apply(op, body.add(new Instr.Load(0, dtype.element())), source);
  }

  /**
   * What combines rows at addresses of the result and of the source.
   *
   * @param toStride the stride along a row of the result, in elements; not 0
   * @param fromStride that of the source
   */
  RowPairs open(long toStride, long fromStride, int n) {
    if (folds != null && toStride == 1 && fromStride == 1) {
      return folds.open(n);
    }
    long to = toStride * dtype.bytes();
    long[] strides = {0, to, 0, fromStride * dtype.bytes(), 0, to};
    var arguments =
        new LoopArguments(new long[3], strides, new long[0], new int[0], new boolean[1]);
    LoopCode.Parts parts = code(lane(toStride), lane(fromStride)).parts(arguments, n);
    long[] bases = new long[3];
    return new RowPairs() {
      @Override
      public void combine(long target, long source) {
        bases[0] = target;
        bases[1] = source;
        bases[2] = target;
        parts.run(bases, 1, n);
      }

      @Override
      public void close() {
        parts.close();
      }
    };
  }
}
