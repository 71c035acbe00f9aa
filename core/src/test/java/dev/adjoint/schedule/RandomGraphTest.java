package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.reference.Reference;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fused graphs give what the definition of each op gives. */
class RandomGraphTest {
  private static final int GRAPHS = Integer.getInteger("adjoint.test.graphs", 2000);

  @Test
  void interpretedKernelsMatchTheReference() {
    check(Device.of("interpreter"));
  }

  @Test
  void cpuMatchesTheReference() {
    check(Device.cpu());
  }

  private static void check(Device device) {
    for (long seed = 0; seed < GRAPHS; seed++) {
      List<Node> roots = new RandomGraph(seed, device).grow(2 + (int) (seed % 24));
      List<double[]> expected = new ArrayList<>();
      for (Node root : roots) {
        expected.add(Reference.evaluate(new Tensor(root)));
      }
      try {
        Engine.realize(roots);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " on " + device, e);
      }
      for (int i = 0; i < roots.size(); i++) {
        Node root = roots.get(i);
        double[] actual = new double[(int) root.shape().size()];
        Engine.read(root, MemorySegment.ofArray(actual));
        assertArrayEquals(
            expected.get(i),
            actual,
            1e-9,
            "seed "
                + seed
                + " on "
                + device
                + ", root "
                + i
                + ": "
                + root
                + (root.dtype() == DType.F64 ? "" : " is not f64"));
      }
    }
  }
}
