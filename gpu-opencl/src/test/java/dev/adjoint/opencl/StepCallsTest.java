package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a training step has a device do once it is warm: launches, and nothing else unless somebody must wait. */
class StepCallsTest {
  private static final int WARM = 3;
  private static final int STEPS = 5;
  private static final int TOKENS = 32;

  /** The calls of each warm step, which looks rows up. */
  private static List<List<String>> calls(boolean computed) {
    Device device = OpenClDevices.likeGpu();
    var steps = new ArrayList<List<String>>();
    Scope.on(
        device,
        () -> {
          Random.seed(3);
          var model = Sequential.of(new Embedding(TOKENS, 4), new Flatten(), new Linear(8, TOKENS));
          var optimizer = new Adam(model.parameters(), 1e-3);
          Tensor tokens = Tensors.of(1, 5, 31, 2, 7, 8, 9, 0).reshape(4, 2);
          Tensor next = Tensors.of(3, 2, 30, 8);
          for (int step = 0; step < STEPS; step++) {
            int from = LikeGpuProvider.CALLS.size();
            long launches = Engine.statistics().launches();
            Tensor x = computed ? tokens.to(DType.F32).to(DType.I32) : tokens;
            optimizer.step(Losses.crossEntropy(model.apply(x), next).backward());
            launches = Engine.statistics().launches() - launches;
            List<String> made =
                List.copyOf(LikeGpuProvider.CALLS.subList(from, LikeGpuProvider.CALLS.size()));
            assertThat(made).filteredOn("launch"::equals).hasSize((int) launches);
            if (step >= WARM) {
              steps.add(made);
            }
          }
          return null;
        });
    return steps;
  }

  @Test
  void aStepWithPositionsThatAreKnownWaitsForNothing() {
    assertThat(calls(false)).allSatisfy(step -> assertThat(step).containsOnly("launch"));
  }

  /** What was seen is read before the updates and, if one looks rows up as well, at the end. */
  @Test
  void aStepWithPositionsThatAreComputedReadsWhatWasSeen() {
    assertThat(calls(true))
        .allSatisfy(
            step -> {
              assertThat(step).containsOnly("launch", "read");
              assertThat(step).filteredOn("read"::equals).hasSizeBetween(1, 2);
            });
  }
}
