package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A module with two inputs is called as one with one input is: with hooks, a path, and its output kept. */
class SeveralInputsTest {
  private static final class Add extends Module {
    public Tensor apply(Tensor x, Tensor y) {
      return call(List.of(x, y), () -> x.add(y));
    }
  }

  private static final class Net extends Module {
    final Linear left;
    final Add sum = new Add();

    Net(int in, int out) {
      left = new Linear(in, out);
    }

    @Override
    protected Tensor forward(Tensor x) {
      return sum.apply(left.apply(x), x).neg();
    }
  }

  private final Tensor two = Tensors.ones(4, 2);

  @Test
  void hooksSeeAllInputs() {
    var module = new Add();
    var seen = new ArrayList<List<Tensor>>();
    Runnable remove =
        module.onForward((called, inputs, outputs) -> seen.addAll(List.of(inputs, outputs)));
    Tensor one = Tensors.ones(1, 2);
    Tensor y = module.apply(two, one);
    remove.run();
    module.apply(two, one);
    assertEquals(List.of(List.of(two, one), List.of(y)), seen);
  }

  @Test
  void theOutermostOutputIsKept() {
    assertTrue(new Add().apply(two, two).node().kept());
    var net = new Net(2, 2);
    var inner = new ArrayList<Tensor>();
    net.sum.onForward((called, inputs, outputs) -> inner.addAll(outputs));
    Tensor y = net.apply(two);
    assertTrue(y.node().kept());
    assertFalse(inner.getFirst().node().kept());
  }

  @Test
  void errorsNameThePath() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> new Net(3, 2).apply(Tensors.ones(4, 3)));
    assertEquals("add: shapes do not broadcast: [4, 2] and [4, 3] (in Net.sum)", e.getMessage());
  }

  @Test
  void theSummaryShowsItsOutput() {
    var net =
        new Module() {
          final Add sum = new Add();

          @Override
          protected Tensor forward(Tensor x) {
            return sum.apply(x, x);
          }
        };
    assertTrue(
        net.summary(5, 2).lines().anyMatch(line -> line.matches("sum +Add +\\[5, 2]")),
        net.summary(5, 2));
  }

  @Test
  void aCallWithOneInputIsAnError() {
    var e = assertThrows(IllegalArgumentException.class, () -> new Add().apply(two));
    assertEquals(
        "forward: Add has no forward(Tensor): call its method with other inputs (in Add)",
        e.getMessage());
  }
}
