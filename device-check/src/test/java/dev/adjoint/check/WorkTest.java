package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.Sequence;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the check computes. */
class WorkTest {
  /** What is measured on a device with graphs runs on any. */
  @Test
  void smallLaunchesRunInSequence() {
    try (var launches = new SmallLaunches(Device.cpu().backend())) {
      for (boolean graphs : new boolean[] {false, true}) {
        Sequence sequence = launches.sequence(graphs);
        float[] first = new float[1000];
        float[] second = new float[1000];
        Arrays.fill(first, graphs ? 1 : 2);
        Arrays.fill(second, graphs ? 3 : 4);
        launches.write(0, first);
        launches.write(1, second);
        launches.run(sequence);
        assertArrayEquals(first, launches.read(0));
        launches.runElsewhere(sequence);
        launches.runElsewhere(sequence);
        assertArrayEquals(second, launches.read(1));
      }
    }
  }

  @Test
  void theNetworkLearns() {
    double[] losses = new Training(Device.cpu(), 16, 32).losses(40);
    assertTrue(losses[39] < losses[0] / 2, losses[0] + " to " + losses[39]);
  }

  @Test
  void theExampleLearns() {
    double[] losses = FashionMnist.losses(Device.cpu(), 30, Deadline.in(600));
    assertTrue(losses[29] < losses[0] / 2, losses[0] + " to " + losses[29]);
  }

  /** What a block gives for a token depends on that token and those before it, and on no other. */
  @Test
  void attentionLooksBackOnly() {
    int tokens = GptBlock.TOKENS;
    int width = GptBlock.WIDTH;
    var block = new GptBlock();
    Tensor x = Tensors.rand(1, tokens, width).realize();
    Tensor last = Tensors.cat(1, x.narrow(1, 0, tokens - 1), Tensors.zeros(1, 1, width));
    float[] before = block.apply(x).narrow(1, 0, tokens - 1).toFloats();
    assertArrayEquals(before, block.apply(last).narrow(1, 0, tokens - 1).toFloats());
    Tensor first = Tensors.cat(1, Tensors.zeros(1, 1, width), x.narrow(1, 1, tokens - 1));
    float[] end = block.apply(x).narrow(1, tokens - 1, 1).toFloats();
    assertFalse(Arrays.equals(end, block.apply(first).narrow(1, tokens - 1, 1).toFloats()));
  }
}
