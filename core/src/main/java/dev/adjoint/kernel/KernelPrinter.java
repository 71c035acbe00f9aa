package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints kernels as text for a reader: one line per instruction, with the loops around it. */
public final class KernelPrinter {
  private final StringBuilder out = new StringBuilder();
  private int slots;

  private KernelPrinter() {}

  /** The text of a kernel, ending with a line break. */
  public static String listing(Kernel kernel) {
    var printer = new KernelPrinter();
    printer.line(0, "kernel " + kernel.name());
    switch (kernel) {
      case Kernel.Loop loop -> printer.loop(loop);
      case Kernel.MatMul product -> {
        printer.line(
            1,
            product.dtype() + " a2[batch, m, n] = sum over k of a0[batch, m, k] * a1[batch, n, k]");
        printer.rounded(product.precision());
        printer.factor("a0", "m", product.left());
        printer.factor("a1", "n", product.right());
        if (product.epilogue() != null) {
          printer.line(1, "on each finished tile, with its own operands");
          printer.loop(product.epilogue());
        }
      }
      case Kernel.Scatter(var f, int rank, int axis, var dtype, var _, boolean sorted) -> {
        String to = "a0[i, with a1[i] along axis " + axis + " of " + rank + "]";
        String becomes =
            switch (f) {
              case ADD -> " += a2[i]";
              case MUL -> " *= a2[i]";
              case MAX -> " max= a2[i]";
              case MIN -> " min= a2[i]";
              case PUT -> " = a2[i]";
            };
        printer.line(1, dtype + " " + to + becomes + (sorted ? ", a1 in the order a3" : ""));
      }
      case Kernel.Scan scan -> {
        printer.line(
            1,
            scan.dtype()
                + " a0[i] = fold of a1[j] for j to i along axis "
                + scan.axis()
                + " of "
                + scan.rank()
                + ", of r0 and r1 by");
        printer.body(2, scan.fold());
        if (scan.prologue() != null) {
          printer.line(1, "before an element of a1 is read, with its own operands");
          printer.loop(scan.prologue());
        }
        if (scan.epilogue() != null) {
          printer.line(1, "after an element of a0 was written, with its own operands");
          printer.loop(scan.epilogue());
        }
      }
      case Kernel.ArgSort(int rank, int axis, var dtype, boolean descending, boolean spare) ->
          printer.line(
              1,
              "i32 a0[i] = position i along axis "
                  + axis
                  + " of "
                  + rank
                  + " in the "
                  + (descending ? "descending" : "ascending")
                  + " order of "
                  + dtype
                  + " a1"
                  + (spare ? ", with spare memory a2" : ""));
      case Kernel.Factorize(var f, int rank, var dtype) ->
          printer.line(1, dtype + " a0 = " + f + " of the matrices a1 over " + rank + " axes");
      case Kernel.SolveTriangular(int rank, var dtype, boolean unit) ->
          printer.line(
              1,
              dtype
                  + " a0 = X of a1 X = a2 over "
                  + rank
                  + " axes, for a lower triangle a1"
                  + (unit ? " with ones on its diagonal" : ""));
      case Kernel.Attention(
              var part,
              int rank,
              var dtype,
              var precision,
              boolean causal,
              var mask) -> {
        printer.line(
            1,
            dtype
                + " a0 = "
                + part
                + " of attention over "
                + rank
                + " axes"
                + (causal ? ", causal" : "")
                + (mask == null ? "" : ", with a mask of " + mask));
        printer.rounded(precision);
      }
    }
    return printer.out.toString();
  }

  private void factor(String operand, String rows, Kernel.@Nullable Factor factor) {
    if (factor != null) {
      line(
          1,
          operand
              + " is computed over "
              + factor.rows()
              + " axes of "
              + rows
              + " and "
              + factor.depth()
              + " of k, which come "
              + (factor.depthInner() ? "last" : "first")
              + ", with its own operands");
      loop(factor.map());
    }
  }

  private void loop(Kernel.Loop loop) {
    for (int a = 0; a < loop.accesses().size(); a++) {
      Access access = loop.accesses().get(a);
      line(
          1,
          "a"
              + a
              + ": "
              + lower(access.kind())
              + " "
              + access.dtype()
              + " "
              + lower(access.lane()));
    }
    line(
        1,
        "for each p of "
            + loop.parallelRank()
            + " parallel axes"
            + (loop.laneReduces() ? "" : ", lanes along the last"));
    for (Stage stage : loop.stages()) {
      stage(loop, stage);
    }
  }

  private void stage(Kernel.Loop loop, Stage stage) {
    String over =
        "for each r of "
            + loop.reduceRank()
            + " reduction axes"
            + (loop.laneReduces() ? ", lanes along the last" : "");
    switch (stage) {
      case Stage.Reduce(var body, var folds, var ofBlocks) -> {
        line(2, over + (ofBlocks ? ", each the result of a block" : ""));
        body(3, body);
        for (Stage.Fold fold : folds) {
          line(
              3,
              "r"
                  + slots++
                  + " "
                  + fold.type()
                  + " folds v"
                  + fold.value()
                  + " by "
                  + lower(fold.op()));
        }
      }
      case Stage.Map(var body, var stores) -> {
        int depth = 2;
        if (loop.reduceRank() > 0) {
          line(depth++, over);
        }
        body(depth, body);
        stores(depth, stores);
      }
      case Stage.Finish(var body, var stores) -> {
        body(2, body);
        stores(2, stores);
      }
    }
  }

  private void stores(int depth, List<Stage.Store> stores) {
    for (Stage.Store store : stores) {
      line(depth, "a" + store.access() + " = v" + store.value());
    }
  }

  private void body(int depth, List<Instr> body) {
    for (int i = 0; i < body.size(); i++) {
      line(depth, value(i, body.get(i)));
    }
  }

  /** The line for a value of a body, such as {@code v3 f32 = add v1 v2}. */
  public static String value(int number, Instr instr) {
    return "v" + number + " " + instr.type() + " = " + text(instr);
  }

  private static String text(Instr instr) {
    return switch (instr) {
      case Instr.Load(int access, int at, int condition, var _) ->
          "load a" + access + (at < 0 ? "" : " at v" + at) + where(condition);
      case Instr.Check(int value, int size, int condition) ->
          "check v" + value + " below v" + size + where(condition);
      case Instr.Index(int access) -> "index a" + access;
      case Instr.Scalar(int argument, var _) -> "scalar s" + argument;
      case Instr.Literal(var type, long bits) -> literal(type, bits);
      case Instr.Reduced(int slot, var _) -> "r" + slot;
      case Instr.Apply(var op, var _, int a, int b, int c) ->
          lower(op) + " v" + a + (b < 0 ? "" : " v" + b) + (c < 0 ? "" : " v" + c);
    };
  }

  private static String where(int condition) {
    return condition < 0 ? "" : " where v" + condition;
  }

  private static String literal(DType type, long bits) {
    return switch (type.carrier()) {
      case INT, LONG -> type == DType.BOOL ? String.valueOf(bits != 0) : Long.toString(bits);
      case FLOAT -> Float.toString(Float.intBitsToFloat((int) bits));
      case DOUBLE -> Double.toString(Double.longBitsToDouble(bits));
    };
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void rounded(Precision precision) {
    if (precision != Precision.F32) {
      line(1, "on factors in " + precision + " or better");
    }
  }

  private void line(int depth, String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }
}
