package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.schedule.Engine;
import org.junit.jupiter.api.Test;

/** A warm training step compiles nothing, plans nothing, takes no memory from the system and stays small. */
class WarmStepTest {
  private final Sequential model;
  private final Adam optimizer;
  private final Tensor x;
  private final Tensor y;

  WarmStepTest() {
    Random.seed(3);
    model =
        Sequential.of(
            new Linear(64, 32),
            Activation.RELU,
            new Linear(32, 16),
            Activation.RELU,
            new Linear(16, 10));
    optimizer = new Adam(model.parameters(), 1e-3);
    x = Tensors.randn(32, 64).realize();
    y = Tensors.randint(0, 10, 32).realize();
  }

  private void step() {
    optimizer.step(Losses.crossEntropy(model.apply(x), y).backward());
  }

  @Test
  void anMlpStepIsAtMostTwentyTwoKernels() {
    step();
    Engine.Statistics before = Engine.statistics();
    step();
    Engine.Statistics after = Engine.statistics();
    assertThat(after.launches() - before.launches()).isBetween(8L, 22L);
  }

  @Test
  void aWarmStepCompilesAndPlansNothing() {
    step();
    step();
    Engine.Statistics before = Engine.statistics();
    for (int i = 0; i < 20; i++) {
      optimizer.learningRate(1e-3 / (i + 1));
      step();
    }
    Engine.Statistics after = Engine.statistics();
    assertThat(after.compilations()).isEqualTo(before.compilations());
    assertThat(after.plans()).isEqualTo(before.plans());
  }

  @Test
  void memoryIsFlatOverAThousandSteps() {
    for (int i = 0; i < 50; i++) {
      step();
    }
    MemoryStats before = Device.cpu().backend().memory();
    for (int i = 0; i < 1000; i++) {
      step();
    }
    MemoryStats after = Device.cpu().backend().memory();
    assertThat(after.reservations()).isEqualTo(before.reservations());
    assertThat(after.reserved()).isEqualTo(before.reserved());
  }
}
