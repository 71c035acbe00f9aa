package dev.adjoint.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values that are joined lie in the memory of the whole from the start, and have the values that they had. */
class JoinedPartsTest {
  private static final int STEPS = 12;
  private final Tensor weight = new Random(1).randn(16, 16).mul(0.2).realize();
  private final Tensor start = new Random(2).randn(4, 16).realize();

  private List<Tensor> states() {
    var states = new ArrayList<Tensor>();
    Tensor state = start;
    for (int t = 0; t < STEPS; t++) {
      state = state.matmul(weight).tanh();
      states.add(state);
    }
    return states;
  }

  private static List<Step> steps(Tensor... roots) {
    Walk walk = Walk.from(List.of(roots).stream().map(Tensor::node).toList());
    return Planner.plan(Device.cpu(), walk, List.of(), false).steps;
  }

  /** The states of the loop, each computed by itself. */
  private double[] expected(int first, int last) {
    var numbers = new ArrayList<Double>();
    Tensor state = start;
    for (int t = 0; t < last; t++) {
      state = state.matmul(weight).tanh().realize();
      if (t >= first) {
        for (double x : state.toDoubles()) {
          numbers.add(x);
        }
      }
    }
    return numbers.stream().mapToDouble(x -> x).toArray();
  }

  @Test
  void statesAreNotCopied() {
    Tensor all = Tensors.cat(states(), 0);
    assertThat(steps(all)).hasSize(STEPS + 1);
    assertThat(all.toDoubles()).isEqualTo(expected(0, STEPS));
  }

  @Test
  void aRunOfThePartsIsNoCopyEither() {
    List<Tensor> states = states();
    Tensor all = Tensors.cat(states, 0);
    Tensor run = Tensors.cat(states.subList(1, STEPS - 1), 0);
    Tensor product = run.t().matmul(run);
    assertThat(steps(all, product)).hasSize(STEPS + 2);
    Tensor.realize(List.of(all, product));
    Tensor alone = Tensors.of(expected(1, STEPS - 1)).to(run.dtype()).reshape(-1, 16).realize();
    assertThat(product.toDoubles()).isEqualTo(alone.t().matmul(alone).toDoubles());
    assertThat(all.toDoubles()).isEqualTo(expected(0, STEPS));
  }

  @Test
  void partsInAnotherOrderAreCopied() {
    List<Tensor> states = states();
    Tensor forward = Tensors.cat(states, 0);
    Tensor backward = Tensors.cat(states.reversed(), 0);
    assertThat(steps(forward, backward)).hasSize(2 * STEPS + 1);
    Tensor.realize(List.of(forward, backward));
    assertThat(forward.toDoubles()).isEqualTo(expected(0, STEPS));
    assertThat(backward.narrow(0, 4 * (STEPS - 1), 4).toDoubles()).isEqualTo(expected(0, 1));
  }

  @Test
  void whatIsWantedByItselfHasMemoryOfItsOwn() {
    List<Tensor> states = states();
    Tensor all = Tensors.cat(states, 0);
    Tensor first = states.getFirst();
    Tensor.realize(List.of(all, first));
    assertThat(first.toDoubles()).isEqualTo(expected(0, 1));
    assertThat(all.toDoubles()).isEqualTo(expected(0, STEPS));
  }

  @Test
  void whatIsChangedLaterKeepsItsValue() {
    List<Tensor> states = states();
    Tensor positions = Tensors.of(new long[][] {{3}});
    Tensor changed =
        states.get(STEPS - 2).scatterAdd(0, positions.expand(1, 16), start.narrow(0, 0, 1));
    Tensor all = Tensors.cat(states, 0);
    Tensor.realize(List.of(changed, all));
    assertThat(all.toDoubles()).isEqualTo(expected(0, STEPS));
  }

  @Test
  void productsAreWrittenSideBySide() {
    Tensor other = start.add(1).realize();
    Tensor all = Tensors.cat(List.of(start.matmul(weight), other.matmul(weight)), 0);
    List<Step> steps = steps(all.t().neg());
    assertThat(steps).hasSize(3);
    assertThat(steps.getLast().values()).hasSize(2);
  }

  /** Each element of a kernel is in one of the four, and is multiplied with each element of the image once. */
  @Test
  void phasesOfAnImageAreProductsWithoutZeros() {
    Tensor image = new Random(3).randn(2, 8, 6, 6).realize();
    Tensor kernels = new Random(4).randn(8, 16, 3, 3).realize();
    List<Step> steps = steps(image.convTranspose2d(kernels, null, 2, 1, 1, 1, 1));
    long work = 0;
    for (Step step : steps) {
      if (step.kernel() instanceof Kernel.MatMul product) {
        int[] sizes = step.geometry().sizes();
        int m = product.batchRank(sizes.length);
        work += product.products(sizes) * sizes[m] * sizes[m + 1] * sizes[m + 2];
      }
    }
    assertThat(work).isEqualTo(2L * 8 * 6 * 6 * 16 * 3 * 3);
  }
}
