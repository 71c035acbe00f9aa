package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_Double;
import static java.lang.constant.ConstantDescs.CD_Float;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.memory.NativeMemory;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes the body of {@link LoopCode#run}: the loops over rows and reduction axes, and where each access stands in
 * them. What a row does is up to the subclass.
 */
abstract class NestWriter {
  static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
  private static final ClassDesc NATIVE_MEMORY =
      NativeMemory.class.describeConstable().orElseThrow();
  private static final ClassDesc ARGUMENTS = LoopArguments.class.describeConstable().orElseThrow();
  private static final int PACKED = 1;
  private static final int ROW0 = 2;
  private static final int ROWS = 3;
  private static final int COL0 = 4;
  private static final int COLS = 5;
  private static final int BASES = 6;
  private static final int STRIDES = 7;
  private static final int SCALARS = 8;
  private static final int SIZES = 9;
  private static final int FAILED = 10;

  final LoopShape shape;
  final Kernel.Loop kernel;
  final Emitter emitter;
  final CodeBuilder code;

  /** The variables of the run-time scalars. */
  final int[] scalars;

  /** The variable with the number of columns. */
  int cols;

  /** The variables of the strides along the lanes, of accesses that are not contiguous. */
  final int[] laneStrides;

  private final int[] rowStrides;
  private final int[][] reduceStrides;
  private final int[] sizes;

  NestWriter(LoopShape shape, CodeBuilder code) {
    this.shape = shape;
    this.kernel = shape.kernel();
    this.code = code;
    this.emitter = new Emitter(code, FAILED + 1);
    this.cols = COLS;
    int n = kernel.accesses().size();
    rowStrides = new int[n];
    laneStrides = new int[n];
    reduceStrides = new int[n][shape.loops()];
    sizes = new int[shape.loops()];
    scalars = new int[kernel.scalars().size()];
  }

  /**
   * Where the accesses stand.
   *
   * @param bases for each access the variable of its position, or -1 if it is not used here
   * @param lane the variable that counts lanes from the position on, or -1
   */
  record Position(int[] bases, int lane) {
    Position at(int variable) {
      return new Position(bases, variable);
    }
  }

  /** Writes the method {@link LoopCode#run}, or another one with its parameters. */
  final void write() {
    component("bases", CD_long, BASES);
    component("strides", CD_long, STRIDES);
    component("scalars", CD_long, SCALARS);
    component("sizes", CD_int, SIZES);
    component("failed", CD_boolean, FAILED);
    for (int s = 0; s < scalars.length; s++) {
      code.aload(SCALARS).loadConstant(s).laload();
      scalars[s] = storeScalar(kernel.scalars().get(s));
    }
    for (int k = 0; k < sizes.length; k++) {
      code.aload(SIZES).loadConstant(k).iaload();
      sizes[k] = emitter.storeNew(TypeKind.INT);
    }
    int n = kernel.accesses().size();
    int[] offsets = new int[n];
    for (int a = 0; a < n; a++) {
      offsets[a] = unpack(a);
    }
    before();
    int row = emitter.newInt(0);
    Position position = new Position(offsets, -1);
    emitter.loop(
        row,
        ROWS,
        1,
        () -> {
          int mark = emitter.mark();
          row(position);
          emitter.release(mark);
          for (int a = 0; a < n; a++) {
            code.lload(offsets[a]).lload(rowStrides[a]).ladd().lstore(offsets[a]);
          }
        });
    code.return_();
  }

  /** The variable of the array that tells whether a checked position was out of range. */
  final int failed() {
    return FAILED;
  }

  /** Writes what is done once, before all rows. */
  abstract void before();

  /** Writes a row. */
  abstract void row(Position position);

  private void component(String name, ClassDesc element, int to) {
    code.aload(PACKED);
    emitter.invoke(ARGUMENTS, name, element.arrayType());
    code.astore(to);
  }

  private int storeScalar(DType type) {
    switch (type.carrier()) {
      case INT -> {
        code.l2i();
        if (type == DType.BOOL) {
          code.i2b();
          emitter.scalar("bool", CD_int, CD_byte);
        }
      }
      case LONG -> {}
      case FLOAT -> {
        code.l2i();
        emitter.call(CD_Float, "intBitsToFloat", CD_float, CD_int);
      }
      case DOUBLE -> emitter.call(CD_Double, "longBitsToDouble", CD_double, CD_long);
    }
    return emitter.storeNew(Emitter.kind(type));
  }

  /** Unpacks an access; returns the variable with its position. */
  private int unpack(int a) {
    int first = a * shape.strides();
    rowStrides[a] = stride(first + LoopCode.ROW);
    for (int k = 0; k < sizes.length; k++) {
      reduceStrides[a][k] = stride(first + LoopCode.REDUCE + k);
    }
    laneStrides[a] = isContiguous(a) ? -1 : stride(first + LoopCode.LANE);
    code.aload(BASES).loadConstant(a).laload();
    code.iload(ROW0).i2l().lload(rowStrides[a]).lmul().ladd();
    if (!kernel.laneReduces()) {
      addLanes(a, COL0);
    }
    return emitter.storeNew(TypeKind.LONG);
  }

  private int stride(int index) {
    code.aload(STRIDES).loadConstant(index).laload();
    return emitter.storeNew(TypeKind.LONG);
  }

  /** Whether an access steps by one element along the lanes. */
  final boolean isContiguous(int access) {
    return kernel.accesses().get(access).lane() == Access.Lane.CONTIGUOUS;
  }

  /** Whether an access reads the same element in all lanes. Such writes step by their stride, which is 0. */
  private boolean isBroadcast(int a) {
    Access access = kernel.accesses().get(a);
    return access.lane() == Access.Lane.BROADCAST && access.kind() != Access.Kind.WRITE;
  }

  /** Adds the step of an int variable's number of lanes to the long on the stack. */
  private void addLanes(int access, int variable) {
    if (isBroadcast(access)) {
      return;
    }
    code.iload(variable).i2l();
    if (isContiguous(access)) {
      int unit = LoopShape.unit(kernel.accesses().get(access));
      if (unit > 1) {
        code.loadConstant(Integer.numberOfTrailingZeros(unit)).lshl();
      }
    } else {
      code.lload(laneStrides[access]).lmul();
    }
    code.ladd();
  }

  /**
   * Pushes all of memory and the address in it of an access, a constant number of lanes further on. The compiler sees that the
   * address is in bounds, so that loops have no checks, and no code to leave them by: that halves the time to compile them.
   */
  final void address(Position position, int access, int further, Runnable between) {
    address(position, access, further, between, () -> {});
  }

  /** The same, where {@code moved} moves the address on the stack by what the body computes. */
  final void address(Position position, int access, int further, Runnable between, Runnable moved) {
    code.getstatic(NATIVE_MEMORY, "ALL", Emitter.SEGMENT);
    between.run();
    number(position, access, further);
    moved.run();
    code.loadConstant(NativeMemory.ADDRESS_MASK).land();
  }

  /** Pushes where an access stands, a constant number of lanes further on: an address, or the number of an index. */
  final void number(Position position, int access, int further) {
    code.lload(position.bases[access]);
    if (position.lane >= 0) {
      addLanes(access, position.lane);
    }
    if (further > 0 && !isBroadcast(access)) {
      if (isContiguous(access)) {
        code.loadConstant((long) further * LoopShape.unit(kernel.accesses().get(access)));
      } else {
        code.lload(laneStrides[access]).loadConstant((long) further).lmul();
      }
      code.ladd();
    }
  }

  /** Pushes an access' stride along the lanes, which are not contiguous. */
  final void laneStride(int access) {
    code.lload(laneStrides[access]);
  }

  /** The position that an int variable's number of lanes leads to, in variables of its own. */
  final Position moved(Position from, int lanes, boolean[] touched) {
    int[] bases = new int[from.bases.length];
    for (int a = 0; a < bases.length; a++) {
      bases[a] = -1;
      if (touched[a]) {
        number(from.at(lanes), a, 0);
        bases[a] = emitter.storeNew(TypeKind.LONG);
      }
    }
    return new Position(bases, -1);
  }

  /** Writes the loops over the reduction axes around a body. */
  final void reduceLoops(Position from, boolean[] touched, Consumer<Position> body) {
    reduceLoops(0, from, touched, body);
  }

  private void reduceLoops(int axis, Position from, boolean[] touched, Consumer<Position> body) {
    if (axis == sizes.length) {
      body.accept(from);
      return;
    }
    int mark = emitter.mark();
    Position here = copy(from, touched);
    int index = emitter.newInt(0);
    emitter.loop(
        index,
        sizes[axis],
        1,
        () -> {
          int inner = emitter.mark();
          reduceLoops(axis + 1, here, touched, body);
          emitter.release(inner);
          step(here.bases, axis, 1);
        });
    emitter.release(mark);
  }

  /** Moves variables of positions by some steps along a reduction axis. */
  private void step(int[] bases, int axis, int steps) {
    for (int a = 0; a < bases.length; a++) {
      if (bases[a] >= 0) {
        code.lload(bases[a]).lload(reduceStrides[a][axis]);
        if (steps > 1) {
          code.loadConstant((long) steps).lmul();
        }
        code.ladd().lstore(bases[a]);
      }
    }
  }

  /**
   * Writes the loop over the only reduction axis: groups of elements that are a distance apart, and then the others.
   *
   * @param distance the distance, a power of two; so many groups follow each other
   * @param size the number of elements of a group, a power of two
   * @param group writes what is done for a group, at the positions of its elements
   * @param afterGroups writes what is done after groups that follow each other
   * @param single writes what is done for one of the others
   */
  final void reduceGroups(
      Position from,
      boolean[] touched,
      int distance,
      int size,
      Consumer<List<Position>> group,
      Runnable afterGroups,
      Consumer<Position> single) {
    int mark = emitter.mark();
    Position here = copy(from, touched);
    int index = emitter.newInt(0);
    code.iload(sizes[0]).loadConstant(-distance * size).iand();
    int grouped = emitter.storeNew(TypeKind.INT);
    int groups = emitter.newInt(distance);
    emitter.loop(
        index,
        grouped,
        distance * size,
        () -> {
          int done = emitter.newInt(0);
          emitter.loop(
              done,
              groups,
              1,
              () -> {
                int inner = emitter.mark();
                List<Position> positions = new ArrayList<>(List.of(here));
                for (int k = 1; k < size; k++) {
                  Position next = copy(positions.getLast(), touched);
                  step(next.bases, 0, distance);
                  positions.add(next);
                }
                group.accept(positions);
                emitter.release(inner);
                step(here.bases, 0, 1);
              });
          step(here.bases, 0, distance * (size - 1));
          afterGroups.run();
        });
    emitter.loop(
        index,
        sizes[0],
        1,
        () -> {
          int inner = emitter.mark();
          single.accept(here);
          emitter.release(inner);
          step(here.bases, 0, 1);
        });
    emitter.release(mark);
  }

  /** The same position in variables of its own. */
  private Position copy(Position from, boolean[] touched) {
    int[] bases = new int[from.bases.length];
    for (int a = 0; a < bases.length; a++) {
      bases[a] = -1;
      if (touched[a]) {
        code.lload(from.bases[a]);
        bases[a] = emitter.storeNew(TypeKind.LONG);
      }
    }
    return new Position(bases, from.lane);
  }
}
