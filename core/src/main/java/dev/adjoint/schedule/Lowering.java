package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarMath;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the stages of one loop kernel: follows outputs down through elementwise ops, views, joins and the reductions that the
 * space can hold, to values in memory.
 *
 * <p>Methods that write the code of a value return its number in the body, or {@link #UNFIT} if this kernel cannot compute it;
 * the first that does so notes why, and nothing more is written then.
 */
final class Lowering {
  /** The value cannot be computed within this kernel. */
  static final int UNFIT = -2;

  private final Walk walk;
  private final boolean[] stored;
  private final Group group;
  private final Space space;
  private final int[] sizes;
  private final int parallelRank;
  private final Views views;
  private final ScalarLowering scalar;
  private final IndexedLowering indexed;

  private final List<Operand> operands = new ArrayList<>();
  private final Map<Operand, Integer> operandIndex = new HashMap<>();
  private final Scalars scalars;
  private final Map<Integer, Integer> depths = new HashMap<>();
  private final List<Pass> reducePasses = new ArrayList<>();
  private final Map<Key, Integer> slots = new HashMap<>();
  private final List<int[]> slotPlaces = new ArrayList<>();
  private Lowered why = new Lowered.Unfit(Lowered.Unfit.SPACE);

  private record Key(int node, Element element) {}

  /** A stage under construction. */
  static final class Pass {
    final BodyBuilder body = new BodyBuilder();
    private final Map<Key, Integer> values = new HashMap<>();
    private final List<Stage.Fold> folds = new ArrayList<>();
    private final List<Stage.Store> stores = new ArrayList<>();

    private final Map<Integer, Integer> axisValues = new HashMap<>();
    private final Set<Integer> trusted = new HashSet<>();

    /** Notes which value of the body an axis stands for. */
    void stands(int axis, int value) {
      axisValues.put(axis, value);
    }

    /** Notes that a condition holds at all points unless the launch fails. */
    void trusts(int condition) {
      trusted.add(condition);
    }

    /** Whether a condition holds at all points unless the launch fails. */
    boolean isTrusted(int condition) {
      return condition == Element.ALWAYS || trusted.contains(condition);
    }

    private int axisValue(int axis) {
      return Objects.requireNonNull(axisValues.get(axis), "lowering: an axis of another pass");
    }
  }

  /** The operands, scalars and stages of a kernel over a space. */
  record Result(Space space, List<Operand> operands, Scalars scalars, List<Stage> stages)
      implements Lowered {}

  private Lowering(Walk walk, boolean[] stored, Group group, Space space, Scalars scalars) {
    this.scalars = scalars;
    this.walk = walk;
    this.stored = stored;
    this.group = group;
    this.space = space;
    this.sizes = space.sizes();
    this.parallelRank = space.parallelRank();
    this.views = new Views(sizes);
    this.scalar = new ScalarLowering(this, walk);
    this.indexed = new IndexedLowering(this, walk, views);
  }

  /**
   * Lowers a group over a refinement of its space.
   *
   * @param stored for each node whether its value is in memory when another kernel needs it
   * @param outputs the members to store
   */
  static Lowered lower(Walk walk, boolean[] stored, Group group, int[] outputs, Space space) {
    return lower(walk, stored, group, outputs, space, new Scalars());
  }

  /** The same for a kernel of several loops, which share one list of scalars: those that are missing are added. */
  static Lowered lower(
      Walk walk, boolean[] stored, Group group, int[] outputs, Space space, Scalars scalars) {
    return new Lowering(walk, stored, group, space, scalars).lower(outputs);
  }

  /**
   * Lowers the computation of one input of a node that is assembled out of parts.
   *
   * @param repeated whether the input is one element that fills the whole space
   */
  static Lowered lowerPart(
      Walk walk, boolean[] stored, Group part, int source, boolean repeated, Space space) {
    return new Lowering(walk, stored, part, space, new Scalars()).part(source, repeated);
  }

  /**
   * Lowers the computation of a node's input as a part of the node's kernel; the last operand is then where it is written.
   *
   * @param scalars those that the kernel has already, to which more are added
   */
  static Lowered lowerInput(
      Walk walk, boolean[] stored, Group group, int source, Space space, Scalars scalars) {
    return new Lowering(walk, stored, group, space, scalars).part(source, false);
  }

  private Lowered lower(int[] outputs) {
    var map = new Pass();
    var finish = new Pass();
    for (int output : outputs) {
      boolean row = sizes.length > parallelRank && !group.isFull(walk.nodes[output].shape());
      if (!store(row ? finish : map, output, own(output), own(output))) {
        return why;
      }
    }
    return result(map, finish);
  }

  private Lowered part(int source, boolean repeated) {
    var map = new Pass();
    Affine written = space.row();
    Affine read = repeated ? Affine.constant(0) : written;
    return store(map, source, read, written) ? result(map, new Pass()) : why;
  }

  private boolean store(Pass pass, int node, Affine element, Affine written) {
    Node what = walk.nodes[node];
    int value = value(pass, node, Element.of(element, what.shape().size(), Element.ALWAYS));
    if (value < 0) {
      return false;
    }
    int stored = ScalarMath.element(pass.body, value, what.dtype());
    pass.stores.add(
        new Stage.Store(operand(Access.Kind.WRITE, what.dtype(), node, written), stored));
    return true;
  }

  private Result result(Pass map, Pass finish) {
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
    return new Result(space, operands, scalars, List.copyOf(stages));
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

  /** Notes that a node must be in memory, unless the last failure of the views asks for a split. */
  int unfit(int node) {
    Views.Split split = views.wanted();
    why = split == null ? new Lowered.Unfit(node) : new Lowered.Wanted(split);
    return UNFIT;
  }

  /** The code of an element of a node. */
  int value(Pass pass, int i, Element element) {
    var key = new Key(i, element);
    Integer known = pass.values.get(key);
    if (known != null) {
      return known;
    }
    int value;
    if (walk.isLeaf(i) || i == group.head || (stored[i] && !group.contains(i)) || isRegion(i)) {
      value = load(pass, i, element);
    } else if (stored[i] && !element.is(own(i))) {
      value = unfit(Lowered.Unfit.SPACE);
    } else {
      value = compute(pass, i, element);
    }
    if (value >= 0) {
      pass.values.put(key, value);
    }
    return value;
  }

  /** Whether a node is a region of a value that another kernel computes. */
  private boolean isRegion(int i) {
    int base = Region.base(walk, stored, i);
    return base >= 0 && !group.contains(base);
  }

  private Affine own(int i) {
    return group.own(walk.nodes[i].shape(), space);
  }

  private int load(Pass pass, int i, Element element) {
    if (i == group.head && !element.is(space.row())) {
      return unfit(Lowered.Unfit.SPACE);
    }
    Node node = walk.nodes[i];
    Affine number = element.number();
    int access = operand(Access.Kind.READ, node.dtype(), i, linear(number));
    boolean wide = node.shape().size() > Integer.MAX_VALUE;
    int at = ofValues(pass, number, wide ? DType.I64 : DType.I32);
    boolean there = at < 0 && views.isWithin(number, node.shape().size());
    int condition = there ? Element.ALWAYS : element.condition;
    return ScalarMath.load(pass.body, access, at, condition, node.dtype());
  }

  /** The part of a number that the axes of the kernel make. */
  private Affine linear(Affine number) {
    return new Affine(number.offset, Arrays.copyOf(number.coefficients, sizes.length));
  }

  /** The code of the part of a number that computed values make; -1 if there is none. */
  private int ofValues(Pass pass, Affine number, DType type) {
    int sum = -1;
    for (int a = sizes.length; a < number.coefficients.length; a++) {
      if (number.coefficients[a] != 0) {
        int value = pass.body.cast(pass.axisValue(a), type);
        int term =
            number.coefficients[a] == 1
                ? value
                : pass.body.apply(ScalarOp.MUL, value, fixed(pass, number.coefficients[a], type));
        sum = sum < 0 ? term : pass.body.apply(ScalarOp.ADD, sum, term);
      }
    }
    return sum;
  }

  /** The code of a number as I32. */
  int index(Pass pass, Affine number) {
    int access = operand(Access.Kind.INDEX, DType.I32, -1, linear(number));
    int index = pass.body.add(new Instr.Index(access));
    int values = ofValues(pass, number, DType.I32);
    return values < 0 ? index : pass.body.apply(ScalarOp.ADD, index, values);
  }

  private int operand(Access.Kind kind, DType dtype, int node, Affine element) {
    return operandIndex.computeIfAbsent(
        new Operand(kind, dtype, node, element),
        operand -> {
          operands.add(operand);
          return operands.size() - 1;
        });
  }

  private int compute(Pass pass, int i, Element element) {
    return switch (walk.kind(i)) {
      case LEAF -> scalar.leaf(pass, i, element);
      case SCALAR -> scalar.function(pass, i, element);
      case ALIAS, VIEW -> {
        Node node = walk.nodes[i];
        Element below = views.through(node.op(), node.shape(), node.input(0).shape(), element);
        yield below == null
            ? unfit(walk.isAlias(i) ? walk.base(i) : i)
            : value(pass, walk.input(i, 0), below);
      }
      case REDUCTION -> reduced(pass, i, element);
      case INDEXED -> indexed.value(pass, i, element);
      case OWN -> unfit(i);
    };
  }

  /** A run-time argument. */
  int scalar(Pass pass, Step.Scalar source, DType type) {
    int argument = scalars.number(source, type);
    return pass.body.add(new Instr.Scalar(argument, type));
  }

  /** A size or stride, which is an argument so that kernels for other sizes are the same. */
  int fixed(Pass pass, long value, DType type) {
    return scalar(pass, Step.Scalar.fixed(value), type);
  }

  private int reduced(Pass pass, int i, Element element) {
    Node node = walk.nodes[i];
    if (!(node.op() instanceof Op.Reduce(ReduceOp f, Axes axes))) {
      throw new IllegalStateException("lowering: no reduction: " + node);
    }
    DType folded = node.dtype().folded();
    if (node.input(0).shape().size() == 0) {
      return pass.body.literalBits(node.dtype().register(), f.identity(node.dtype()));
    }
    if (!walk.reduces(i)) {
      return value(pass, walk.input(i, 0), element);
    }
    Affine below = spread(node.input(0).shape(), axes, element);
    if (below == null) {
      return unfit(i);
    }
    var key = new Key(i, element);
    Integer slot = slots.get(key);
    if (slot == null) {
      int depth = depth(walk.input(i, 0));
      while (reducePasses.size() <= depth) {
        reducePasses.add(new Pass());
      }
      Pass own = reducePasses.get(depth);
      long size = node.input(0).shape().size();
      int input = value(own, walk.input(i, 0), Element.of(below, size, Element.ALWAYS));
      if (input < 0) {
        return UNFIT;
      }
      int value = ScalarMath.cast(own.body, input, node.dtype(), folded);
      own.folds.add(new Stage.Fold(f, value, folded));
      slot = slotPlaces.size();
      slotPlaces.add(new int[] {depth, own.folds.size() - 1});
      slots.put(key, slot);
    }
    int result = pass.body.add(new Instr.Reduced(slot, folded));
    return ScalarMath.cast(pass.body, result, folded, node.dtype());
  }

  /**
   * The element of a reduction's input when the reduced axes run along the space's reduction axes, or null if they cannot. A
   * reduction is done once per row, so its element must not depend on what the kernel computes within one.
   */
  private @Nullable Affine spread(Shape shape, Axes axes, Element element) {
    Affine number = element.number();
    for (int a = parallelRank; a < number.coefficients.length; a++) {
      if (number.coefficients[a] != 0) {
        return null;
      }
    }
    if (element.condition != Element.ALWAYS) {
      return null;
    }
    long[] strides = shape.strides();
    var kept = views.new Runs();
    int next = 0;
    long[] along = new long[space.reduced.length];
    for (int d = 0; d < shape.rank(); d++) {
      if (!axes.contains(d)) {
        kept.add(shape.dim(d), strides[d]);
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
    Affine below = kept.map(number);
    return below == null ? null : space.alongReduced(below, along);
  }

  /** The number of reduction stages that must come before a node's value is known. */
  private int depth(int i) {
    if (walk.isLeaf(i) || i == group.head || (stored[i] && !group.contains(i))) {
      return 0;
    }
    Integer known = depths.get(i);
    if (known != null) {
      return known;
    }
    int depth = 0;
    for (int k = 0; k < walk.inputs(i); k++) {
      depth = Math.max(depth, depth(walk.input(i, k)));
    }
    if (walk.reduces(i) && walk.nodes[i].input(0).shape().size() != 0) {
      depth++;
    }
    depths.put(i, depth);
    return depth;
  }
}
