package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void theNetworkLearns() {
    double[] losses = new Training(Device.cpu(), 16, 32).losses(40);
    assertTrue(losses[39] < losses[0] / 2, losses[0] + " to " + losses[39]);
  }
}
