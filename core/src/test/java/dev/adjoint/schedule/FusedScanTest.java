package dev.adjoint.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.ScanOp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans with code before and behind them: what is one launch, and that it has the bits of several. */
class FusedScanTest {
  private final Tensor x = new Random(1).randn(6, 8).realize();

  private static Tensor sums(Tensor x, int axis, boolean reverse) {
    return new Tensor(Graph.scan(ScanOp.SUM, x.node(), axis, reverse));
  }

  private static List<Step> steps(Tensor... roots) {
    Walk walk = Walk.from(List.of(roots).stream().map(Tensor::node).toList());
    return Planner.plan(Device.cpu(), walk, List.of(), false).steps;
  }

  /** A scan of what is computed, of which more is computed, in one launch or in three. */
  private static double[] chain(Shape shape, int axis, boolean reverse, boolean apart) {
    Tensor data = new Random(3).randn(shape.dims()).realize();
    Tensor numbers = Tensors.arange(0, shape.size(), 1).reshape(shape.dims());
    Tensor source = data.mul(0.3).add(numbers.mul(1e-5));
    Tensor scan = sums(apart ? source.realize() : source, axis, reverse);
    Tensor result = (apart ? scan.realize() : scan).mul(0.3).sub(data).relu();
    assertThat(Plans.of(result).launches()).isEqualTo(1);
    return result.toDoubles();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void hasTheBitsOfSeveralLaunchesForAllThreads(int threads) {
    for (Shape shape :
        List.of(
            Shape.of(1),
            Shape.of(140_000),
            Shape.of(132_000, 2),
            Shape.of(37, 300),
            Shape.of(4, 1, 50, 3))) {
      for (int axis = 0; axis < shape.rank(); axis++) {
        int along = axis;
        boolean reverse = axis % 2 == 0;
        assertThat(
                Scope.on(
                    Device.of("threads:" + (threads - 1)),
                    () -> chain(shape, along, reverse, false)))
            .describedAs("%s along %d, reverse: %s", shape, along, reverse)
            .isEqualTo(chain(shape, along, reverse, true));
      }
    }
  }

  @Test
  void whatIsAroundAScanJoinsIt() {
    assertThat(steps(x.exp().cumsum(1))).hasSize(1);
    assertThat(steps(x.t().exp().cumsum(1).mul(2))).hasSize(1);
    assertThat(steps(Tensors.cat(0, x, x).pad(1, 1).cumsum(0))).hasSize(1);
    assertThat(steps(Tensors.arange(0, 9, 1).cumsum(0).add(1))).hasSize(1);
    assertThat(steps(x.to(DType.F16).cumsum(1).sub(x))).hasSize(1);
    Tensor sum = x.square().cumsum(0);
    assertThat(steps(sum, sum.sqrt(), sum.add(x))).hasSize(1);
  }

  @Test
  void aSourceInMemoryIsReadWhereItIs() {
    assertThat(steps(x.t().flip(0).cumsum(0)).getFirst().kernel().instructions()).isZero();
    assertThat(steps(x.expand(3, 6, 8).cumsum(0)).getFirst().kernel().instructions()).isZero();
  }

  @Test
  void whatDoesNotFitRunsByItself() {
    // A reduction, a product, an order, and another scan.
    assertThat(steps(x.sub(x.sum(1, true)).cumsum(1))).hasSize(2);
    assertThat(steps(x.matmul(x.t()).cumsum(1))).hasSize(2);
    assertThat(steps(x.argsort(1).cumsum(1))).hasSize(2);
    assertThat(steps(x.cumsum(0).mul(2).cumsum(1).add(1))).hasSize(2);
    // Another order of the elements.
    assertThat(steps(x.cumsum(0).t().mul(2))).hasSize(2);
    // The axis of the scan stays whole: a view that splits it is copied, another axis may be split.
    assertThat(steps(x.exp().reshape(6, 2, 4).permute(1, 0, 2).reshape(2, 24).cumsum(1)))
        .hasSize(2);
    Tensor split = x.exp().reshape(6, 2, 4).permute(1, 0, 2).reshape(12, 4).cumsum(1);
    assertThat(steps(split)).hasSize(1);
    assertThat(split.toDoubles())
        .isEqualTo(
            x.exp()
                .reshape(6, 2, 4)
                .realize()
                .permute(1, 0, 2)
                .realize()
                .cumsum(2)
                .flatten()
                .toDoubles());
  }

  @Test
  void positionsAreChecked() {
    Tensor rows = Tensors.of(new int[] {5, 0, 3}).realize();
    assertThat(steps(x.indexSelect(0, rows.sub(0)).cumsum(0))).hasSize(1);
    Tensor wrong = x.indexSelect(0, rows.add(1)).cumsum(0).add(1);
    assertThatThrownBy(wrong::toDoubles)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 6 is out of range for axis 0 of size 6");
  }
}
