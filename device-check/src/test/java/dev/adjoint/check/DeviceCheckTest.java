package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.ContractRun;
import dev.adjoint.device.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceCheckTest {
  @Test
  void reportsAreTablesAndJson(@TempDir Path folder) throws IOException {
    var report = new Report();
    report.add(new Measurement("cpu", "sum", 12.5, "GB/s"));
    report.add(new Measurement("cuda:0", "sum", Double.NaN, "GB/s"));
    report.add(new Measurement("cuda:0", "launch", 3, "us"));
    assertTrue(report.isGood());
    report.problem("a \"quoted\" problem");
    assertFalse(report.isGood());
    assertTrue(report.table().contains("sum [GB/s]"), report.table());
    report.write(folder.resolve("r.json"), "line 1\nline 2");
    assertEquals(
        """
        {
          "machine": "line 1\\u000aline 2",
          "measurements": [
            {"who": "cpu", "what": "sum", "value": 12.5, "unit": "GB/s"},
            {"who": "cuda:0", "what": "sum", "value": null, "unit": "GB/s"},
            {"who": "cuda:0", "what": "launch", "value": 3.0, "unit": "us"}
          ],
          "problems": [
            "a \\"quoted\\" problem"
          ]
        }
        """,
        Files.readString(folder.resolve("r.json")));
  }

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

  /** The contract has some 6,000 tests, of which a run takes every five hundredth. */
  @Test
  void aShardRunsItsShareOfTheContract() {
    var run = new ContractRun(Device.cpu(), 500, 500);
    run.run();
    assertEquals(List.of(), run.failures());
    assertTrue(run.passed() >= 9 && run.passed() <= 15, run.passed() + " tests");
  }

  @Test
  void theNetworkLearns() {
    double[] losses = new Training(Device.cpu(), 16, 32).losses(40);
    assertTrue(losses[39] < losses[0] / 2, losses[0] + " to " + losses[39]);
  }

  @Test
  void theExampleLearns() {
    double[] losses = FashionMnist.losses(Device.cpu(), 30);
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
