package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.SGD;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Layers that take their sizes from their first input. */
class LazyModuleTest {
  private static Sequential network() {
    return Sequential.of(
        new Conv2d(4, 3),
        new BatchNorm2d(),
        Activation.RELU,
        new Flatten(),
        new Linear(5),
        new Linear(2, false));
  }

  @Test
  void beforeTheFirstCallNothingKnowsTheParameters() {
    Sequential model = network();
    String message =
        "state: layer '0', Conv2d(? -> 4, kernel 3x3), has no sizes yet: call the model once, or its summary(...), which makes "
            + "the parameters";
    for (Runnable use :
        List.<Runnable>of(
            model::state,
            model::parameters,
            model::parameterCount,
            model::freeze,
            () -> new SGD(model.parameters(), 0.1))) {
      var e = assertThrows(IllegalStateException.class, use::run);
      assertEquals(message, e.getMessage());
    }
    var e = assertThrows(IllegalStateException.class, () -> new Linear(3).weight());
    assertTrue(
        e.getMessage().startsWith("linear: the layer, Linear(? -> 3), has no"), e::getMessage);
    model.eval();
    model.train();
    assertEquals(7, model.modules().size());
    assertTrue(model.toString().contains("(4): Linear(? -> 5)"), model::toString);
  }

  @Test
  void theFirstCallMakesTheParameters() {
    Sequential model = network();
    assertArrayEquals(new int[] {2, 2}, model.apply(Tensors.ones(2, 3, 6, 6)).shape().dims());
    assertEquals(
        List.of(
            "0.weight [4, 3, 3, 3]",
            "0.bias [4]",
            "1.weight [4]",
            "1.bias [4]",
            "4.weight [5, 64]",
            "4.bias [5]",
            "5.weight [2, 5]"),
        model.namedParameters().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue().shape())
            .toList());
    assertTrue(model.toString().contains("(4): Linear(64 -> 5)"), model::toString);
    var e =
        assertThrows(IllegalArgumentException.class, () -> model.apply(Tensors.ones(2, 2, 6, 6)));
    assertEquals(
        "conv2d: needs 3 input channels, the input is [2, 2, 6, 6] (in Sequential.0)",
        e.getMessage());
  }

  @Test
  void summaryAndPredictMakeTheParameters() {
    Sequential model = network();
    assertTrue(model.summary(1, 3, 6, 6).contains("Linear(64 -> 5)"));
    assertEquals(7, model.parameters().size());
    model.parameters().forEach(parameter -> assertTrue(parameter.trainable(), parameter.name()));
    Sequential other = network();
    assertArrayEquals(new int[] {1, 2}, other.predict(Tensors.ones(1, 3, 6, 6)).shape().dims());
    assertEquals(7, other.parameters().size());
  }

  @Test
  void theyBeginAsThoseOfLayersOfKnownSizes() {
    Random.seed(5);
    var sized = new Conv2d(3, 4, 3);
    Random.seed(5);
    var lazy = new Conv2d(4, 3);
    lazy.apply(Tensors.zeros(1, 3, 5, 5));
    assertArrayEquals(sized.weight().toFloats(), lazy.weight().toFloats());
    assertArrayEquals(sized.bias().toFloats(), lazy.bias().toFloats());
    Random.seed(5);
    var transposed = new ConvTranspose1d(6, 3, 2);
    Random.seed(5);
    var lazyTransposed = new ConvTranspose1d(3, 2);
    lazyTransposed.apply(Tensors.zeros(6, 4));
    assertArrayEquals(transposed.weight().toFloats(), lazyTransposed.weight().toFloats());
  }

  @Test
  void theyHaveTheTypeOfTheInput() {
    var linear = new Linear(2);
    Tensor x = Scope.withDType(DType.F64, () -> Tensors.ones(3, 4));
    assertEquals(DType.F64, linear.apply(x).dtype());
    assertEquals(DType.F64, linear.weight().dtype());
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> new Linear(2).apply(Tensors.of(1, 2, 3)));
    assertEquals("linear: needs an input of floats, not of i32 (in Linear)", e.getMessage());
  }

  @Test
  void theyOutliveTheTemporariesOfTheFirstCall() {
    var model = Sequential.of(new Linear(8), Activation.TANH, new BatchNorm1d(), new Linear(1));
    Tensor x = Tensors.rand(16, 3).realize();
    Tensor t = x.sum(1).unsqueeze(1).realize();
    Scope.temporaries(() -> model.apply(x).realize());
    var optimizer = new SGD(model.parameters(), 0.1);
    double first = Losses.mse(model.apply(x), t).item();
    for (int i = 0; i < 50; i++) {
      Scope.temporaries(() -> optimizer.step(Losses.mse(model.apply(x), t).backward()));
    }
    assertTrue(Losses.mse(model.apply(x), t).item() < first / 4);
  }

  @Test
  void threadsThatCallAtOnceGetTheSameParameters() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 20; round++) {
        var linear = new Linear(3);
        Tensor x = Tensors.ones(2, 5).realize();
        Callable<Parameter> call =
            () -> {
              linear.predict(x);
              return linear.weight();
            };
        for (var seen : threads.invokeAll(List.of(call, call, call, call))) {
          assertSame(linear.weight(), seen.get());
        }
      }
    }
  }
}
