package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A random loop kernel with a random geometry and memory for it. */
final class RandomLoop {
  private static final int[] INTERESTING = {
    0, 1, 2, 6, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 129, 133, 207, 250
  };

  private static final DType[] NARROW = {DType.U8, DType.I8, DType.F16};

  /** The size of some reduction axes, so that there are several blocks. */
  private static final int LARGE = 75;

  /** The most index points: a few kernels that are large in all axes would take most of the interpreter's time. */
  private static final long MOST = 1 << 17;

  private final Random random;
  private final boolean wide;
  private final boolean special;
  private final boolean remainders;
  private boolean chain;
  private final int parallelRank;
  private final int reduceRank;
  private final boolean laneReduces;
  private final List<Access> accesses = new ArrayList<>();
  private final List<DType> scalarTypes = new ArrayList<>();
  private final List<DType> reducedTypes = new ArrayList<>();

  private final List<long[]> strides = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private final List<Long> extents = new ArrayList<>();
  private final int[] sizes;

  final Kernel.Loop kernel;
  final Geometry geometry;
  final long[] starts;
  final long[] scalars;

  RandomLoop(long seed) {
    random = new Random(seed);
    wide = random.nextInt(3) == 0;
    special = random.nextInt(3) == 0;
    remainders = random.nextInt(8) == 0;
    parallelRank = 1 + random.nextInt(3);
    reduceRank = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(2);
    laneReduces = reduceRank > 0 && random.nextInt(3) > 0;
    sizes = new int[parallelRank + reduceRank];
    int lane = laneReduces ? sizes.length - 1 : parallelRank - 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      boolean large = axis >= parallelRank && random.nextInt(6) == 0;
      sizes[axis] =
          large
              ? LARGE
              : axis == lane ? INTERESTING[random.nextInt(INTERESTING.length)] : smallSize();
    }
    for (int axis = 0; points(sizes) > MOST; axis++) {
      sizes[axis] = Math.min(sizes[axis], axis == lane ? 17 : 1);
    }
    for (int s = random.nextInt(3); s > 0; s--) {
      scalarTypes.add(type(true));
    }
    for (int a = 1 + random.nextInt(4); a > 0; a--) {
      addRead(lane);
    }
    List<Stage> stages = new ArrayList<>();
    for (int s = reduceRank == 0 ? 0 : 1 + random.nextInt(3); s > 0; s--) {
      stages.add(reduce());
    }
    if (reduceRank == 0 || random.nextBoolean()) {
      stages.add(map(lane));
    }
    if (reduceRank > 0 && (random.nextBoolean() || !(stages.getLast() instanceof Stage.Map))) {
      stages.add(finish(lane));
    }
    kernel =
        new Kernel.Loop(
            parallelRank,
            reduceRank,
            laneReduces,
            List.copyOf(accesses),
            List.copyOf(scalarTypes),
            stages);
    geometry =
        new Geometry(
            sizes,
            offsets.stream().mapToLong(Long::longValue).toArray(),
            strides.toArray(long[][]::new));
    starts = new long[accesses.size()];
    for (int a = 0; a < starts.length; a++) {
      starts[a] = 64L * random.nextInt(3);
    }
    scalars = new long[scalarTypes.size()];
    for (int s = 0; s < scalars.length; s++) {
      scalars[s] = value(scalarTypes.get(s));
    }
  }

  /** A given kernel with a geometry, and memory of random values. */
  RandomLoop(Kernel.Loop kernel, Geometry geometry) {
    this.kernel = kernel;
    this.geometry = geometry;
    random = new Random(1);
    wide = false;
    special = false;
    remainders = false;
    parallelRank = kernel.parallelRank();
    reduceRank = kernel.reduceRank();
    laneReduces = kernel.laneReduces();
    sizes = geometry.sizes();
    accesses.addAll(kernel.accesses());
    for (int a = 0; a < accesses.size(); a++) {
      long extent = geometry.offsets()[a] + 1;
      for (int axis = 0; axis < sizes.length; axis++) {
        extent += Math.max(0, geometry.strides()[a][axis] * (sizes[axis] - 1));
      }
      extents.add(extent);
    }
    starts = new long[accesses.size()];
    scalars = new long[kernel.scalars().size()];
  }

  private static long points(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().reduce(1, (a, b) -> a * b);
  }

  private int smallSize() {
    return random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(4);
  }

  private DType type(boolean register) {
    if (!register && random.nextInt(6) == 0) {
      return NARROW[random.nextInt(NARROW.length)];
    }
    DType[] single = {DType.F32, DType.F32, DType.F32, DType.I32, DType.BOOL};
    DType[] all = {DType.F32, DType.F64, DType.I32, DType.I64, DType.BOOL};
    DType[] from = wide ? all : single;
    return from[random.nextInt(from.length)];
  }

  private void addRead(int lane) {
    boolean index = random.nextInt(6) == 0;
    DType type = index ? DType.I32 : type(false);
    Access.Lane step = Access.Lane.values()[random.nextInt(10) < 7 ? 1 : random.nextInt(3)];
    accesses.add(new Access(index ? Access.Kind.INDEX : Access.Kind.READ, type, step));
    long[] s = new long[sizes.length];
    long next = 1;
    if (step != Access.Lane.BROADCAST) {
      s[lane] =
          step == Access.Lane.CONTIGUOUS
              ? 1
              : (2 + random.nextInt(4)) * (random.nextBoolean() ? 1 : -1);
      next = Math.abs(s[lane]) * sizes[lane] + random.nextInt(2);
    }
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (axis != lane && random.nextInt(4) > 0) {
        s[axis] = next * (random.nextInt(5) == 0 ? -1 : 1);
        next = next * Math.max(1, sizes[axis]) + random.nextInt(2);
      }
    }
    addGeometry(s);
  }

  private void addGeometry(long[] s) {
    long low = 0;
    long high = 0;
    for (int axis = 0; axis < s.length; axis++) {
      long reach = s[axis] * Math.max(0, sizes[axis] - 1);
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    long offset = random.nextInt(5) - low;
    strides.add(s);
    offsets.add(offset);
    extents.add(offset + high + 1);
  }

  /** A new operand that each index of the given axes writes once. */
  private int addWrite(DType type, int lane, boolean reduces) {
    long[] s = new long[sizes.length];
    boolean strided = random.nextInt(4) == 0;
    boolean hasLane = reduces || !laneReduces;
    long next = 1;
    if (hasLane) {
      s[lane] = strided ? (random.nextBoolean() ? 2 : -3) : 1;
      next = Math.abs(s[lane]) * Math.max(1, sizes[lane]);
    }
    for (int axis = reduces ? sizes.length - 1 : parallelRank - 1; axis >= 0; axis--) {
      if (axis != lane || !hasLane) {
        s[axis] = next;
        next = next * Math.max(1, sizes[axis]) + random.nextInt(2);
      }
    }
    Access.Lane step =
        !hasLane ? Access.Lane.BROADCAST : strided ? Access.Lane.STRIDED : Access.Lane.CONTIGUOUS;
    accesses.add(new Access(Access.Kind.WRITE, type, step));
    addGeometry(s);
    return accesses.size() - 1;
  }

  private Stage reduce() {
    BodyBuilder body = body(true);
    List<Stage.Fold> folds = new ArrayList<>();
    for (int f = 1 + random.nextInt(2); f > 0; f--) {
      int value = chain ? body.build().size() - 1 : random.nextInt(body.build().size());
      for (int tries = 0; tries < 10 && !body.type(value).isFloat(); tries++) {
        value = random.nextInt(body.build().size());
      }
      DType type = body.type(value);
      ReduceOp op = ReduceOp.values()[random.nextInt(4)];
      if (type == DType.BOOL) {
        op = random.nextBoolean() ? ReduceOp.MAX : ReduceOp.MIN;
      } else if (random.nextBoolean()) {
        op = ReduceOp.SUM;
      }
      folds.add(new Stage.Fold(op, value, type));
    }
    List<Instr> instructions = body.build();
    folds.forEach(f -> reducedTypes.add(f.type()));
    return new Stage.Reduce(instructions, folds, random.nextInt(8) == 0);
  }

  private Stage map(int lane) {
    BodyBuilder body = body(true);
    List<Stage.Store> stores = stores(body, lane, true);
    return new Stage.Map(body.build(), stores);
  }

  private Stage finish(int lane) {
    BodyBuilder body = body(false);
    List<Stage.Store> stores = stores(body, lane, false);
    return new Stage.Finish(body.build(), stores);
  }

  private List<Stage.Store> stores(BodyBuilder body, int lane, boolean reduces) {
    List<Stage.Store> stores = new ArrayList<>();
    for (int s = 1 + random.nextInt(3); s > 0; s--) {
      int value =
          random.nextInt(4) == 0 ? random.nextInt(body.build().size()) : body.build().size() - 1;
      if (body.type(value) == DType.F32 && random.nextInt(6) == 0) {
        stores.add(new Stage.Store(addWrite(DType.F16, lane, reduces), body.narrow(value)));
        continue;
      }
      DType type =
          body.type(value) == DType.I32 && random.nextInt(3) == 0
              ? NARROW[random.nextInt(NARROW.length)]
              : body.type(value);
      stores.add(new Stage.Store(addWrite(type, lane, reduces), value));
    }
    return stores;
  }

  /** A random body; loads of a stage that does not visit the reduction axes are left out. */
  private BodyBuilder body(boolean loads) {
    BodyBuilder body = new BodyBuilder();
    for (int a = 0; a < accesses.size() && loads; a++) {
      Access access = accesses.get(a);
      switch (access.kind()) {
        case INDEX -> body.add(new Instr.Index(a));
        case READ -> {
          int element = body.add(new Instr.Load(a, access.dtype().element()));
          if (access.dtype() == DType.F16) {
            body.widen(element);
          }
        }
        case WRITE -> {}
      }
    }
    for (int s = 0; s < scalarTypes.size(); s++) {
      body.add(new Instr.Scalar(s, scalarTypes.get(s)));
    }
    for (int slot = 0; slot < reducedTypes.size(); slot++) {
      body.add(new Instr.Reduced(slot, reducedTypes.get(slot)));
    }
    DType literal = type(true);
    body.literalBits(literal, value(literal));
    int size = body.build().size() + 3 + random.nextInt(random.nextInt(4) == 0 ? 60 : 15);
    // A chain is long and needs few registers.
    chain = random.nextInt(3) == 0;
    for (int tries = 0; tries < 500 && body.build().size() < size; tries++) {
      if (loads && random.nextInt(12) == 0) {
        loadWhere(body);
      } else {
        grow(body);
      }
    }
    return body;
  }

  /** Adds a load under a condition, if there are values for both. */
  private void loadWhere(BodyBuilder body) {
    int a = random.nextInt(accesses.size());
    int condition = random.nextInt(body.build().size());
    Access access = accesses.get(a);
    if (access.kind() == Access.Kind.READ && body.type(condition) == DType.BOOL) {
      int element = body.add(new Instr.Load(a, -1, condition, access.dtype().element()));
      if (access.dtype() == DType.F16) {
        body.widen(element);
      }
    }
  }

  private void grow(BodyBuilder body) {
    ScalarOp op = ScalarOp.values()[random.nextInt(ScalarOp.values().length)];
    int last = body.build().size() - 1;
    int a = chain ? last : random.nextInt(last + 1);
    int b = random.nextInt(body.build().size());
    int c = random.nextInt(body.build().size());
    DType t = body.type(a);
    boolean same = body.type(b) == t;
    if (op == ScalarOp.REM && t.isFloat() && !remainders) {
      return;
    }
    switch (op) {
      case NEG, ABS -> {
        if (t != DType.BOOL) {
          body.apply(op, a);
        }
      }
      case SQRT -> {
        if (t.isFloat()) {
          body.apply(op, a);
        }
      }
      case NOT -> {
        if (!t.isFloat()) {
          body.apply(op, a);
        }
      }
      case ADD, SUB, DIV, REM -> {
        if (same && t != DType.BOOL) {
          body.apply(op, a, b);
        }
      }
      case MUL, MIN, MAX, EQ, NE, LT, LE, GT, GE -> {
        if (same) {
          body.apply(op, a, b);
        }
      }
      case AND, OR, XOR -> {
        if (same && !t.isFloat()) {
          body.apply(op, a, b);
        }
      }
      case MULHI -> {
        if (same && t == DType.I32) {
          body.apply(op, a, b);
        }
      }
      case SHL, SHR, USHR -> {
        if (t.isInteger()) {
          body.apply(
              op, a, random.nextBoolean() ? body.literal(t, random.nextInt(31)) : same ? b : a);
        }
      }
      case FMA -> {
        if (same && t.isFloat() && body.type(c) == t) {
          body.fma(a, b, c);
        }
      }
      case SELECT -> {
        if (t == DType.BOOL && body.type(b) == body.type(c)) {
          body.select(a, b, c);
        }
      }
      case SELECT_LIKELY -> {
        if (t == DType.BOOL && body.type(b) == body.type(c)) {
          body.selectLikely(a, b, c);
        }
      }
      case CAST -> body.cast(a, type(true));
      case WIDEN -> {
        if (t == DType.I32) {
          body.widen(a);
        }
      }
      case NARROW -> {
        if (t == DType.F32) {
          body.narrow(a);
        }
      }
      case BITCAST -> {
        // The bits of a computed NaN are not defined, so floats that are read are the only ones
        // whose bits are looked at.
        if (t == DType.I32) {
          body.bitcast(a, DType.F32);
        } else if (t == DType.I64) {
          body.bitcast(a, DType.F64);
        } else if (t.isFloat() && body.build().get(a) instanceof Instr.Load) {
          body.bitcast(a, t == DType.F32 ? DType.I32 : DType.I64);
        }
      }
    }
  }

  private long value(DType type) {
    return switch (type) {
      case F32, F64 ->
          // A single NaN hides whatever else is wrong with a sum.
          switch (special ? random.nextInt(40) : 40) {
            case 0 -> LoopInterpreter.bits(type, Double.NaN);
            case 1 -> LoopInterpreter.bits(type, Double.POSITIVE_INFINITY);
            case 2 -> LoopInterpreter.bits(type, -0.0);
            case 3 -> LoopInterpreter.bits(type, 0.0);
            case 4 -> LoopInterpreter.bits(type, 3e9 * random.nextGaussian());
            case 5 -> LoopInterpreter.bits(type, 1e-42);
            default -> LoopInterpreter.bits(type, random.nextGaussian());
          };
      case I32 -> random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(20) - 10;
      case I64 -> random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(20) - 10;
      case BOOL -> random.nextInt(2);
      case U8, I8, F16, BF16 -> random.nextInt(1 << 16);
    };
  }

  /** Fresh memory, the same at each call with the same seed. */
  MemorySegment[] memory(long seed, Arena arena) {
    random.setSeed(seed);
    MemorySegment[] segments = new MemorySegment[accesses.size()];
    for (int a = 0; a < segments.length; a++) {
      DType type = accesses.get(a).dtype();
      long n = extents.get(a) + 3;
      segments[a] = arena.allocate(starts[a] + n * type.bytes(), 64);
      for (long i = 0; i < n; i++) {
        long at = starts[a] + i * type.bytes();
        long value = value(type);
        LoopInterpreter.set(segments[a], type, at, value);
      }
    }
    return segments;
  }

  /** The same, with given elements in the first operand. */
  MemorySegment[] memory(long seed, Arena arena, long[] first) {
    MemorySegment[] segments = memory(seed, arena);
    DType type = accesses.getFirst().dtype();
    for (int i = 0; i < first.length; i++) {
      LoopInterpreter.set(segments[0], type, starts[0] + (long) i * type.bytes(), first[i]);
    }
    return segments;
  }

  /** The address of each access' memory, or 0 for index accesses. */
  long[] addresses(MemorySegment[] memory) {
    long[] addresses = new long[memory.length];
    for (int a = 0; a < addresses.length; a++) {
      addresses[a] =
          accesses.get(a).kind() == Access.Kind.INDEX ? 0 : memory[a].address() + starts[a];
    }
    return addresses;
  }

  /** Where two results differ, or the empty string. */
  String difference(MemorySegment[] expected, MemorySegment[] actual) {
    for (int a = 0; a < expected.length; a++) {
      DType type = accesses.get(a).dtype();
      for (long at = starts[a]; at < expected[a].byteSize(); at += type.bytes()) {
        String x = text(type, expected[a], at);
        String y = text(type, actual[a], at);
        if (!x.equals(y)) {
          return "access "
              + a
              + ", element "
              + (at - starts[a]) / type.bytes()
              + ": "
              + x
              + " expected, not "
              + y;
        }
      }
    }
    return "";
  }

  private static String text(DType type, MemorySegment memory, long at) {
    return switch (type) {
      case F32 -> Float.toString(memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
      case F64 -> Double.toString(memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at));
      case I32 -> Integer.toString(memory.get(ValueLayout.JAVA_INT_UNALIGNED, at));
      case I64 -> Long.toString(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
      case BOOL, U8, I8 -> Integer.toString(memory.get(ValueLayout.JAVA_BYTE, at));
      case F16, BF16 -> Integer.toString(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
    };
  }
}
