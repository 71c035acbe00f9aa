package dev.adjoint.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.plain.LoopCompiler;
import dev.adjoint.cpu.work.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Positions at the very end of a mapped file, behind which a read ends the process: loops that look at the rows to come read none
 * behind the last. Windows does not let a file be cut that is mapped.
 */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "a file that is mapped cannot be truncated on Windows")
class GuardedPositionsTest {
  /** A multiple of the size of pages everywhere. */
  private static final int PAGES = 1 << 16;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"I32", "I64"})
  void noPositionBehindTheLastRowIsRead(DType index) throws IOException {
    List<PositionCase> cases =
        List.of(
            PositionKernels.rowsFromEnd(DType.F32, index, 70, i -> 1 + i),
            PositionKernels.rowsFromEnd(DType.F32, index, 70, i -> i == 6 ? -1 : 1 + i),
            PositionKernels.gather(DType.F64, index, 1, 0, i -> (i * 31 + 5) % 9));
    for (PositionCase c : cases) {
      Path file = Files.createTempFile(folder, "positions", "");
      try (Arena arena = Arena.ofConfined();
          FileChannel channel =
              FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * PAGES, arena);
        channel.truncate(PAGES);
        run(c, arena, mapped.asSlice(0, PAGES));
      }
    }
  }

  /** Runs a case whose first operand, the positions, is moved to the end of memory. */
  private static void run(PositionCase c, Arena arena, MemorySegment memory) {
    MemorySegment[] actual = new MemorySegment[c.memory().size()];
    long[] addresses = new long[actual.length];
    for (int a = 0; a < actual.length; a++) {
      MemorySegment data = c.memory().get(a);
      actual[a] =
          a == 0
              ? memory.asSlice(memory.byteSize() - data.byteSize())
              : arena.allocate(data.byteSize(), 64);
      actual[a].copyFrom(data);
      addresses[a] = data.byteSize() == 0 ? 0 : actual[a].address();
    }
    boolean passed = true;
    try {
      new LoopLaunch(LoopCompiler.compile(c.kernel()), Workers.ALONE, c.geometry())
          .run(addresses, c.scalars());
    } catch (PositionException e) {
      passed = false;
    }
    assertEquals(c.isInRange(), passed);
    for (int a = 0; a < actual.length; a++) {
      assertEquals(-1, c.expected().get(a).mismatch(actual[a]), "operand " + a);
    }
  }
}
