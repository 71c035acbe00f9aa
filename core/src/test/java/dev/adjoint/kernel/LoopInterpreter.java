package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a loop kernel means, in the words of its Javadoc: values are raw bits, and every index is visited on its own. */
public final class LoopInterpreter {
  private final Kernel.Loop kernel;
  private final Geometry geometry;
  private final MemorySegment[] segments;
  private final long[] starts;
  private final long[] scalars;
  private final boolean tiesAway;
  private final List<Long> reduced = new ArrayList<>();
  private boolean failed;

  private LoopInterpreter(
      Kernel.Loop kernel,
      Geometry geometry,
      MemorySegment[] segments,
      long[] starts,
      long[] scalars,
      boolean tiesAway) {
    this.kernel = kernel;
    this.geometry = geometry;
    this.segments = segments;
    this.starts = starts;
    this.scalars = scalars;
    this.tiesAway = tiesAway;
  }

  /**
   * Runs a launch of a kernel; a segment that it does not use may be any.
   *
   * @return whether all positions that it checks are in range
   */
  public static boolean run(
      Kernel.Loop kernel,
      Geometry geometry,
      MemorySegment[] segments,
      long[] starts,
      long[] scalars) {
    return run(kernel, geometry, segments, starts, scalars, false);
  }

  /**
   * The same on a processor that may round to f16 wrongly.
   *
   * @param tiesAway whether of two numbers of f16 that are equally near the larger one is taken, and not the even one
   */
  public static boolean run(
      Kernel.Loop kernel,
      Geometry geometry,
      MemorySegment[] segments,
      long[] starts,
      long[] scalars,
      boolean tiesAway) {
    LoopInterpreter interpreter =
        new LoopInterpreter(kernel, geometry, segments, starts, scalars, tiesAway);
    for (int[] index :
        indices(geometry.sizes(), 0, kernel.parallelRank(), new int[kernel.rank()])) {
      interpreter.point(index);
    }
    return !interpreter.failed;
  }

  /** All values of the axes from a first to an end, in row-major order; the other axes stay. */
  private static List<int[]> indices(int[] sizes, int first, int end, int[] base) {
    List<int[]> all = new ArrayList<>();
    all.add(base.clone());
    for (int axis = first; axis < end; axis++) {
      List<int[]> next = new ArrayList<>();
      for (int[] index : all) {
        for (int i = 0; i < sizes[axis]; i++) {
          int[] copy = index.clone();
          copy[axis] = i;
          next.add(copy);
        }
      }
      all = next;
    }
    return all;
  }

  private void point(int[] index) {
    reduced.clear();
    for (Stage stage : kernel.stages()) {
      switch (stage) {
        case Stage.Reduce reduce -> reduce(reduce, index);
        case Stage.Map map -> {
          for (int[] at : indices(geometry.sizes(), kernel.parallelRank(), kernel.rank(), index)) {
            store(map.stores(), values(map.body(), at), at);
          }
        }
        case Stage.Finish finish -> store(finish.stores(), values(finish.body(), index), index);
      }
    }
  }

  private void reduce(Stage.Reduce reduce, int[] index) {
    List<int[]> all = indices(geometry.sizes(), kernel.parallelRank(), kernel.rank(), index);
    List<List<Long>> columns = new ArrayList<>();
    for (Stage.Fold _ : reduce.folds()) {
      columns.add(new ArrayList<>());
    }
    for (int[] at : all) {
      long[] values = values(reduce.body(), at);
      for (int f = 0; f < columns.size(); f++) {
        columns.get(f).add(values[reduce.folds().get(f).value()]);
      }
    }
    for (int f = 0; f < columns.size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      List<Long> blocks = new ArrayList<>();
      List<Long> values = columns.get(f);
      int size = reduce.ofBlocks() ? 1 : 1024;
      for (int first = 0; first < values.size(); first += size) {
        blocks.add(block(fold, values.subList(first, Math.min(first + size, values.size()))));
      }
      reduced.add(blocks.isEmpty() ? identity(fold.op(), fold.type()) : tree(fold, blocks));
    }
  }

  /** The result of up to 1024 elements. */
  private static long block(Stage.Fold fold, List<Long> values) {
    long[] partials = new long[32];
    Arrays.fill(partials, identity(fold.op(), fold.type()));
    for (int i = 0; i < values.size(); i++) {
      partials[i % 32] = fold(fold, partials[i % 32], values.get(i));
    }
    for (int half = 16; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        partials[j] = fold(fold, partials[j], partials[j + half]);
      }
    }
    return partials[0];
  }

  /** The result of one or more blocks. */
  private static long tree(Stage.Fold fold, List<Long> blocks) {
    int m = blocks.size();
    if (m == 1) {
      return blocks.getFirst();
    }
    int power = Integer.highestOneBit(m - 1);
    return fold(fold, tree(fold, blocks.subList(0, power)), tree(fold, blocks.subList(power, m)));
  }

  private static long identity(ReduceOp op, DType type) {
    return switch (op) {
      case SUM -> bits(type, 0);
      case PROD -> bits(type, 1);
      case MAX ->
          switch (type) {
            case I32 -> Integer.MIN_VALUE;
            case I64 -> Long.MIN_VALUE;
            case F32, F64 -> bits(type, Double.NEGATIVE_INFINITY);
            case BOOL -> 0;
            case U8, I8, F16, BF16 -> throw new IllegalArgumentException("no register is " + type);
          };
      case MIN ->
          switch (type) {
            case I32 -> Integer.MAX_VALUE;
            case I64 -> Long.MAX_VALUE;
            case BOOL -> 1;
            case F32, F64 -> bits(type, Double.POSITIVE_INFINITY);
            case U8, I8, F16, BF16 -> throw new IllegalArgumentException("no register is " + type);
          };
    };
  }

  private static long fold(Stage.Fold fold, long a, long b) {
    ScalarOp scalar =
        switch (fold.op()) {
          case SUM -> ScalarOp.ADD;
          case PROD -> ScalarOp.MUL;
          case MAX -> ScalarOp.MAX;
          case MIN -> ScalarOp.MIN;
        };
    return ScalarMeaning.apply(scalar, fold.type(), fold.type(), a, b, 0);
  }

  /** The bits of a number. */
  public static long bits(DType type, double value) {
    return switch (type) {
      case F32 -> Float.floatToRawIntBits((float) value);
      case F64 -> Double.doubleToRawLongBits(value);
      case I64 -> (long) value;
      case BOOL, I32 -> (int) value;
      case U8, I8, F16, BF16 -> throw new IllegalArgumentException("no register is " + type);
    };
  }

  private long position(int access, int[] index) {
    long position = geometry.offsets()[access];
    for (int axis = 0; axis < index.length; axis++) {
      position += index[axis] * geometry.strides()[access][axis];
    }
    return position;
  }

  private long[] values(List<Instr> body, int[] index) {
    long[] values = new long[body.size()];
    for (int v = 0; v < values.length; v++) {
      values[v] =
          switch (body.get(v)) {
            case Instr.Apply apply -> {
              boolean select = apply.op().isSelect();
              yield ScalarMeaning.apply(
                  apply.op(),
                  body.get(select ? apply.b() : apply.a()).type(),
                  apply.type(),
                  tiesAway && apply.op() == ScalarOp.NARROW
                      ? noTie(values[apply.a()])
                      : values[apply.a()],
                  apply.b() < 0 ? 0 : values[apply.b()],
                  apply.c() < 0 ? 0 : values[apply.c()]);
            }
            case Instr.Literal literal -> literal.bits();
            case Instr.Load load -> load(load, values, index);
            case Instr.Check check -> check(check, values) ? 1 : 0;
            case Instr.Index operand -> (int) position(operand.access(), index);
            case Instr.Scalar scalar -> scalars[scalar.argument()];
            case Instr.Reduced result -> reduced.get(result.slot());
          };
    }
    return values;
  }

  /** A number that has the lowest bit: no tie has it, and f16 leaves a number without it where it was. */
  private static long noTie(long bits) {
    return Float.isFinite(Float.intBitsToFloat((int) bits)) ? bits | 1 : bits;
  }

  private boolean check(Instr.Check check, long[] values) {
    boolean used = check.condition() < 0 || values[check.condition()] != 0;
    long value = values[check.value()];
    boolean inside = 0 <= value && value < values[check.size()];
    failed |= used && !inside;
    return used && inside;
  }

  private long load(Instr.Load load, long[] values, int[] index) {
    if (load.condition() >= 0 && values[load.condition()] == 0) {
      return 0;
    }
    int access = load.access();
    DType type = kernel.accesses().get(access).dtype();
    long element = position(access, index) + (load.at() < 0 ? 0 : values[load.at()]);
    long at = starts[access] + element * type.bytes();
    MemorySegment memory = segments[access];
    return switch (type) {
      case F32, I32 -> memory.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case F64, I64 -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      case U8, I8 -> memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      case F16, BF16 -> memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0xffff;
      case BOOL -> memory.get(ValueLayout.JAVA_BYTE, at) != 0 ? 1 : 0;
    };
  }

  private void store(List<Stage.Store> stores, long[] values, int[] index) {
    for (Stage.Store store : stores) {
      DType type = kernel.accesses().get(store.access()).dtype();
      long at = starts[store.access()] + position(store.access(), index) * type.bytes();
      set(segments[store.access()], type, at, values[store.value()]);
    }
  }

  /** Writes an element, which is the low bits of a value. */
  public static void set(MemorySegment memory, DType type, long at, long value) {
    switch (type.bytes()) {
      case 1 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      case 2 -> memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) value);
      case 4 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) value);
      default -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
    }
  }
}
