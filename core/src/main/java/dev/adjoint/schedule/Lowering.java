package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarMath;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the stages of one loop kernel: follows outputs down through elementwise ops, views and the reductions that the space
 * can hold, to values in memory.
 */
final class Lowering {
  private final Walk walk;
  private final boolean[] stored;
  private final Group group;
  private final Space space;
  private final int[] sizes;
  private final int parallelRank;

  private final List<Operand> operands = new ArrayList<>();
  private final Map<Operand, Integer> operandIndex = new LinkedHashMap<>();
  private final List<DType> scalarTypes = new ArrayList<>();
  private final Map<Integer, Integer> scalarIndex = new LinkedHashMap<>();
  private final Map<Integer, Integer> depths = new HashMap<>();
  private final List<Pass> reducePasses = new ArrayList<>();
  private final Map<Key, Integer> slots = new HashMap<>();
  private final List<int[]> slotPlaces = new ArrayList<>();

  private record Key(int node, Affine element) {}

  /** A stage under construction. */
  private static final class Pass {
    final BodyBuilder body = new BodyBuilder();
    final Map<Key, Integer> values = new HashMap<>();
    final List<Stage.Fold> folds = new ArrayList<>();
    final List<Stage.Store> stores = new ArrayList<>();
  }

  /** Says that a node must be in memory before this kernel can be written. */
  static final class Demand extends Exception {
    private static final long serialVersionUID = 1L;
    final int node;

    Demand(int node) {
      super(null, null, false, false);
      this.node = node;
    }
  }

  /** The operands, scalars and stages of a kernel over a space. */
  record Result(
      Space space,
      List<Operand> operands,
      List<DType> scalars,
      int[] scalarNodes,
      List<Stage> stages) {
    int instructions() {
      return stages.stream().mapToInt(s -> s.body().size()).sum();
    }
  }

  private Lowering(Walk walk, boolean[] stored, Group group, Space space) {
    this.walk = walk;
    this.stored = stored;
    this.group = group;
    this.space = space;
    this.sizes = space.sizes();
    this.parallelRank = space.parallelRank();
  }

  /**
   * Lowers a group, splitting axes of its space where that helps.
   *
   * @param stored for each node whether its value is in memory when another kernel needs it
   * @throws Demand if a node that is not in memory cannot be computed within this kernel
   */
  static Result lower(Walk walk, boolean[] stored, Group group, int[] outputs) throws Demand {
    Space space = group.space;
    while (true) {
      try {
        return lower(walk, stored, group, outputs, space);
      } catch (Affine.Split split) {
        space = space.split(split, group);
      }
    }
  }

  /**
   * Lowers a group over a given refinement of its space.
   *
   * @throws Demand if a node that is not in memory cannot be computed within this kernel
   * @throws Affine.Split if it could be done after splitting an axis
   */
  static Result lower(Walk walk, boolean[] stored, Group group, int[] outputs, Space space)
      throws Demand, Affine.Split {
    return new Lowering(walk, stored, group, space).run(outputs);
  }

  /**
   * Lowers the computation of one input of a node that is assembled out of parts.
   *
   * @param repeated whether the input is one element that fills the whole space
   */
  static Result lowerPart(Walk walk, boolean[] stored, Group part, int source, boolean repeated)
      throws Demand {
    Space space = part.space;
    while (true) {
      try {
        var lowering = new Lowering(walk, stored, part, space);
        Affine written = space.row();
        Affine read = repeated ? new Affine(0, new long[written.coefficients.length]) : written;
        var map = new Pass();
        int value = lowering.value(map, source, read);
        DType dtype = walk.nodes[source].dtype();
        map.stores.add(
            new Stage.Store(lowering.operand(Access.Kind.WRITE, dtype, source, written), value));
        return new Result(
            space,
            lowering.operands,
            lowering.scalarTypes,
            lowering.scalarNodes(),
            lowering.stages(map, new Pass()));
      } catch (Affine.Split split) {
        space = space.split(split, part);
      }
    }
  }

  private Result run(int[] outputs) throws Demand, Affine.Split {
    var map = new Pass();
    var finish = new Pass();
    for (int output : outputs) {
      Affine element = own(output);
      boolean row = sizes.length > parallelRank && !group.isFull(walk.nodes[output].shape());
      Pass pass = row ? finish : map;
      int value = value(pass, output, element);
      DType dtype = walk.nodes[output].dtype();
      pass.stores.add(new Stage.Store(operand(Access.Kind.WRITE, dtype, output, element), value));
    }
    return new Result(space, operands, scalarTypes, scalarNodes(), stages(map, finish));
  }

  private int[] scalarNodes() {
    return scalarIndex.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  private List<Stage> stages(Pass map, Pass finish) {
    int[] first = new int[reducePasses.size() + 1];
    for (int i = 0; i < reducePasses.size(); i++) {
      first[i + 1] = first[i] + reducePasses.get(i).folds.size();
    }
    var stages = new ArrayList<Stage>();
    for (Pass pass : reducePasses) {
      stages.add(new Stage.Reduce(number(pass.body, first), List.copyOf(pass.folds)));
    }
    if (!map.stores.isEmpty()) {
      stages.add(new Stage.Map(number(map.body, first), List.copyOf(map.stores)));
    }
    if (!finish.stores.isEmpty()) {
      stages.add(new Stage.Finish(number(finish.body, first), List.copyOf(finish.stores)));
    }
    return List.copyOf(stages);
  }

  /** Gives reductions their final numbers: slots were handed out as they were met, kernels count them by stage. */
  private List<Instr> number(BodyBuilder body, int[] first) {
    return body.build().stream()
        .map(
            instr -> {
              if (instr instanceof Instr.Reduced(int slot, DType type)) {
                int[] place = slotPlaces.get(slot);
                return new Instr.Reduced(first[place[0]] + place[1], type);
              }
              return instr;
            })
        .toList();
  }

  private int value(Pass pass, int i, Affine element) throws Demand, Affine.Split {
    Key key = new Key(i, element);
    Integer known = pass.values.get(key);
    if (known != null) {
      return known;
    }
    int value = inlined(i, element) ? compute(pass, i, element) : load(pass, i, element);
    pass.values.put(key, value);
    return value;
  }

  /** Whether a node is computed here rather than loaded. */
  private boolean inlined(int i, Affine element) throws Demand {
    if (walk.isLeaf(i) || i == group.contraction) {
      return false;
    }
    if (!stored[i]) {
      return true;
    }
    if (!group.contains(i)) {
      return false;
    }
    if (element.equals(own(i))) {
      return true;
    }
    throw new Demand(-1);
  }

  private Affine own(int i) {
    return group.own(walk.nodes[i].shape(), space);
  }

  private int load(Pass pass, int i, Affine element) throws Demand {
    if (i == group.contraction && !element.equals(space.row())) {
      throw new Demand(-1);
    }
    DType dtype = walk.nodes[i].dtype();
    int access = operand(Access.Kind.READ, dtype, i, element);
    return pass.body.add(new Instr.Load(access, register(dtype)));
  }

  private int operand(Access.Kind kind, DType dtype, int node, Affine element) {
    return operandIndex.computeIfAbsent(
        new Operand(kind, dtype, node, element),
        operand -> {
          operands.add(operand);
          return operands.size() - 1;
        });
  }

  private static DType register(DType memory) {
    return memory == DType.U8 ? DType.I32 : memory;
  }

  private int compute(Pass pass, int i, Affine element) throws Demand, Affine.Split {
    Node node = walk.nodes[i];
    BodyBuilder body = pass.body;
    DType dtype = node.dtype();
    return switch (walk.op(i)) {
      case Op.Const() -> body.add(new Instr.Scalar(scalar(i, dtype), register(dtype)));
      case Op.Iota() -> {
        int index = body.add(new Instr.Index(operand(Access.Kind.INDEX, DType.I32, -1, element)));
        yield ScalarMath.cast(body, index, DType.I32, dtype);
      }
      case Op.Unary(var f) -> {
        int x = input(pass, i, 0, element);
        yield ScalarMath.unary(body, f, x, node.input(0).dtype());
      }
      case Op.Binary(var f) -> {
        int x = input(pass, i, 0, element);
        int y = input(pass, i, 1, element);
        yield ScalarMath.binary(body, f, x, y, node.input(0).dtype());
      }
      case Op.Where() -> {
        int condition = input(pass, i, 0, element);
        int x = input(pass, i, 1, element);
        int y = input(pass, i, 2, element);
        yield body.select(condition, x, y);
      }
      case Op.Fma() ->
          body.fma(
              input(pass, i, 0, element), input(pass, i, 1, element), input(pass, i, 2, element));
      case Op.Cast() ->
          ScalarMath.cast(body, input(pass, i, 0, element), node.input(0).dtype(), dtype);
      case Op.Bitcast() -> body.bitcast(input(pass, i, 0, element), register(dtype));
      case Op.Reshape(),
          Op.Detach(),
          Op.Custom(var _),
          Op.Permute(var _),
          Op.Expand(),
          Op.Slice(var _, var _) -> {
        Affine below =
            Views.through(walk.op(i), node.shape(), node.input(0).shape(), element, sizes);
        if (below == null) {
          throw new Demand(walk.isAlias(i) ? walk.base(i) : i);
        }
        yield value(pass, walk.inputs[i][0], below);
      }
      case Op.Reduce(var f, var axes) -> reduced(pass, i, f, axes, element);
      case Op.Source(),
          Op.Random(),
          Op.Pad(var _),
          Op.Concat(var _),
          Op.Gather(var _, var _),
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          throw new Demand(i);
    };
  }

  private int input(Pass pass, int i, int k, Affine element) throws Demand, Affine.Split {
    return value(pass, walk.inputs[i][k], element);
  }

  private int scalar(int i, DType dtype) {
    return scalarIndex.computeIfAbsent(
        i,
        _ -> {
          scalarTypes.add(register(dtype));
          return scalarTypes.size() - 1;
        });
  }

  private int reduced(Pass pass, int i, ReduceOp f, Axes axes, Affine element)
      throws Demand, Affine.Split {
    Node node = walk.nodes[i];
    Node input = node.input(0);
    if (input.shape().size() == 0) {
      return pass.body.literalBits(register(node.dtype()), identity(f, node.dtype()));
    }
    if (!walk.reduces(i)) {
      return value(pass, walk.inputs[i][0], element);
    }
    Affine below = spread(i, axes, element);
    if (below == null) {
      throw new Demand(i);
    }
    Key key = new Key(i, element);
    Integer slot = slots.get(key);
    if (slot == null) {
      int depth = depth(walk.inputs[i][0]);
      while (reducePasses.size() <= depth) {
        reducePasses.add(new Pass());
      }
      Pass own = reducePasses.get(depth);
      int value =
          ScalarMath.cast(
              own.body, value(own, walk.inputs[i][0], below), node.dtype(), folded(node.dtype()));
      own.folds.add(new Stage.Fold(f, value, folded(node.dtype())));
      slot = slotPlaces.size();
      slotPlaces.add(new int[] {depth, own.folds.size() - 1});
      slots.put(key, slot);
    }
    int result = pass.body.add(new Instr.Reduced(slot, folded(node.dtype())));
    return ScalarMath.cast(pass.body, result, folded(node.dtype()), node.dtype());
  }

  /** The type in which a reduction is done: bytes and truth values are folded as i32. */
  private static DType folded(DType dtype) {
    return dtype == DType.U8 || dtype == DType.BOOL ? DType.I32 : dtype;
  }

  /** The element of a reduction's input when the reduced axes run along the space's reduction axes, or null if they cannot. */
  private @Nullable Affine spread(int i, Axes axes, Affine element) throws Affine.Split {
    for (int a = parallelRank; a < sizes.length; a++) {
      if (element.coefficients[a] != 0) {
        return null;
      }
    }
    var shape = walk.nodes[i].input(0).shape();
    long[] strides = shape.strides();
    var kept = new Views.Runs();
    int next = 0;
    long[] along = new long[space.reduced.length];
    for (int d = 0; d < shape.rank(); d++) {
      if (!axes.contains(d)) {
        kept.add(shape.dim(d), strides[d], false);
      } else if (shape.dim(d) != 1) {
        if (next == along.length || space.reduced[next] != shape.dim(d)) {
          return null;
        }
        along[next++] = strides[d];
      }
    }
    if (next != along.length) {
      return null;
    }
    Affine below = kept.map(element, sizes);
    return below == null ? null : space.alongReduced(below, along);
  }

  /** The number of reduction stages that must come before a node's value is known. */
  private int depth(int i) {
    if (walk.isLeaf(i) || i == group.contraction || (stored[i] && !group.contains(i))) {
      return 0;
    }
    Integer known = depths.get(i);
    if (known != null) {
      return known;
    }
    int depth = 0;
    for (int input : walk.inputs[i]) {
      depth = Math.max(depth, depth(input));
    }
    if (walk.reduces(i) && walk.nodes[i].input(0).shape().size() != 0) {
      depth++;
    }
    depths.put(i, depth);
    return depth;
  }

  /** The raw bits of the value that leaves others as they are under a reduction. */
  static long identity(ReduceOp f, DType dtype) {
    return switch (f) {
      case SUM -> 0;
      case PROD -> BodyBuilder.bits(dtype, 1);
      case MAX ->
          switch (dtype) {
            case F32, F64 -> BodyBuilder.bits(dtype, Double.NEGATIVE_INFINITY);
            case I32 -> Integer.MIN_VALUE;
            case I64 -> Long.MIN_VALUE;
            case U8, BOOL -> 0;
          };
      case MIN ->
          switch (dtype) {
            case F32, F64 -> BodyBuilder.bits(dtype, Double.POSITIVE_INFINITY);
            case I32 -> Integer.MAX_VALUE;
            case I64 -> Long.MAX_VALUE;
            case U8 -> 255;
            case BOOL -> 1;
          };
    };
  }
}
