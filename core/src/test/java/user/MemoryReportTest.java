package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.OutOfDeviceMemoryException;
import java.lang.ref.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a program is told about memory; outside the packages of the engine, as every program is. */
class MemoryReportTest {
  /** What a report should call the line after the one that called this. */
  private static String next() {
    return "MemoryReportTest.java:" + (new Throwable().getStackTrace()[1].getLineNumber() + 1);
  }

  private static List<String> linesWith(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).toList();
  }

  @Test
  void aReportNamesTheLargestHoldersUntilTheyAreGone() throws InterruptedException {
    String shape = "f32[4321, 1234]";
    makeAndReport(shape);
    // Neither the report nor what it is made from keeps the tensor.
    for (int i = 0; i < 50 && Devices.memoryReport().contains(shape); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertFalse(Devices.memoryReport().contains(shape), Devices.memoryReport());
  }

  private static void makeAndReport(String shape) {
    Tensor large = Tensors.ones(4321, 1234).mul(2);
    String line = next();
    large.realize();
    String report = Devices.memoryReport();
    assertTrue(report.startsWith("cpu        live "), report);
    List<String> found = linesWith(report, shape);
    assertEquals(1, found.size(), report);
    assertTrue(
        found
            .getFirst()
            .contains(String.format("%,d bytes", 4 * 4321 * 1234 / 65536 * 65536 + 65536)),
        report);
    assertTrue(found.getFirst().endsWith("  " + line), report);
    Reference.reachabilityFence(large);
  }

  @Test
  void anErrorNamesTheLargestHoldersAndChangesNothing() {
    String line = next();
    Tensor large = Tensors.ones(1000, 4001).realize();
    long blocks = Device.cpu().backend().memory().blocks();
    Tensor tooLarge = Tensors.ones(1 << 20, 1).mul(Tensors.ones(1, 1 << 20));
    var error = assertThrows(OutOfDeviceMemoryException.class, tooLarge::realize);
    String text = error.getMessage();
    assertTrue(
        text.startsWith("cpu: out of memory: requested " + (4L << 40) + " bytes, live "), text);
    assertTrue(linesWith(text, "f32[1000, 4001]").getFirst().endsWith(line), text);
    String end =
        "-Dadjoint.cpu.memory=<bytes> sets the limit\nneeded for mul f32[1048576, 1048576]";
    assertTrue(text.endsWith(end), text);
    assertTrue(Device.cpu().backend().memory().blocks() <= blocks, "the error holds blocks");
    Tensor small = tooLarge.slice(0, 0, 2).slice(1, 0, 3);
    assertEquals(6, small.sum().item());
    Reference.reachabilityFence(large);
  }
}
