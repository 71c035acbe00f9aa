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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes methods that run over vectors of lanes. A part with the main loop has no masks; another part takes what is
 * left over, with masks on loads and stores, so short rows are as fast as they can be. The parts are methods of their
 * own because HotSpot's first compiler gives up on long vector code.
 */
final class VectorWriter extends NestWriter {
  /** Which columns a method handles. */
  enum Part {
    /** As many as fill vectors. */
    MAIN,
    /** The others. */
    REST
  }

  final VectorTypes types;
  final VectorOps ops;

  private final int lanes;
  /** The variables of the kernel's reductions, where they are scalars. */
  final int[] reduced;

  private final int[] steps;
  private final Map<Instr, Integer> constants = new HashMap<>();
  private final Map<DType, Integer> arrays = new EnumMap<>(DType.class);
  private final Part part;
  private int iota;

  VectorWriter(LoopShape shape, VectorTypes types, Part part, CodeBuilder code) {
    super(shape, code);
    this.part = part;
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
    return Objects.requireNonNull(arrays.get(memory));
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
    boolean[] all = new boolean[steps.length];
    Arrays.fill(all, true);
    prepare(kernel.stages(), all);
  }

  /** Writes what stages need before their loops. */
  void prepare(List<Stage> stages, boolean[] touched) {
    types.species(code, DType.I32);
    emitter.call(VectorTypes.vector(DType.I32), "zero", VectorTypes.vector(DType.I32), SPECIES);
    code.loadConstant(1);
    emitter.invoke(VectorTypes.vector(DType.I32), "addIndex", VectorTypes.vector(DType.I32), CD_int);
    iota = emitter.storeNew(TypeKind.REFERENCE);
    Set<DType> strided = EnumSet.noneOf(DType.class);
    for (int a = 0; a < steps.length; a++) {
      Access access = kernel.accesses().get(a);
      boolean write = access.kind() == Access.Kind.WRITE;
      if (!touched[a]) {
        continue;
      }
      if (access.kind() == Access.Kind.INDEX) {
        steps[a] = iota;
        if (access.lane() == Access.Lane.STRIDED) {
          code.aload(iota);
          laneStride(a);
          code.l2i();
          emitter.invoke(VectorTypes.vector(DType.I32), "mul", VectorTypes.vector(DType.I32), CD_int);
          steps[a] = emitter.storeNew(TypeKind.REFERENCE);
        }
      } else if (access.lane() == Access.Lane.STRIDED || (access.lane() == Access.Lane.BROADCAST && write)) {
        strided.add(access.dtype());
      }
    }
    strided.forEach(type -> arrays.put(type, emitter.newArray(type, lanes)));
    stages.forEach(this::constants);
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
    if (kernel.reduceRank() == 0) {
      kernel.stages().forEach(stage -> map(stage, position));
    } else {
      new LaneBlocks(this, part).write(position);
    }
  }

  /** The columns of a stage that stores. */
  void map(Stage stage, Position position) {
    int mark = emitter.mark();
    int[] broadcasts = broadcasts(stage, position);
    switch (part) {
      case MAIN -> {
        int lane = emitter.newInt(0);
        Spot spot = new Spot(position.at(lane), 0, reduced, null, -1);
        emitter.loop(
            lane,
            multiple(lanes),
            lanes,
            () -> new VectorBody(this, stage, broadcasts, spot).store(LoopShape.stores(stage)));
      }
      case REST -> {
        int lane = multiple(lanes);
        Spot spot = masked(new Spot(position.at(lane), 0, reduced, null, -1), lane, shape.touched(stage));
        new VectorBody(this, stage, broadcasts, spot).store(LoopShape.stores(stage));
      }
    }
    emitter.release(mark);
  }

  /** A variable with the largest multiple of a power of two that is not above the number of columns. */
  int multiple(int of) {
    code.iload(cols).loadConstant(-of).iand();
    return emitter.storeNew(TypeKind.INT);
  }

  /** Writes the masks of the lanes from a column on that are below the number of columns. */
  Spot masked(Spot spot, int lane, boolean[] touched) {
    code.loadConstant(lanes).iload(cols).iload(lane).isub();
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
}
