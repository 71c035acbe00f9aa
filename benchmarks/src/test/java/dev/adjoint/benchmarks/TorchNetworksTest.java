package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Random;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.StringTensorDict;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both sides of {@link NetworkStepBench} do the same: from the same parameters the losses of the first steps are the same. */
class TorchNetworksTest {
  private static final int STEPS = 3;
  private static final double TOLERANCE = 1e-4;

  @BeforeEach
  void peer() {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Libtorch.load();
    Random.seed(12);
  }

  @ParameterizedTest
  @EnumSource
  void losses(NetworkStepBench.Network network) {
    var ours = AdjointNetwork.of(network);
    var theirs = LibtorchNetwork.of(network);
    copy(ours, theirs.parameters());
    for (int step = 0; step < STEPS; step++) {
      double loss = ours.step();
      assertThat(loss).as("loss of step " + step).isCloseTo(theirs.step(), within(TOLERANCE));
    }
  }

  private static void copy(AdjointNetwork ours, StringTensorDict theirs) {
    var names = new ArrayList<String>();
    for (long i = 0; i < theirs.size(); i++) {
      names.add(theirs.get(i).key().getString());
    }
    var parameters = ours.model().namedParameters();
    assertThat(names).isEqualTo(List.copyOf(parameters.keySet()));
    parameters.forEach((name, parameter) -> theirs.get(name).set_data(TorchCall.tensor(parameter)));
  }
}
