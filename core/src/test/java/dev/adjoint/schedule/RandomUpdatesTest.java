package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.reference.Reference;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Variables take the values that were recorded, whatever these are computed from: old values of their own and of others. */
class RandomUpdatesTest {
  private static final int GRAPHS = 1000;
  private static final Shape SHAPE = Shape.of(4, 4);

  private final Device device = Device.cpu();
  private Random random = new Random(0);

  @Test
  void variablesTakeTheRecordedValues() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      random = new Random(seed);
      var variables = new ArrayList<Variable>();
      var nodes = new ArrayList<Node>();
      for (int k = 0; k < 3; k++) {
        var variable = new Variable("v" + k, new Tensor(source()));
        variables.add(variable);
        nodes.add(variable.node());
      }
      for (int i = 0; i < 2 + (int) (seed % 8); i++) {
        nodes.add(next(nodes));
      }
      Node read = nodes.get(random.nextInt(nodes.size()));
      var expected = new ArrayList<double[]>();
      var now = new ArrayList<Node>();
      for (int k = 0; k < variables.size(); k++) {
        now.add(nodes.get(random.nextInt(nodes.size())));
        expected.add(Reference.evaluate(new Tensor(now.get(k))));
      }
      boolean reads = random.nextBoolean() && read.storage() == null;
      double[] alsoExpected = Reference.evaluate(new Tensor(read));
      for (int k = 0; k < variables.size(); k++) {
        variables.get(k).set(new Tensor(now.get(k)));
      }
      Engine.step(reads ? List.of(read) : List.of());
      for (int k = 0; k < variables.size(); k++) {
        double[] actual = values(variables.get(k).node());
        assertArrayEquals(expected.get(k), actual, "seed " + seed + ", variable " + k);
      }
      if (reads) {
        assertArrayEquals(alsoExpected, values(read), "seed " + seed + ", what is read");
      }
    }
  }

  private static double[] values(Node node) {
    double[] values = new double[(int) node.shape().size()];
    Engine.read(node, MemorySegment.ofArray(values));
    return values;
  }

  private Node source() {
    double[] data = new double[(int) SHAPE.size()];
    Arrays.setAll(data, _ -> random.nextInt(-8, 9) / 4.0);
    return HostValues.upload(MemorySegment.ofArray(data), SHAPE, DType.F64, device);
  }

  private Node next(List<Node> nodes) {
    Node x = nodes.get(random.nextInt(nodes.size()));
    Node y = nodes.get(random.nextInt(nodes.size()));
    return switch (random.nextInt(10)) {
      case 0 -> Graph.unary(UnaryOp.NEG, x);
      case 1, 2 -> tamed(Graph.binary(BinaryOp.ADD, x, y));
      case 3 -> Graph.permute(x, Axes.of(1, 0));
      case 4 -> Graph.slice(x, Axes.of(3, 0), Axes.of(-1, 1), SHAPE);
      case 5 -> rows(x, y, random.nextInt(2));
      case 6 -> Graph.gather(x, positions(), random.nextInt(2));
      case 7 -> scatter(ScatterOp.PUT, x, y);
      case 8 -> random.nextBoolean() ? scatter(ScatterOp.ADD, x, y) : scatter(ScatterOp.MAX, x, y);
      default -> tamed(Graph.matmul(x, y));
    };
  }

  private Node rows(Node x, Node y, int axis) {
    Node max = Graph.reduce(ReduceOp.MAX, x, Axes.of(axis));
    return tamed(Graph.binary(BinaryOp.SUB, y, Graph.expand(max, SHAPE)));
  }

  private Node scatter(ScatterOp f, Node x, Node y) {
    return Graph.scatter("scatter", f, x, positions(), y, random.nextInt(2));
  }

  private Node positions() {
    int[] data = random.ints(SHAPE.size(), 0, 4).toArray();
    return HostValues.upload(MemorySegment.ofArray(data), SHAPE, DType.I32, device);
  }

  /** Keeps magnitudes small, so that all results are exact in f64. */
  private Node tamed(Node x) {
    Node most = Graph.full(DType.F64, Double.doubleToRawLongBits(4), SHAPE, device);
    Node least = Graph.full(DType.F64, Double.doubleToRawLongBits(-4), SHAPE, device);
    return Graph.binary(BinaryOp.MAXIMUM, Graph.binary(BinaryOp.MINIMUM, x, most), least);
  }
}
