package dev.adjoint.cpu;

import static dev.adjoint.cpu.VectorTypes.MASK;
import static dev.adjoint.cpu.VectorTypes.SPECIES;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a loop kernel as loops over vectors. The main loops have no masks; one more copy of each body, with masks on loads
 * and stores, takes what is left over, so short rows are as fast as they can be.
 */
final class VectorWriter extends NestWriter {
  final VectorTypes types;
  final VectorOps ops;

  private final int lanes;
  private final int[] reduced;
  private final int[] steps;
  private final Map<Instr, Integer> constants = new HashMap<>();
  private final Map<DType, Integer> arrays = new EnumMap<>(DType.class);
  private int iota;

  VectorWriter(LoopShape shape, VectorTypes types, CodeBuilder code) {
    super(shape, code);
    this.types = types;
    this.ops = new VectorOps(emitter, types);
    this.lanes = types.lanes();
    this.reduced = new int[shape.reduced().size()];
    this.steps = new int[kernel.accesses().size()];
  }

  /**
   * Where a body runs.
   *
   * @param position the position of the accesses
   * @param further how many lanes further on the vector lies
   * @param reduced the variables of the kernel's reductions
   * @param masks for each memory type the variable of its mask, or null if no lane is masked
   * @param count the variable with the number of lanes that count, if there are masks
   */
  record Spot(Position position, int further, int[] reduced, int @Nullable [] masks, int count) {
    Spot further(int lanes) {
      return new Spot(position, lanes, reduced, masks, count);
    }

    Spot at(Position to) {
      return new Spot(to, further, reduced, masks, count);
    }
  }

  /** The variable with a number of steps along the lanes, from 0, of an index access. */
  int steps(int access) {
    return steps[access];
  }

  /** The variable with an array of a vector's length. */
  int array(DType memory) {
    return arrays.get(memory);
  }

  /** Pushes the number of lanes that count. */
  void pushCount(Spot spot) {
    if (spot.masks == null) {
      code.loadConstant(lanes);
    } else {
      code.iload(spot.count);
    }
  }

  @Override
  void before() {
    types.species(code, DType.I32);
    emitter.call(VectorTypes.vector(DType.I32), "zero", VectorTypes.vector(DType.I32), SPECIES);
    code.loadConstant(1);
    emitter.invoke(VectorTypes.vector(DType.I32), "addIndex", VectorTypes.vector(DType.I32), CD_int);
    iota = emitter.storeNew(TypeKind.REFERENCE);
    Set<DType> needed = EnumSet.noneOf(DType.class);
    for (int a = 0; a < steps.length; a++) {
      Access access = kernel.accesses().get(a);
      if (access.kind() == Access.Kind.INDEX) {
        steps[a] = iota;
        if (access.lane() == Access.Lane.STRIDED) {
          code.aload(iota);
          laneStride(a);
          code.l2i();
          emitter.invoke(VectorTypes.vector(DType.I32), "mul", VectorTypes.vector(DType.I32), CD_int);
          steps[a] = emitter.storeNew(TypeKind.REFERENCE);
        }
      } else if (access.lane() == Access.Lane.STRIDED
          || (access.lane() == Access.Lane.BROADCAST && access.kind() == Access.Kind.WRITE)) {
        needed.add(access.dtype());
      }
    }
    if (kernel.laneReduces()) {
      for (int s = 0; s < reduced.length; s++) {
        DType type = shape.reduced().get(s);
        needed.add(type == DType.BOOL ? DType.I32 : type);
        reduced[s] = emitter.allocate(Emitter.kind(type));
      }
    }
    needed.forEach(type -> arrays.put(type, emitter.newArray(type, lanes)));
    for (Stage stage : kernel.stages()) {
      if (!(kernel.laneReduces() && stage instanceof Stage.Finish)) {
        constants(stage);
      }
    }
  }

  /** Broadcasts the literals and run-time scalars that a stage needs as vectors. */
  private void constants(Stage stage) {
    boolean[] needed = needed(stage);
    for (int v = 0; v < needed.length; v++) {
      Instr instr = stage.body().get(v);
      if (needed[v] && !constants.containsKey(instr)) {
        switch (instr) {
          case Instr.Literal literal -> constants.put(instr, broadcast(instr.type(), () -> push(literal)));
          case Instr.Scalar scalar ->
              constants.put(
                  instr,
                  broadcast(
                      instr.type(), () -> code.loadLocal(Emitter.kind(instr.type()), scalars[scalar.argument()])));
          case Instr.Load _, Instr.Index _, Instr.Reduced _, Instr.Apply _ -> {}
        }
      }
    }
  }

  private void push(Instr.Literal literal) {
    emitter.constant(literal.type(), literal.bits());
  }

  int broadcast(DType type, Runnable scalar) {
    types.species(code, type == DType.BOOL ? DType.I32 : type);
    scalar.run();
    if (type == DType.BOOL) {
      ops.broadcastMask();
    } else {
      ops.broadcast(type);
    }
    return emitter.storeNew(TypeKind.REFERENCE);
  }

  /** Which values of a stage are the same in all lanes but needed as vectors. */
  private boolean[] needed(Stage stage) {
    List<Instr> body = stage.body();
    List<Integer> roots = LoopShape.roots(stage);
    boolean[] uniform = shape.uniform(body);
    int[] uses = LoopShape.uses(body, roots);
    boolean[] needed = new boolean[uniform.length];
    roots.forEach(root -> needed[root] = uniform[root]);
    for (int v = 0; v < uniform.length; v++) {
      if (uses[v] > 0 && !uniform[v] && body.get(v) instanceof Instr.Apply apply) {
        for (int o : LoopShape.operands(apply)) {
          boolean count =
              switch (apply.op()) {
                case SHL, SHR, USHR -> o == apply.b() && o != apply.a() && body.get(o) instanceof Instr.Literal;
                default -> false;
              };
          needed[o] |= uniform[o] && !count;
        }
      }
    }
    return needed;
  }

  /** Computes what all lanes of a stage share, and broadcasts it. */
  int[] broadcasts(Stage stage, Position position) {
    boolean[] needed = needed(stage);
    ScalarBody scalar = new ScalarBody(this, stage, shape.frontier(stage), reduced, position);
    int[] vectors = new int[needed.length];
    Arrays.fill(vectors, -1);
    for (int v = 0; v < needed.length; v++) {
      if (needed[v]) {
        int value = v;
        Integer constant = constants.get(stage.body().get(v));
        vectors[v] = constant != null ? constant : broadcast(stage.body().get(v).type(), () -> scalar.push(value));
      }
    }
    return vectors;
  }

  @Override
  void row(Position position) {
    if (kernel.laneReduces()) {
      for (int s = 0; s < kernel.stages().size(); s++) {
        int mark = emitter.mark();
        lanesInside(s, position);
        emitter.release(mark);
      }
    } else if (kernel.reduceRank() == 0) {
      for (Stage stage : kernel.stages()) {
        lanes(stage, position, body -> body.store(LoopShape.stores(stage)));
      }
    } else {
      new LaneBlocks(this).write(position);
    }
  }

  /** All columns of a stage that stores. */
  private void lanes(Stage stage, Position position, Consumer<VectorBody> each) {
    emitter.ifPositive(
        COLS,
        () -> {
          int mark = emitter.mark();
          int[] broadcasts = broadcasts(stage, position);
          int lane = emitter.newInt(0);
          Spot spot = new Spot(position.at(lane), 0, reduced, null, -1);
          emitter.loop(lane, multiple(lanes), lanes, () -> each.accept(new VectorBody(this, stage, broadcasts, spot)));
          emitter.loop(
              lane,
              COLS,
              lanes,
              () -> each.accept(new VectorBody(this, stage, broadcasts, masked(spot, lane, shape.touched(stage)))));
          emitter.release(mark);
        });
  }

  /** A variable with the largest multiple of a power of two that is not above the number of columns. */
  int multiple(int of) {
    code.iload(COLS).loadConstant(-of).iand();
    return emitter.storeNew(TypeKind.INT);
  }

  /** Writes the masks of the lanes from a column on that are below the number of columns. */
  Spot masked(Spot spot, int lane, boolean[] touched) {
    code.loadConstant(lanes).iload(COLS).iload(lane).isub();
    emitter.call(Math.class.describeConstable().orElseThrow(), "min", CD_int, CD_int, CD_int);
    int count = emitter.storeNew(TypeKind.INT);
    code.aload(iota);
    ops.comparison(ScalarOp.LT);
    code.iload(count);
    emitter.invoke(VectorTypes.vector(DType.I32), "compare", MASK, VectorTypes.operator("Comparison"), CD_int);
    int mask = emitter.storeNew(TypeKind.REFERENCE);
    int[] masks = new int[DType.values().length];
    Arrays.fill(masks, mask);
    Set<DType> done = EnumSet.of(DType.I32);
    for (int a = 0; a < touched.length; a++) {
      Access access = kernel.accesses().get(a);
      if (touched[a] && isContiguous(a) && access.kind() != Access.Kind.INDEX && done.add(access.dtype())) {
        code.aload(mask);
        ops.castMask(access.dtype());
        masks[access.dtype().ordinal()] = emitter.storeNew(TypeKind.REFERENCE);
      }
    }
    return new Spot(spot.position, spot.further, spot.reduced, masks, count);
  }

  private void lanesInside(int index, Position position) {
    Stage stage = kernel.stages().get(index);
    boolean[] touched = shape.touched(stage);
    switch (stage) {
      case Stage.Reduce reduce ->
          new LaneReduction(this, reduce, Arrays.copyOfRange(reduced, firstSlot(index), reduced.length))
              .write(position, touched);
      case Stage.Map map -> reduceLoops(position, touched, p -> lanes(map, p, body -> body.store(map.stores())));
      case Stage.Finish finish ->
          new ScalarBody(this, finish, LoopShape.roots(finish), reduced, position).store(finish.stores());
    }
  }
}
