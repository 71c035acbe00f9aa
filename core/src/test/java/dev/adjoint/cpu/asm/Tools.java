package dev.adjoint.cpu.asm;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that the tests of machine code need. A machine without them skips, unless it is said to have them. */
final class Tools {
  private Tools() {}

  /** Skips the test where a program is missing. */
  static void need(String program, String debianPackage) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return;
      }
    }
    String why = program + " is missing, which is in Debian's " + debianPackage;
    if (Boolean.getBoolean("adjoint.ci")) {
      fail("adjoint.ci is set, but " + why);
    }
    Assumptions.abort(why);
  }

  /** The machine code of lines of assembly language, by GNU's assembler whose name begins with {@code prefix}. */
  static byte[] assemble(String prefix, List<String> lines, String... options) {
    Path folder = temporary();
    try {
      Path object = folder.resolve("code.o");
      Path code = folder.resolve("code.bin");
      Path source = Files.write(folder.resolve("code.s"), lines);
      run(
          folder,
          Stream.of(
                  Stream.of(prefix + "as"),
                  Stream.of(options),
                  Stream.of("-o", object.toString(), source.toString()))
              .flatMap(part -> part)
              .toList());
      run(folder, List.of(prefix + "objcopy", "-O", "binary", object.toString(), code.toString()));
      return Files.readAllBytes(code);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(folder);
    }
  }

  private static void run(Path folder, List<String> command) throws IOException {
    Path messages = folder.resolve("messages");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(messages.toFile());
    if (exit(process.start()) != 0) {
      List<String> text = Files.readAllLines(messages);
      fail(
          command.getFirst()
              + ": "
              + String.join("\n", text.subList(0, Math.min(20, text.size()))));
    }
  }

  /** What a process ends with, which it must do within five minutes. */
  static int exit(Process process) {
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        fail("a process takes more than five minutes");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  static Path temporary() {
    try {
      return Files.createTempDirectory("adjoint-asm");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder of files. */
  static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
