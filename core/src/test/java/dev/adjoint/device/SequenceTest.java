package dev.adjoint.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sequence on a device that starts launches one by one. */
class SequenceTest {
  private static final Buffer BUFFER = () -> 64;

  private static void run(List<Program.Launch> launches) {
    Sequence.oneByOne(launches)
        .run(
            new Buffer[][] {{BUFFER}, {BUFFER, BUFFER}, {}},
            new long[][] {{0}, {64, 128}, {}},
            new long[][] {{}, {7}, {8, 9}});
  }

  @Test
  void eachLaunchGetsItsOwnArgumentsInOrder() {
    var seen = new ArrayList<List<Object>>();
    Program.Launch launch =
        (buffers, starts, scalars) -> seen.add(List.of(buffers.length, starts, scalars));
    run(List.of(launch, launch, launch));
    assertThat(seen)
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                List.of(1, new long[] {0}, new long[] {}),
                List.of(2, new long[] {64, 128}, new long[] {7}),
                List.of(0, new long[] {}, new long[] {8, 9})));
  }

  @Test
  void nothingRunsAfterALaunchThatFailed() {
    var ran = new ArrayList<Integer>();
    Program.Launch good = (buffers, starts, scalars) -> ran.add(buffers.length);
    Program.Launch bad =
        (buffers, starts, scalars) -> {
          throw new IndexFaultException(7);
        };
    assertThatThrownBy(() -> run(List.of(good, bad, good)))
        .isInstanceOfSatisfying(
            IndexFaultException.class,
            fault -> {
              assertThat(fault.launch()).isEqualTo(1);
              assertThat(fault.position()).isEqualTo(7);
            });
    assertThat(ran).containsExactly(1);
  }
}
