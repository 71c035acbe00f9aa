package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.plain.VectorTypes.SPECIES;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
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

/** Writes methods that run over vectors of lanes. They take the columns that fill vectors; plain loops do the others. */
final class VectorWriter extends NestWriter {
  final VectorTypes types;
  final VectorOps ops;

  private final int lanes;

  /** The variables of the kernel's reductions, where they are scalars. */
  final int[] reduced;

  private final int[] steps;
  private final Map<Instr, Integer> constants = new HashMap<>();
  private final Map<DType, Integer> arrays = new EnumMap<>(DType.class);
  private @Nullable FoldWriter folds;
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
   */
  record Spot(Position position, int further, int[] reduced) {
    Spot further(int lanes) {
      return new Spot(position, lanes, reduced);
    }

    Spot at(Position to) {
      return new Spot(to, further, reduced);
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

  @Override
  void before() {
    boolean[] all = new boolean[steps.length];
    Arrays.fill(all, true);
    prepare(kernel.stages(), all);
    if (kernel.reduceRank() > 0) {
      code.iload(cols).loadConstant(LaneBlocks.columns(shape));
      emitter.call(MATH, "min", CD_int, CD_int, CD_int);
      folds = new FoldWriter(this, emitter.storeNew(TypeKind.INT));
    }
  }

  /** Writes what stages need before their loops. */
  void prepare(List<Stage> stages, boolean[] touched) {
    types.species(code, DType.I32);
    emitter.call(VectorTypes.vector(DType.I32), "zero", VectorTypes.vector(DType.I32), SPECIES);
    code.loadConstant(1);
    emitter.invoke(
        VectorTypes.vector(DType.I32), "addIndex", VectorTypes.vector(DType.I32), CD_int);
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
          emitter.invoke(
              VectorTypes.vector(DType.I32), "mul", VectorTypes.vector(DType.I32), CD_int);
          steps[a] = emitter.storeNew(TypeKind.REFERENCE);
        }
      } else if (access.lane() == Access.Lane.STRIDED
          || (access.lane() == Access.Lane.BROADCAST && write)) {
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
          case Instr.Literal literal ->
              constants.put(instr, broadcast(instr.type(), () -> push(literal)));
          case Instr.Scalar scalar ->
              constants.put(
                  instr,
                  broadcast(
                      instr.type(),
                      () ->
                          code.loadLocal(Emitter.kind(instr.type()), scalars[scalar.argument()])));
          case Instr.Load _, Instr.Check _, Instr.Index _, Instr.Reduced _, Instr.Apply _ -> {}
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
        for (int o : apply.operands()) {
          boolean count =
              switch (apply.op()) {
                case SHL, SHR, USHR ->
                    o == apply.b() && o != apply.a() && body.get(o) instanceof Instr.Literal;
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
        vectors[v] =
            constant != null
                ? constant
                : broadcast(stage.body().get(v).type(), () -> scalar.push(value));
      }
    }
    return vectors;
  }

  @Override
  void row(Position position) {
    if (kernel.reduceRank() == 0) {
      kernel.stages().forEach(stage -> map(stage, position));
    } else {
      new LaneBlocks(this, Objects.requireNonNull(folds)).write(position);
    }
  }

  /** The columns that fill vectors, of a stage that stores. */
  void map(Stage stage, Position position) {
    int mark = emitter.mark();
    int[] broadcasts = broadcasts(stage, position);
    int lane = emitter.newInt(0);
    Spot spot = new Spot(position.at(lane), 0, reduced);
    emitter.loop(
        lane,
        multiple(lanes),
        lanes,
        () -> new VectorBody(this, stage, broadcasts, spot).store(LoopShape.stores(stage)));
    emitter.release(mark);
  }

  /** The columns behind those that fill vectors, one by one. */
  void mapRest(Stage stage, Position position) {
    ScalarBody body = new ScalarBody(this, stage, LoopShape.roots(stage), reduced, position);
    shape.frontier(stage).forEach(body::variable);
    int lane = multiple(lanes);
    body.move(position.at(lane));
    emitter.loop(lane, cols, 1, () -> body.store(LoopShape.stores(stage)));
  }

  /** A variable with the largest multiple of a power of two that is not above the number of columns. */
  int multiple(int of) {
    code.iload(cols).loadConstant(-of).iand();
    return emitter.storeNew(TypeKind.INT);
  }
}
