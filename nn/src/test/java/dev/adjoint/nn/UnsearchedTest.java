package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.Adam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What is logged of objects in fields that are not searched for layers. */
class UnsearchedTest {
  private static final String ADVICE =
      " are not found: make it a Module or a record, or hold the layer in a field of the module";

  /** A module that holds an object in a field. */
  private static final class Holder extends Module {
    final Object held;

    Holder(Object held) {
      this.held = held;
    }

    @Override
    protected Tensor forward(Tensor x) {
      return x;
    }
  }

  private static class ByType {
    final Linear layer = new Linear(2, 2);
  }

  private static final class Below extends ByType {
    final int size = 2;
  }

  private static final class ByParameter {
    final Parameter scale = new Parameter(Tensors.ones(2));
  }

  private static final class InList {
    final List<UnaryOperator<Tensor>> layers = List.of(Activation.RELU, new Linear(2, 2));
  }

  private static final class InMap {
    final Map<String, Module> layers = Map.of("a", new Linear(2, 2));
  }

  private static final class InArray {
    final Object[] layers = {null, new Linear[] {new Linear(2, 2)}};
  }

  private static final class InOptional {
    final Optional<List<Parameter>> scale = Optional.of(List.of(new Parameter(Tensors.ones(2))));
  }

  private static final class AsInterface {
    final UnaryOperator<Tensor> layer;

    AsInterface(UnaryOperator<Tensor> layer) {
      this.layer = layer;
    }
  }

  private static final class Without {
    static final Linear SHARED = new Linear(2, 2);
    final List<Integer> numbers = Collections.nCopies(1_000_000_000, 1);
    final Map<String, Object> options = Map.of("bias", true);
    final Optional<Module> none = Optional.empty();
    final Object[] empty = new Object[3];
    final float[] values = new float[3];
    final UnaryOperator<Tensor> function = Activation.TANH;
  }

  /** What is logged while the members of a holder of each object are asked for. */
  private static List<String> logged(Object... held) {
    var messages = new ArrayList<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            messages.add(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Module.class.getName());
    logger.addHandler(handler);
    try {
      for (Object object : held) {
        assertThat(new Holder(object).parameters()).isEmpty();
      }
    } finally {
      logger.removeHandler(handler);
    }
    return messages;
  }

  private static String message(String held, Class<?> in) {
    return "module: the parameters of the " + held + " in a " + in.getName() + ADVICE;
  }

  @Test
  void layersByTheTypesOfFields() {
    assertThat(logged(new ByType(), new ByType(), new Below(), new ByParameter()))
        .containsExactly(
            message("Linear", ByType.class),
            message("Linear", Below.class),
            message("Parameter", ByParameter.class));
  }

  @Test
  void layersThatValuesHold() {
    assertThat(logged(new InList(), new InList(), new InMap(), new InArray(), new InOptional()))
        .containsExactly(
            message("Linear", InList.class),
            message("Linear", InMap.class),
            message("Linear", InArray.class),
            message("Parameter", InOptional.class));
  }

  @Test
  void theFirstObjectWithALayerIsLogged() {
    assertThat(logged(new AsInterface(Tensor::relu), new AsInterface(new Linear(2, 2))))
        .containsExactly(message("Linear", AsInterface.class));
    assertThat(logged(new AsInterface(new Linear(2, 2)))).isEmpty();
  }

  @Test
  void layersThatLambdasCapture() {
    var layer = new Linear(2, 2);
    UnaryOperator<Tensor> byType = x -> layer.apply(x);
    List<Module> layers = List.of(layer);
    UnaryOperator<Tensor> inList = x -> layers.getFirst().apply(x);
    String message = "module: the parameters of the Linear in a lambda" + ADVICE;
    assertThat(logged(byType, inList)).containsExactly(message, message);
  }

  @Test
  void nothingElseIsLogged() {
    var optimizer = new Adam(new Linear(2, 2).parameters());
    assertThat(logged(new Without(), optimizer, "text", Activation.RELU)).isEmpty();
    assertThat(Without.SHARED).isNotNull();
  }
}
