package dev.adjoint.cpu.asm;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The assembler of GNU, as an oracle. A machine without it skips, unless it is said to have one. */
final class GnuAssembler {
  private GnuAssembler() {}

  /**
   * The bytes of some text.
   *
   * @param prefix of the names of the tools, for the processor
   */
  static byte[] assemble(Path folder, String prefix, String text)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("code.s"), text);
    Path object = folder.resolve("code.o");
    Path code = folder.resolve("code");
    run(folder, prefix + "as", source.toString(), "-o", object.toString());
    run(
        folder,
        prefix + "objcopy",
        "-O",
        "binary",
        "-j",
        ".text",
        object.toString(),
        code.toString());
    return Files.readAllBytes(code);
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      if (Boolean.getBoolean("adjoint.ci")) {
        fail("adjoint.ci is set, so binutils must be installed", e);
      }
      Assumptions.abort("not on the PATH: " + command[0] + " of GNU binutils");
      return;
    }
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail(command[0] + " takes more than five minutes");
    }
    if (process.exitValue() != 0) {
      fail(command[0] + " refused: " + Files.readAllLines(log).stream().limit(20).toList());
    }
  }
}
