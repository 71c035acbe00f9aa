package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ModuleTest {
  static class SimpleNN extends Module {
    final Linear fc1 = new Linear(784, 128);
    final Dropout dropout = new Dropout(0.2);
    final Linear fc2 = new Linear(128, 10);

    @Override
    protected Tensor forward(Tensor x) {
      return fc2.apply(dropout.apply(fc1.apply(x).relu()));
    }
  }

  abstract static class Base extends Module {
    private final Parameter scale = new Parameter("scale", Tensors.ones(2));

    Tensor scaled(Tensor x) {
      return x.mul(scale);
    }
  }

  record Pair(Linear left, Linear right) {}

  static final class Mixed extends Base {
    final List<Module> blocks = List.of(new Linear(2, 2, false), new Identity());
    final Linear[] array = {new Linear(2, 2, false)};
    final Map<String, Module> heads = Map.of("one", new Linear(2, 1, false));
    final Pair pair = new Pair(new Linear(1, 1, false), new Linear(1, 1, false));
    final Optional<Linear> maybe = Optional.of(new Linear(3, 3, false));
    final Object shared = blocks.getFirst();
    final String text = "no member";
    final BatchNorm1d norm = new BatchNorm1d(2);

    @Override
    protected Tensor forward(Tensor x) {
      return norm.apply(scaled(x));
    }
  }

  static final class Recorder extends Module {
    final List<String> paths = new ArrayList<>();
    boolean trained;

    @Override
    protected Tensor forward(Tensor x) {
      paths.add(Scope.modulePath());
      trained = training();
      return x;
    }
  }

  static final class Nest extends Module {
    final Recorder recorder = new Recorder();
    final Sequential inner = Sequential.of(new Identity(), new Residual(recorder));

    @Override
    protected Tensor forward(Tensor x) {
      return inner.apply(recorder.apply(x));
    }
  }

  @Test
  void parametersAreFoundInDeclarationOrderWithDottedNames() {
    var model = new SimpleNN();
    assertEquals(
        List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
        List.copyOf(model.namedParameters().keySet()));
    assertEquals(784 * 128 + 128 + 128 * 10 + 10, model.parameterCount());
    assertEquals("fc2.bias", model.parameters().get(3).name());
    assertSame(model.fc1.weight(), model.parameters().getFirst());
  }

  @Test
  void membersInContainersAndSuperclassesAreFoundOnce() {
    var model = new Mixed();
    assertEquals(
        List.of(
            "scale",
            "blocks.0.weight",
            "array.0.weight",
            "heads.one.weight",
            "pair.left.weight",
            "pair.right.weight",
            "maybe.weight",
            "norm.weight",
            "norm.bias"),
        List.copyOf(model.namedParameters().keySet()));
    assertEquals(
        List.of("norm.running_mean", "norm.running_var", "norm.num_batches_tracked"),
        List.copyOf(model.buffers().keySet()));
    assertEquals(12, model.state().size());
    assertEquals(
        List.of("", "blocks.0", "blocks.1"),
        List.copyOf(model.namedModules().keySet()).subList(0, 3));
  }

  @Test
  void sequentialNamesItsLayersByPosition() {
    var model = Sequential.of(new Linear(4, 3), Activation.RELU, Tensor::tanh, new Linear(3, 2));
    assertEquals(
        List.of("0.weight", "0.bias", "3.weight", "3.bias"),
        List.copyOf(model.namedParameters().keySet()));
    assertArrayEquals(new int[] {5, 2}, model.apply(Tensors.ones(5, 4)).shape().dims());
    assertEquals(
        """
        Sequential(
          (0): Linear(4 -> 3)
          (1): ReLU()
          (2): Lambda()
          (3): Linear(3 -> 2)
        )""",
        model.toString());
  }

  private record Scale(double by) implements UnaryOperator<Tensor> {
    @Override
    public Tensor apply(Tensor x) {
      return x.mul(by);
    }
  }

  @Test
  void functionsPrintTheirNames() {
    var model =
        Sequential.of(
            Activation.GELU,
            new Scale(2),
            new Lambda("Cube", x -> x.pow(3)),
            new Residual(Activation.TANH));
    assertEquals(
        """
        Sequential(
          (0): GELU()
          (1): Scale()
          (2): Cube()
          (3): Residual(
            (inner): Tanh()
          )
        )""",
        model.toString());
  }

  @Test
  void codeRunsInsideThePathOfItsModule() {
    var model = new Nest();
    model.apply(Tensors.ones(1));
    assertEquals(List.of("Nest.recorder", "Nest.inner.1.recorder"), model.recorder.paths);
    assertEquals("", Scope.modulePath());
  }

  @Test
  void errorsNameThePathOfTheModule() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> new SimpleNN().apply(Tensors.ones(2, 100)));
    assertEquals(
        "linear: needs a last axis of 784, the input is [2, 100] (in SimpleNN.fc1)",
        e.getMessage());
  }

  @Test
  void theOutermostOutputIsKept() {
    var model = new SimpleNN();
    Tensor[] inner = new Tensor[1];
    model.fc1.onForward((module, inputs, outputs) -> inner[0] = outputs.getFirst());
    Tensor y = model.apply(Tensors.ones(1, 784));
    assertTrue(y.node().kept());
    assertFalse(inner[0].node().kept());
  }

  @Test
  void hooksSeeCallsUntilTheyAreRemoved() {
    var model = new SimpleNN();
    var seen = new ArrayList<String>();
    Runnable remove =
        model.fc2.onForward(
            (module, inputs, outputs) ->
                seen.add(module.label() + inputs.getFirst().shape() + outputs.getFirst().shape()));
    model.apply(Tensors.ones(3, 784));
    remove.run();
    model.apply(Tensors.ones(3, 784));
    assertEquals(List.of("Linear(128 -> 10)[3, 128][3, 10]"), seen);
  }

  @Test
  void modesReachAllModulesAndPredictDoesNotChangeThem() {
    var model = new Nest();
    model.apply(Tensors.ones(1));
    assertTrue(model.recorder.trained);
    model.predict(Tensors.ones(1));
    assertFalse(model.recorder.trained);
    assertTrue(model.recorder.training());
    model.eval();
    model.apply(Tensors.ones(1));
    assertFalse(model.recorder.trained);
    model.train();
    assertTrue(model.recorder.training());
  }

  @Test
  void predictGivesAComputedUntrackedResult() {
    var model = new Linear(3, 2);
    Tensor x = Tensors.ones(4, 3);
    Tensor y = model.predict(x);
    assertFalse(y.tracked());
    assertNotNull(y.node().storage());
    assertArrayEquals(model.apply(x).toFloats(), y.toFloats(), 0);
    assertTrue(model.apply(x).tracked());
  }

  @Test
  void frozenParametersAreNotTracked() {
    var model = new SimpleNN();
    model.fc1.freeze();
    assertFalse(model.fc1.weight().tracked());
    assertFalse(model.fc1.weight().trainable());
    assertEquals(4, model.parameters().size());
    model.unfreeze();
    assertTrue(model.fc1.weight().tracked());
  }

  @Test
  void summaryListsShapesAndParametersWithoutComputing() {
    String[] lines = new SimpleNN().summary(32, 784).split(System.lineSeparator());
    assertArrayEquals(
        new String[] {
          "module             type                output     parameters  multiply-adds",
          "(input [32, 784])  SimpleNN            [32, 10]                   3,252,224",
          "fc1                Linear(784 -> 128)  [32, 128]     100,480      3,211,264",
          "dropout            Dropout(0.2)        [32, 128]",
          "fc2                Linear(128 -> 10)   [32, 10]        1,290         40,960",
          "101,770 parameters, 101,770 trainable, 397.5 KiB",
        },
        lines);
  }

  /** Each of 2 x 5 queries is multiplied by 5 keys of 4 numbers, and has a mean of 5 values of 4. */
  @Test
  void summaryCountsTheProductsWithinAttention() {
    Module attention =
        new Module() {
          @Override
          protected Tensor forward(Tensor x) {
            return x.scaledDotProductAttention(x, x);
          }
        };
    assertTrue(
        attention.summary(2, 5, 4).lines().skip(1).findFirst().orElseThrow().endsWith(" 400"));
  }

  @Test
  void parametersHaveTheTypeOfTheScope() {
    Linear linear = Scope.withDType(DType.F64, () -> new Linear(2, 2));
    assertEquals(DType.F64, linear.weight().dtype());
  }

  @Test
  void nullIsNoOutput() {
    Module broken =
        new Module() {
          @Override
          protected Tensor forward(Tensor x) {
            return null;
          }
        };
    var e = assertThrows(IllegalStateException.class, () -> broken.apply(Tensors.ones(1)));
    assertTrue(e.getMessage().startsWith("forward: "), e.getMessage());
  }

  @Test
  void cyclesEnd() {
    var a = new Residual(new Identity());
    var loop =
        new Module() {
          private Module next = a;

          @Override
          protected Tensor forward(Tensor x) {
            return next.apply(x);
          }
        };
    loop.next = loop;
    assertEquals(1, loop.modules().size());
    assertEquals("Module()", loop.toString());
  }
}
