package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.HostBackend;
import dev.adjoint.device.Program;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Runs kernels one element at a time. It shares no code with the code generators, so that tests of the fuser do not depend
 * on them. Reductions are done in sequence.
 */
final class KernelInterpreter {
  private final MemorySegment[] memory;
  private final long[] starts;
  private final long[] scalars;

  private KernelInterpreter(Buffer[] buffers, long[] starts, long[] scalars) {
    this.memory = new MemorySegment[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      memory[i] = buffers[i] == null ? MemorySegment.NULL : ((HostBackend.Block) buffers[i]).segment();
    }
    this.starts = starts;
    this.scalars = scalars;
  }

  static Program compile(Kernel kernel) {
    return geometry -> (buffers, starts, scalars) -> {
      var run = new KernelInterpreter(buffers, starts, scalars);
      switch (kernel) {
        case Kernel.Loop loop -> run.loop(loop, geometry);
        case Kernel.MatMul product -> run.product(product, geometry);
        case Kernel.Random _, Kernel.Gather _, Kernel.ScatterAdd _ ->
            throw new IllegalStateException("the interpreter has no " + kernel.name());
      }
    };
  }

  private void product(Kernel.MatMul product, Geometry at) {
    int rank = at.sizes().length;
    int[] outer = at.sizes().clone();
    outer[rank - 1] = 1;
    long count = points(outer);
    for (long p = 0; p < count; p++) {
      int[] index = unravel(p, outer);
      double sum = 0;
      for (int k = 0; k < at.sizes()[rank - 1]; k++) {
        index[rank - 1] = k;
        sum += get(0, product.dtype(), element(at, 0, index)) * get(1, product.dtype(), element(at, 1, index));
      }
      index[rank - 1] = 0;
      put(2, product.dtype(), element(at, 2, index), sum);
    }
    if (product.epilogue() != null) {
      for (long p = 0; p < count; p++) {
        int[] index = unravel(p, outer);
        for (Stage stage : product.epilogue().stages()) {
          Stage.Map map = (Stage.Map) stage;
          double[] values = body(map.body(), product.epilogue().accesses(), 3, at, index, new double[0]);
          for (Stage.Store store : map.stores()) {
            DType type = product.epilogue().accesses().get(store.access()).dtype();
            put(store.access() + 3, type, element(at, store.access() + 3, index), values[store.value()]);
          }
        }
      }
    }
  }

  private void loop(Kernel.Loop loop, Geometry at) {
    int[] parallel = Arrays.copyOf(at.sizes(), loop.parallelRank());
    int[] reduced = Arrays.copyOfRange(at.sizes(), loop.parallelRank(), loop.rank());
    for (long p = 0; p < points(parallel); p++) {
      int[] index = Arrays.copyOf(unravel(p, parallel), loop.rank());
      double[] slots = new double[64];
      int slot = 0;
      for (Stage stage : loop.stages()) {
        switch (stage) {
          case Stage.Reduce(var body, var folds) -> {
            for (int f = 0; f < folds.size(); f++) {
              slots[slot + f] = number(folds.get(f).type(), Lowering.identity(folds.get(f).op(), folds.get(f).type()));
            }
            for (long r = 0; r < points(reduced); r++) {
              System.arraycopy(unravel(r, reduced), 0, index, loop.parallelRank(), reduced.length);
              double[] values = body(body, loop.accesses(), 0, at, index, slots);
              for (int f = 0; f < folds.size(); f++) {
                slots[slot + f] = fold(folds.get(f).op(), slots[slot + f], values[folds.get(f).value()]);
              }
            }
            slot += folds.size();
          }
          case Stage.Map(var body, var stores) -> {
            for (long r = 0; r < points(reduced); r++) {
              System.arraycopy(unravel(r, reduced), 0, index, loop.parallelRank(), reduced.length);
              store(loop, at, index, slots, body, stores);
            }
          }
          case Stage.Finish(var body, var stores) -> {
            Arrays.fill(index, loop.parallelRank(), loop.rank(), 0);
            store(loop, at, index, slots, body, stores);
          }
        }
      }
    }
  }

  private void store(
      Kernel.Loop loop, Geometry at, int[] index, double[] slots, List<Instr> body, List<Stage.Store> stores) {
    double[] values = body(body, loop.accesses(), 0, at, index, slots);
    for (Stage.Store s : stores) {
      put(s.access(), loop.accesses().get(s.access()).dtype(), element(at, s.access(), index), values[s.value()]);
    }
  }

  private double[] body(
      List<Instr> body, List<Access> accesses, int first, Geometry at, int[] index, double[] slots) {
    double[] v = new double[body.size()];
    for (int i = 0; i < v.length; i++) {
      v[i] = switch (body.get(i)) {
        case Instr.Load(int access, var _) ->
            get(access + first, accesses.get(access).dtype(), element(at, access + first, index));
        case Instr.Index(int access) -> element(at, access + first, index);
        case Instr.Scalar(int argument, var type) -> number(type, scalars[argument]);
        case Instr.Literal(var type, long bits) -> number(type, bits);
        case Instr.Reduced(int slot, var _) -> slots[slot];
        case Instr.Apply(var op, var type, int a, int b, int c) ->
            apply(op, type, body.get(a).type(), v[a], b < 0 ? 0 : v[b], c < 0 ? 0 : v[c]);
      };
    }
    return v;
  }

  private static double apply(ScalarOp op, DType type, DType from, double a, double b, double c) {
    boolean real = type.isFloat();
    double exact =
        switch (op) {
          case NEG -> -a;
          case ABS -> Math.abs(a);
          case SQRT -> Math.sqrt(a);
          case NOT -> type == DType.BOOL ? 1 - a : ~(long) a;
          case ADD -> a + b;
          case SUB -> a - b;
          case MUL -> a * b;
          case DIV -> real ? a / b : b == 0 ? 0 : (long) a / (long) b;
          case REM -> real ? a % b : b == 0 ? 0 : (long) a % (long) b;
          case MIN -> Math.min(a, b);
          case MAX -> Math.max(a, b);
          case AND -> (long) a & (long) b;
          case OR -> (long) a | (long) b;
          case XOR -> (long) a ^ (long) b;
          case SHL -> type == DType.I32 ? (int) a << (int) b : (long) a << (long) b;
          case SHR -> (long) a >> (long) b;
          case USHR -> type == DType.I32 ? (int) a >>> (int) b : (long) a >>> (long) b;
          case EQ -> a == b ? 1 : 0;
          case NE -> a != b ? 1 : 0;
          case LT -> a < b ? 1 : 0;
          case LE -> a <= b ? 1 : 0;
          case GT -> a > b ? 1 : 0;
          case GE -> a >= b ? 1 : 0;
          case FMA -> type == DType.F32 ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
          case SELECT, SELECT_LIKELY -> a != 0 ? b : c;
          case CAST -> type == DType.BOOL ? (a != 0 ? 1 : 0) : type == DType.I32 ? (int) a : type == DType.I64 ? (long) a : a;
          case BITCAST -> number(type, bits(from, a));
        };
    return type == DType.F32 ? (float) exact : type == DType.I32 ? (int) (long) exact : exact;
  }

  private static double fold(ReduceOp op, double a, double b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private static double number(DType type, long bits) {
    return switch (type) {
      case F32 -> Float.intBitsToFloat((int) bits);
      case F64 -> Double.longBitsToDouble(bits);
      case I32 -> (int) bits;
      case I64, U8, BOOL -> bits;
    };
  }

  private static long bits(DType type, double value) {
    return switch (type) {
      case F32 -> Float.floatToRawIntBits((float) value);
      case F64 -> Double.doubleToRawLongBits(value);
      case I32, I64, U8, BOOL -> (long) value;
    };
  }

  private static long element(Geometry at, int access, int[] index) {
    long e = at.offsets()[access];
    for (int d = 0; d < index.length; d++) {
      e += index[d] * at.strides()[access][d];
    }
    return e;
  }

  private double get(int access, DType type, long element) {
    long at = starts[access] + element * type.bytes();
    return switch (type) {
      case F32 -> memory[access].get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      case F64 -> memory[access].get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at);
      case I32 -> memory[access].get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case I64 -> memory[access].get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      case U8, BOOL -> memory[access].get(ValueLayout.JAVA_BYTE, at) & 0xff;
    };
  }

  private void put(int access, DType type, long element, double value) {
    long at = starts[access] + element * type.bytes();
    switch (type) {
      case F32 -> memory[access].set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) value);
      case F64 -> memory[access].set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at, value);
      case I32 -> memory[access].set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) value);
      case I64 -> memory[access].set(ValueLayout.JAVA_LONG_UNALIGNED, at, (long) value);
      case U8, BOOL -> memory[access].set(ValueLayout.JAVA_BYTE, at, (byte) (long) value);
    }
  }

  private static long points(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().reduce(1, (a, b) -> a * b);
  }

  private static int[] unravel(long p, int[] sizes) {
    int[] index = new int[sizes.length];
    for (int d = sizes.length - 1; d >= 0; d--) {
      index[d] = (int) (p % sizes[d]);
      p /= sizes[d];
    }
    return index;
  }
}
