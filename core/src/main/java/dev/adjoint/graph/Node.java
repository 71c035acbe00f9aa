package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One recorded operation: what to compute, from which nodes, and the shape, type and device of the result.
 *
 * <p>A node never changes, but it remembers its value once that has been computed.
 */
public final class Node {
  private static final long[] NO_SCALARS = {};
  private static final Op SOURCE = new Op.Source();
  private static final AtomicInteger CREATED = new AtomicInteger();

  private final Op op;
  private final List<Node> inputs;
  private final Shape shape;
  private final DType dtype;
  private final Device device;
  private final boolean tracked;
  private final Precision precision;
  private final Origin origin;
  private final long[] scalars;
  private final int depth;
  private final int serial = CREATED.getAndIncrement();
  private int structure;
  private int valueStructure;
  private volatile @Nullable Storage storage;
  private volatile boolean kept;
  private volatile @Nullable Cell variable;

  private Node(
      Op op,
      List<Node> inputs,
      Shape shape,
      DType dtype,
      Device device,
      boolean tracked,
      Origin origin,
      long[] scalars) {
    if (shape.size() > Integer.MAX_VALUE) {
      // Wherever bytes are computed from a node, they fit into a long.
      shape.bytes(dtype, op.label(dtype));
    }
    this.op = op;
    this.inputs = inputs;
    this.shape = shape;
    this.dtype = dtype;
    this.device = device;
    this.tracked = tracked;
    this.origin = origin;
    // Here and not at the callers, because autograd makes nodes too when it records a product
    // again.
    this.precision = precision(op, inputs, dtype);
    this.scalars = scalars;
    int d = 0;
    for (Node input : inputs) {
      d = Math.max(d, input.depth());
    }
    this.depth = d + 1;
  }

  private static Precision precision(Op op, List<Node> inputs, DType dtype) {
    if (dtype != DType.F32 || !(op instanceof Op.MatMul || op instanceof Op.Attention)) {
      return Precision.F32;
    }
    Precision asked = Recording.precision();
    if (op instanceof Op.Attention) {
      return asked;
    }
    Precision exact = Significance.ofProducts(inputs.get(0), inputs.get(1));
    return exact.compareTo(asked) > 0 ? exact : asked;
  }

  /** A node that computes an op from inputs; it lives on the device of its inputs. */
  public static Node of(Op op, List<Node> inputs, Shape shape, DType dtype, boolean tracked) {
    return of(Origin.here(), op, inputs, shape, dtype, tracked);
  }

  /** A node that computes an op from inputs; errors name an origin. */
  static Node of(
      Origin origin, Op op, List<Node> inputs, Shape shape, DType dtype, boolean tracked) {
    Device device = inputs.getFirst().device;
    return new Node(op, inputs, shape, dtype, device, tracked, origin, NO_SCALARS);
  }

  /** The op of this node, computed from other inputs of the same shapes and types. */
  public Node again(List<Node> others, boolean trackedToo) {
    return new Node(op, others, shape, dtype, device, trackedToo, origin, NO_SCALARS);
  }

  /** A node without inputs; scalars are the values of a constant (raw bits) or of a random key and counter. */
  public static Node leaf(Op op, Shape shape, DType dtype, Device device, long... scalars) {
    return new Node(op, List.of(), shape, dtype, device, false, Origin.UNKNOWN, scalars);
  }

  /** A copy of an input on another device. */
  public static Node copy(Node input, Device device, boolean tracked) {
    return new Node(
        new Op.Copy(),
        List.of(input),
        input.shape,
        input.dtype,
        device,
        tracked,
        Origin.here(),
        NO_SCALARS);
  }

  /** A node whose value is already computed. */
  public static Node source(Storage storage, Shape shape, DType dtype, boolean tracked) {
    Device device = storage.device();
    var node =
        new Node(
            new Op.Source(), List.of(), shape, dtype, device, tracked, Origin.UNKNOWN, NO_SCALARS);
    node.storage = storage;
    return node;
  }

  /** What this node computes. */
  public Op op() {
    return op;
  }

  /** The nodes that the op reads. */
  public List<Node> inputs() {
    return inputs;
  }

  /** An input. */
  public Node input(int i) {
    return inputs.get(i);
  }

  /** The shape of the result. */
  public Shape shape() {
    return shape;
  }

  /** The type of the result. */
  public DType dtype() {
    return dtype;
  }

  /** Where the result is computed. */
  public Device device() {
    return device;
  }

  /** Whether gradients flow to or through this node. */
  public boolean tracked() {
    return tracked;
  }

  /** How exact a product of f32 matrices must be, or those of an attention; F32 for every other op. */
  public Precision precision() {
    return precision;
  }

  /** Where it was recorded. */
  public Origin origin() {
    return origin;
  }

  /** The run-time values of a constant or a random node; not to be changed. */
  public long[] scalars() {
    return scalars;
  }

  /** The number of recorded steps since the nearest computed values; 0 if this one is computed. */
  public int depth() {
    return storage != null ? 0 : depth;
  }

  /** The serial number of the next node. */
  public static int nextSerial() {
    return CREATED.get();
  }

  /** A number that few other nodes have: it counts nodes, and begins again after the largest. */
  public int serial() {
    return serial;
  }

  /**
   * A number that nodes of equal op, shape, type and precision share, see {@link Structures}. Threads that ask at once find the
   * same number.
   */
  public int structure() {
    if (structure == 0) {
      structure = Structures.of(op, shape, dtype, precision);
    }
    return structure;
  }

  /** The number that a value in memory of this shape and type has as a structure, however it was computed. */
  public int valueStructure() {
    if (valueStructure == 0) {
      valueStructure = Structures.of(SOURCE, shape, dtype, Precision.F32);
    }
    return valueStructure;
  }

  /** The value, or null while it is not computed. */
  public @Nullable Storage storage() {
    return storage;
  }

  /** Remembers the value. */
  public void realized(Storage value) {
    storage = value;
    if (kept) {
      keep();
    }
  }

  /** Whether any computation that passes this node shall remember its value. */
  public boolean kept() {
    return kept;
  }

  /** Asks that any computation that passes this node remembers its value, which outlives the region that computes it. */
  public void keep() {
    kept = true;
    Storage value = storage;
    Lease lease = value == null ? null : value.lease();
    if (lease != null) {
      lease.keep();
    }
  }

  /** The variable that this node is a value of, present or past; null for other nodes. */
  public @Nullable Cell variable() {
    return variable;
  }

  /** Notes that this node is the value of a variable, by which gradients find it; returns this node. */
  Node valueOf(Cell owner) {
    variable = owner;
    return this;
  }

  @Override
  public String toString() {
    return op.label(dtype)
        + (precision == Precision.F32 ? "" : " in " + precision)
        + " "
        + dtype
        + shape;
  }
}
