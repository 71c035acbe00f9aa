package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.autograd.Vmap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tensors that stand in for the parameters of a module. */
class FunctionalCallTest {
  private static final double RATE = 0.1;

  private Linear net;
  private Tensor x;
  private Tensor y;

  @BeforeEach
  void model() {
    Random.seed(5);
    Scope.withDType(
        DType.F64,
        () -> {
          net = new Linear(3, 2);
          x = Tensors.randn(4, 3);
          y = Tensors.randn(4, 2);
          return net;
        });
  }

  private static Tensor f64(double... values) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values));
  }

  private Tensor loss() {
    return net.apply(x).sub(y).square().mean();
  }

  @Test
  void standInsAreReadInPlaceOfParameters() {
    Map<String, Tensor> zeros = Map.of("weight", net.weight().mul(0), "bias", f64(1, 2));
    Tensor found = net.functionalCall(zeros, () -> net.apply(x));
    assertThat(found.toDoubles()).containsExactly(1, 2, 1, 2, 1, 2, 1, 2);
    assertThat(net.apply(x).toDoubles()).isNotEqualTo(found.toDoubles());
  }

  @Test
  void whatIsNotReplacedIsItself() {
    Tensor whole = net.apply(x);
    Tensor found = net.functionalCall(Map.of("bias", net.bias().add(1)), () -> net.apply(x));
    assertThat(found.sub(whole).toDoubles())
        .usingComparatorWithPrecision(1e-15)
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1);
  }

  /** One step of gradient descent inside of another (MAML, Finn et al. 2017) against its own finite differences. */
  @Test
  void gradientsFlowThroughAnInnerStep() {
    Gradients outer = adapted().backward();
    double[] values = net.bias().toDoubles();
    double[] gradient = outer.of(net.bias()).toDoubles();
    for (int i = 0; i < values.length; i++) {
      double above = at(values, i, 1e-6);
      double below = at(values, i, -1e-6);
      net.bias().set(f64(values));
      assertThat(gradient[i]).isEqualTo((above - below) / 2e-6, within(1e-8));
    }
  }

  private double at(double[] values, int i, double step) {
    double[] moved = values.clone();
    moved[i] += step;
    net.bias().set(f64(moved));
    return adapted().item();
  }

  /** The loss after a step, as a function of the parameters before it. */
  private Tensor adapted() {
    Map<String, Parameter> parameters = net.namedParameters();
    List<Tensor> slopes = Autograd.gradient(loss(), List.copyOf(parameters.values()));
    var faster = new LinkedHashMap<String, Tensor>();
    parameters.forEach(
        (name, parameter) -> faster.put(name, parameter.sub(slopes.get(faster.size()).mul(RATE))));
    return net.functionalCall(faster, this::loss);
  }

  @Test
  void gradientsPerSampleAreThoseOfALoop() {
    Tensor each =
        Vmap.over(0, 0)
            .apply(
                xs -> {
                  Tensor weight = net.weight().detach().requiresGrad();
                  Tensor loss =
                      net.functionalCall(
                          Map.of("weight", weight),
                          () -> net.apply(xs.get(0)).sub(xs.get(1)).square().sum());
                  return List.of(Autograd.gradient(loss, weight));
                },
                List.of(x, y))
            .getFirst();
    for (int i = 0; i < 4; i++) {
      Tensor one = net.apply(x.select(0, i)).sub(y.select(0, i)).square().sum();
      assertThat(each.select(0, i).toDoubles())
          .usingComparatorWithPrecision(1e-13)
          .containsExactly(one.backward().of(net.weight()).toDoubles());
    }
  }

  @Test
  void whatDoesNotFitIsAnError() {
    assertThatThrownBy(() -> net.functionalCall(Map.of("scale", x), this::loss))
        .hasMessage("functionalCall: Linear has no 'scale', but [weight, bias]");
    assertThatThrownBy(() -> net.functionalCall(Map.of("bias", x), this::loss))
        .hasMessage("variable bias: holds f64[2] on cpu, cannot take f64[4, 3] on cpu");
  }

  @Test
  void aVariableWithAStandInCannotBeSet() {
    Tensor bias = net.bias().value();
    double[] before = bias.toDoubles();
    assertThatThrownBy(
            () ->
                net.functionalCall(
                    Map.of("bias", bias),
                    () -> {
                      net.bias().set(bias.add(1));
                      return bias;
                    }))
        .hasMessage("set: a tensor stands in for variable bias, which cannot change here");
    assertThat(net.bias().toDoubles()).containsExactly(before);
  }
}
