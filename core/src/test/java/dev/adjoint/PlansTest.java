package dev.adjoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.schedule.Engine;
import org.junit.jupiter.api.Test;

class PlansTest {
  private final Tensor x = Tensors.ones(256, 256).realize();

  @Test
  void resultsAndTemporariesAreCounted() {
    Plans plan = Plans.of(x.matmul(x).exp());
    assertThat(plan.launches()).isEqualTo(1);
    assertThat(plan.nodes()).isEqualTo(3);
    assertThat(plan.peakBytes()).isEqualTo(256 * 256 * 4);
    Plans two = Plans.of(x.matmul(x).matmul(x));
    assertThat(two.launches()).isEqualTo(2);
    assertThat(two.peakBytes()).isEqualTo(2 * 256 * 256 * 4);
  }

  @Test
  void planningComputesNothing() {
    Tensor y = x.add(1);
    long before = Engine.statistics().launches();
    Plans.of(y);
    assertThat(Engine.statistics().launches()).isEqualTo(before);
    assertThat(y.node().storage()).isNull();
  }

  @Test
  void theLastComputationIsTheOnePlanned() {
    Tensor y = x.sum(0).mul(3);
    Plans plan = Plans.of(y);
    y.realize();
    assertThat(Plans.last()).isEqualTo(plan);
  }

  @Test
  void whatIsComputedTakesNothing() {
    assertThat(Plans.of(x)).isEqualTo(new Plans(0, 0, 0));
  }

  @Test
  void aCopyBetweenDevicesIsRefused() {
    Device other = Devices.list().getLast();
    if (!other.equals(Devices.current())) {
      assertThatThrownBy(() -> Plans.of(x.to(other).add(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("plans: one device is planned at a time");
    }
  }
}
