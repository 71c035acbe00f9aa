package dev.adjoint.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** PyTorch, measured by a script in a process of its own, which prints a line per result. */
final class TorchPeer {
  private TorchPeer() {}

  /** Runs a part of the script if this machine has PyTorch. */
  static void run(Path script, String part, Report report)
      throws IOException, InterruptedException {
    if (new ProcessBuilder("sh", "-c", "python3 -c 'import torch' 2>/dev/null").start().waitFor()
        != 0) {
      System.err.println("no PyTorch: python3 cannot import torch");
      return;
    }
    Process process =
        new ProcessBuilder(List.of("python3", script.toString(), part))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t");
        if (cells.length == 4) {
          report.add(new Measurement(cells[0], cells[1], Double.parseDouble(cells[2]), cells[3]));
        }
      }
    }
    if (process.waitFor() != 0) {
      report.problem("the script of PyTorch failed with status " + process.exitValue());
    }
  }
}
