package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleContainersTest {
  static final class Net extends Module {
    final ModuleList<Linear> layers = new ModuleList<>(new Linear(3, 4), new Linear(4, 3));
    final ModuleDict<Module> heads =
        new ModuleDict<>().put("left", new Linear(3, 1)).put("right", new Identity());

    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = x;
      for (Linear layer : layers) {
        y = layer.apply(y).tanh();
      }
      return heads.get("left").apply(y);
    }
  }

  @Test
  void namesArePositionsAndKeys() {
    var net = new Net();
    assertEquals(
        List.of(
            "layers.0.weight",
            "layers.0.bias",
            "layers.1.weight",
            "layers.1.bias",
            "heads.left.weight",
            "heads.left.bias"),
        List.copyOf(net.state().keySet()));
    assertArrayEquals(new int[] {2, 1}, net.apply(Tensors.ones(2, 3)).shape().dims());
    assertEquals(
        """
        Net(
          (layers): ModuleList(
            (0): Linear(3 -> 4)
            (1): Linear(4 -> 3)
          )
          (heads): ModuleDict(
            (left): Linear(3 -> 1)
            (right): Identity()
          )
        )""",
        net.toString());
    var e = assertThrows(IllegalArgumentException.class, () -> net.apply(Tensors.ones(2, 5)));
    assertEquals("linear: needs a last axis of 3, the input is [2, 5] (in Net.0)", e.getMessage());
  }

  @Test
  void listsGrow() {
    var list = new ModuleList<>(List.of(new Identity()));
    list.append(new Identity()).extend(List.of(new Identity(), new Identity()));
    var first = new Identity();
    list.insert(0, first);
    assertEquals(5, list.size());
    assertEquals(first, list.get(0));
    assertThrows(IllegalArgumentException.class, () -> list.apply(Tensors.ones(1)));
  }

  @Test
  void dictionariesKeepTheirOrderAndRefuseBadNames() {
    var dict = new ModuleDict<Identity>(Map.of("b", new Identity()));
    dict.put("a", new Identity());
    assertEquals(List.of("b", "a"), List.copyOf(dict.keys()));
    assertEquals(2, dict.size());
    var dot = assertThrows(IllegalArgumentException.class, () -> dict.put("a.b", new Identity()));
    assertEquals("moduleDict: name 'a.b' must not be empty or have a dot", dot.getMessage());
    var none = assertThrows(IllegalArgumentException.class, () -> dict.get("c"));
    assertEquals("moduleDict: no module 'c', there are [b, a]", none.getMessage());
  }
}
