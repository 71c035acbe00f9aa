package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.UnaryOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random graphs of f64 nodes over small shapes: elementwise ops, views, reductions, products, joins,
 * windows, lookups, scans, sorts, random numbers, loops over time. Most have several roots,
 * some of which are computed from one reduction by code that is too large for one kernel.
 */
final class RandomGraph {
  private static final UnaryOp[] UNARY = {UnaryOp.NEG, UnaryOp.ABS, UnaryOp.RELU, UnaryOp.SQUARE};
  private static final BinaryOp[] BINARY = {
    BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, BinaryOp.MAXIMUM
  };

  private static final ScanOp[] SCANS = {ScanOp.SUM, ScanOp.MAX, ScanOp.MIN};

  private final Random random;
  private final Device device;
  private final List<Node> nodes = new ArrayList<>();

  RandomGraph(long seed, Device device) {
    this.random = new Random(seed);
    this.device = device;
    for (int i = 0; i < 3; i++) {
      nodes.add(source(shape()));
    }
  }

  /** A graph of some more nodes; a few of them are roots. */
  List<Node> grow(int count) {
    for (int i = 0; i < count; i++) {
      nodes.add(next());
    }
    var roots = new ArrayList<Node>(List.of(nodes.getLast()));
    while (random.nextInt(3) > 0) {
      roots.add(nodes.get(random.nextInt(nodes.size())));
    }
    Node shared = pick();
    if (random.nextInt(3) == 0 && shared.shape().rank() > 0) {
      roots.addAll(
          large(
              Graph.reduce(ReduceOp.SUM, shared, Axes.of(random.nextInt(shared.shape().rank())))));
    }
    return roots;
  }

  private Shape shape() {
    int[] dims = new int[random.nextInt(4)];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(4);
    }
    return Shape.of(dims);
  }

  private Node source(Shape shape) {
    double[] data = new double[(int) shape.size()];
    Arrays.setAll(data, _ -> random.nextInt(-8, 9) / 4.0);
    return HostValues.upload(MemorySegment.ofArray(data), shape, DType.F64, device);
  }

  private Node pick() {
    int from = random.nextBoolean() ? Math.max(0, nodes.size() - 4) : 0;
    return nodes.get(from + random.nextInt(nodes.size() - from));
  }

  private Node next() {
    Node x = pick();
    int rank = x.shape().rank();
    return switch (random.nextInt(21)) {
      case 0, 1 -> tamed(Graph.unary(UNARY[random.nextInt(UNARY.length)], x));
      case 2, 3, 4 -> tamed(Graph.binary(BINARY[random.nextInt(BINARY.length)], x, like(x)));
      case 5 -> Graph.where(Graph.binary(BinaryOp.LT, x, like(x)), x, like(x));
      case 6, 7 -> rank == 0 ? x : reduce(x, rank);
      case 8 -> Graph.reshape(x, reshaped(x.shape()));
      case 9 -> Graph.permute(x, order(rank));
      case 10 -> slice(x, rank);
      case 11 -> expand(x);
      case 12, 13 -> rank == 0 ? x : joined(x, rank);
      case 14 -> rank == 0 ? x : gathered(x, rank);
      case 15 -> rank == 0 ? x : windows(x, rank);
      case 16 -> rank == 0 ? x : scanned(x, rank);
      case 17 -> rank == 0 ? x : sorted(x, rank);
      case 18 -> Graph.binary(BinaryOp.ADD, x, noise(x.shape()));
      case 19 -> loop();
      default -> product(x, rank);
    };
  }

  /** Values that need a node, each of them with code that fills most of a kernel. */
  private List<Node> large(Node x) {
    var roots = new ArrayList<Node>();
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      Node y = random.nextBoolean() ? x : Graph.binary(BinaryOp.MUL, x, like(x));
      for (int k = 0; k < 1 + random.nextInt(3); k++) {
        y = squared(random.nextBoolean() ? y : Graph.binary(BinaryOp.ADD, y, x));
      }
      roots.add(y);
    }
    return roots;
  }

  /** The square by way of {@code pow}, rounded down so that its error is gone; no value is near to where that jumps. */
  private Node squared(Node x) {
    Node power =
        Graph.binary(BinaryOp.POW, tamed(Graph.unary(UnaryOp.ABS, x)), constant(2, x.shape()));
    Node scaled = Graph.binary(BinaryOp.MUL, power, constant(4, x.shape()));
    Node quarters = Graph.binary(BinaryOp.ADD, scaled, constant(1 / 3.0, x.shape()));
    return Graph.binary(
        BinaryOp.MUL, Graph.unary(UnaryOp.FLOOR, quarters), constant(0.25, x.shape()));
  }

  private Node constant(double value, Shape shape) {
    return Graph.full(DType.F64, Double.doubleToRawLongBits(value), shape, device);
  }

  /** Keeps magnitudes small, so that all results are exact in f64. */
  private Node tamed(Node x) {
    return Graph.binary(BinaryOp.MINIMUM, x, constant(16, x.shape()));
  }

  private Node like(Node x) {
    for (int i = 0; i < 4; i++) {
      Node y = pick();
      if (y.shape().equals(x.shape())) {
        return y;
      }
    }
    return random.nextInt(3) == 0 ? constant(0.5, x.shape()) : source(x.shape());
  }

  private Node reduce(Node x, int rank) {
    ReduceOp f = random.nextInt(3) > 0 || x.shape().size() == 0 ? ReduceOp.SUM : ReduceOp.MAX;
    int axis = random.nextInt(rank);
    Axes axes = rank > 1 && random.nextInt(3) == 0 ? all(rank) : Axes.of(axis);
    Node reduced = Graph.reduce(f, x, axes);
    Node mean = Graph.binary(BinaryOp.MUL, reduced, constant(0.25, reduced.shape()));
    if (x.shape().size() > 0 && random.nextBoolean()) {
      return tamed(Graph.binary(BinaryOp.SUB, x, Graph.expand(mean, x.shape())));
    }
    return mean;
  }

  private static Axes all(int rank) {
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> i);
    return Axes.of(axes);
  }

  private Shape reshaped(Shape shape) {
    var dims = new ArrayList<Integer>();
    for (int d : shape.dims()) {
      if (d == 4 && random.nextBoolean()) {
        dims.add(2);
        dims.add(2);
      } else if (!dims.isEmpty() && random.nextBoolean()) {
        dims.set(dims.size() - 1, dims.getLast() * d);
      } else {
        dims.add(d);
      }
    }
    if (random.nextInt(3) == 0) {
      dims.add(random.nextInt(dims.size() + 1), 1);
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  private Axes order(int rank) {
    var axes = new ArrayList<Integer>();
    for (int d = 0; d < rank; d++) {
      axes.add(d);
    }
    java.util.Collections.shuffle(axes, random);
    return Axes.of(axes.stream().mapToInt(Integer::intValue).toArray());
  }

  private Node slice(Node x, int rank) {
    int[] starts = new int[rank];
    int[] steps = new int[rank];
    int[] counts = x.shape().dims();
    Arrays.fill(steps, 1);
    for (int d = 0; d < rank; d++) {
      int n = counts[d];
      if (n > 1 && random.nextBoolean()) {
        if (random.nextBoolean()) {
          starts[d] = n - 1;
          steps[d] = -1;
        } else {
          starts[d] = random.nextInt(n);
          steps[d] = 1 + random.nextInt(2);
          counts[d] = (n - starts[d] + steps[d] - 1) / steps[d];
        }
      }
    }
    return Graph.slice(x, Axes.of(starts), Axes.of(steps), Shape.of(counts));
  }

  private Node expand(Node x) {
    int[] dims = x.shape().dims();
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == 1) {
        dims[d] = 1 + random.nextInt(3);
      }
    }
    return Graph.expand(x, Shape.of(dims));
  }

  private Node joined(Node x, int rank) {
    int axis = random.nextInt(rank);
    if (random.nextBoolean()) {
      return Graph.concat(List.of(x, like(x)), axis);
    }
    int[] before = new int[rank];
    int[] steps = new int[rank];
    int[] dims = x.shape().dims();
    Arrays.fill(steps, 1);
    before[axis] = random.nextInt(2);
    steps[axis] = 1 + random.nextInt(2);
    dims[axis] = before[axis] + Math.max(0, (dims[axis] - 1) * steps[axis] + 1) + random.nextInt(2);
    Node zero = Graph.constant(DType.F64, 0, device);
    return Graph.pad(x, zero, Axes.of(before), Axes.of(steps), Shape.of(dims));
  }

  /** The states of a loop side by side, or a product of some of them; a state fills a whole number of 64-byte lines. */
  private Node loop() {
    Node weight = source(Shape.of(8, 8));
    Node state = source(Shape.of(1 + random.nextInt(2), 8));
    var states = new ArrayList<Node>();
    for (int t = random.nextInt(4); t < 14; t++) {
      Node sums = tamed(Graph.unary(UnaryOp.ABS, Graph.matmul(state, weight)));
      state =
          Graph.binary(
              BinaryOp.MUL, Graph.unary(UnaryOp.FLOOR, sums), constant(0.25, sums.shape()));
      states.add(state);
    }
    nodes.add(states.get(random.nextInt(states.size())));
    int first = random.nextInt(2);
    Node run = Graph.concat(states.subList(first, states.size() - random.nextInt(2)), 0);
    nodes.add(run);
    Node whole = Graph.concat(random.nextBoolean() ? states : states.reversed(), 0);
    return random.nextBoolean() ? whole : Graph.matmul(Graph.permute(run, Axes.of(1, 0)), run);
  }

  private Node scanned(Node x, int rank) {
    ScanOp f = SCANS[random.nextInt(SCANS.length)];
    Node source = random.nextBoolean() ? x : Graph.binary(BinaryOp.MAXIMUM, x, like(x));
    Node scan = tamed(Graph.scan(f, source, random.nextInt(rank), random.nextBoolean()));
    return random.nextBoolean() ? scan : Graph.binary(BinaryOp.SUB, scan, like(scan));
  }

  /** Elements in order, or the first of them, or what is added at their places. */
  private Node sorted(Node x, int rank) {
    int axis = random.nextInt(rank);
    int size = x.shape().dim(axis);
    int count = random.nextBoolean() ? size : random.nextInt(size + 1);
    Node positions = Graph.argSort(x, axis, random.nextBoolean(), count);
    return random.nextInt(3) > 0
        ? Graph.gather(x, positions, axis)
        : tamed(Graph.scatterAdd(x, positions, like(Graph.gather(x, positions, axis)), axis));
  }

  private Node windows(Node x, int rank) {
    int axis = random.nextInt(rank);
    int size = x.shape().dim(axis);
    int length = 1 + random.nextInt(2);
    int dilation = 1 + random.nextInt(2);
    if ((length - 1) * dilation + 1 > size || x.shape().size() > 256) {
      return x;
    }
    Axes step = Axes.of(1 + random.nextInt(2));
    return Graph.unfold(x, Axes.of(axis), Axes.of(length), step, Axes.of(dilation));
  }

  /** Elements at positions that are data, or are computed from others by a kernel. */
  private Node gathered(Node x, int rank) {
    int axis = random.nextInt(rank);
    int size = x.shape().dim(axis);
    int[] dims = x.shape().dims();
    dims[axis] = size == 0 ? 0 : random.nextInt(4);
    for (int d = 0; d < rank; d++) {
      dims[d] = d == axis || random.nextInt(4) > 0 ? dims[d] : Math.min(1, dims[d]);
    }
    Shape shape = Shape.of(dims);
    int[] data = new int[(int) shape.size()];
    Arrays.setAll(data, _ -> random.nextInt(size));
    Node positions = HostValues.upload(MemorySegment.ofArray(data), shape, DType.I32, device);
    if (random.nextBoolean()) {
      Node last = Graph.full(DType.I32, size - 1, shape, device);
      positions = Graph.binary(BinaryOp.SUB, last, positions);
    }
    if (random.nextBoolean()) {
      positions = Graph.cast(positions, DType.I64);
    }
    return Graph.gather(x, positions, axis);
  }

  /** Random quarters from -1 to below 1. */
  private Node noise(Shape shape) {
    Node bits = Graph.random(shape, device, random.nextLong(), random.nextLong());
    Node few = Graph.binary(BinaryOp.SHIFT_RIGHT, bits, Graph.full(DType.I32, 29, shape, device));
    return Graph.binary(BinaryOp.MUL, Graph.cast(few, DType.F64), constant(0.25, shape));
  }

  private Node product(Node x, int rank) {
    if (rank < 2) {
      return tamed(Graph.unary(UnaryOp.ABS, x));
    }
    int[] swap = new int[rank];
    Arrays.setAll(swap, d -> d);
    swap[rank - 1] = rank - 2;
    swap[rank - 2] = rank - 1;
    Node y = Graph.matmul(x, Graph.permute(like(x), Axes.of(swap)));
    return random.nextBoolean() ? y : tamed(y);
  }
}
