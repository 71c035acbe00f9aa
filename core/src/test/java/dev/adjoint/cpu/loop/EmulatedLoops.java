package dev.adjoint.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.cpu.asm.Emulator;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Launches of loop kernels as code for an emulated processor, which one process runs one after the other. Each has a copy of its
 * operands in the emulator's memory, and all use one block, which none finds clean.
 */
public final class EmulatedLoops {
  /** A launch: its operands, their places in memory, and the number of its first run. */
  private record Launch(MemorySegment[] memory, int[] places, int firstRun) {}

  /** A run of a kernel: its code, and the place of the beginning of its block. */
  private record Run(byte[] code, int arguments) {}

  private static final int LINE = 64;

  /** The room for the block, which is at the beginning of memory. */
  private static final int BLOCK_BYTES = 1 << 20;

  /** What arguments take at most. */
  private static final int ARGUMENT_BYTES = 1 << 10;

  private final EmulatedProcessor processor;
  private final int leastUnit;
  private final List<Launch> launches = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();
  private byte[] image = new byte[2 * BLOCK_BYTES];
  private int used = BLOCK_BYTES;

  /**
   * No launches; skips the test where the emulator is missing.
   *
   * @param leastUnit the bytes of a value for which kernels of narrower ones have code as well
   */
  public EmulatedLoops(EmulatedProcessor processor, int leastUnit) {
    processor.need();
    this.processor = processor;
    this.leastUnit = leastUnit;
  }

  /** Whether there is code for all operations of a kernel. */
  public boolean has(Kernel.Loop kernel) {
    LoopShape shape = new LoopShape(kernel);
    return MachineLoop.missing(processor.machine(processor.unit(shape)), shape).isEmpty();
  }

  /** The bytes that the launches so far take. */
  public int bytes() {
    return used;
  }

  /**
   * Adds a launch.
   *
   * @param memory the operands, which {@link #run} changes; of no bytes for index accesses
   */
  public void add(
      Kernel.Loop kernel,
      Geometry geometry,
      MemorySegment[] memory,
      long[] starts,
      long[] scalars) {
    LoopShape shape = new LoopShape(kernel);
    Machine machine = processor.machine(Math.max(leastUnit, processor.unit(shape)));
    LoopWriter writer = MachineLoop.writer(shape, machine, false, null);
    byte[] code = writer.write();
    int[] places = new int[memory.length];
    long[] addresses = new long[memory.length];
    LoopGrid grid = LoopGrid.of(shape, geometry);
    for (int a = 0; a < memory.length; a++) {
      int bytes = (int) memory[a].byteSize();
      places[a] = room(bytes);
      MemorySegment.copy(memory[a], ValueLayout.JAVA_BYTE, 0, image, places[a], bytes);
      addresses[a] = grid.memory[a] ? processor.memory + places[a] + starts[a] : 0;
    }
    launches.add(new Launch(memory, places, runs.size()));
    if (!grid.isEmpty()) {
      run(grid, addresses, scalars, writer.block, code);
    }
  }

  /** Adds the runs of a launch that is one task: all columns of all rows, for each index of the outer axes. */
  private void run(LoopGrid grid, long[] addresses, long[] scalars, Block block, byte[] code) {
    int count = Arrays.stream(grid.outer).reduce(1, (a, b) -> a * b);
    for (int i = 0; i < count; i++) {
      long[] bases = addresses.clone();
      for (int a = 0; a < bases.length; a++) {
        bases[a] += grid.offsets[a];
        int rest = i;
        for (int k = grid.outer.length - 1; k >= 0; k--) {
          bases[a] += rest % grid.outer[k] * grid.outerStrides[k][a];
          rest /= grid.outer[k];
        }
      }
      var arguments = new LoopArguments(bases, grid.strides, scalars, grid.sizes, new boolean[1]);
      int done = 0;
      do {
        int cols = Math.min(grid.cols - done, grid.colsAtOnce);
        runs.add(new Run(code, arguments(block, arguments, grid.rows, done, cols)));
        done += cols;
      } while (done < grid.cols);
    }
  }

  /** The place of a copy of the beginning of a block that has the arguments of a run. */
  private int arguments(Block block, LoopArguments arguments, int rows, int col0, int cols) {
    assertTrue(block.bytes(arguments, cols) <= BLOCK_BYTES);
    int place = room(ARGUMENT_BYTES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(ARGUMENT_BYTES, Long.BYTES).fill((byte) -1);
      block.write(copy, 0, processor.memory, arguments, 0, rows, col0, cols);
      MemorySegment.copy(copy, ValueLayout.JAVA_BYTE, 0, image, place, ARGUMENT_BYTES);
    }
    return place;
  }

  private int room(int bytes) {
    int place = used;
    used = (used + bytes + LINE - 1) & -LINE;
    if (used > image.length) {
      image = Arrays.copyOf(image, Math.max(used, 2 * image.length));
    }
    return place;
  }

  /** Runs all launches and forgets them; gives for each, in order, whether its checked positions were in range. */
  public boolean[] run() {
    Arrays.fill(image, 0, BLOCK_BYTES, (byte) -1);
    Emulator emulator = processor.emulator(used);
    emulator.memory().put(0, image, 0, used);
    byte[] last = processor.copy();
    long copier = emulator.function(last);
    long function = copier;
    int[] calls = new int[runs.size()];
    for (int r = 0; r < calls.length; r++) {
      Run run = runs.get(r);
      function = run.code == last ? function : emulator.function(run.code);
      last = run.code;
      emulator.call(copier, processor.memory, processor.memory + run.arguments, ARGUMENT_BYTES);
      calls[r] = emulator.call(function, processor.memory);
    }
    long[] results = emulator.run();
    boolean[] inRange = new boolean[launches.size()];
    for (int i = 0; i < inRange.length; i++) {
      Launch launch = launches.get(i);
      for (int a = 0; a < launch.places.length; a++) {
        byte[] bytes = new byte[(int) launch.memory[a].byteSize()];
        emulator.memory().get(launch.places[a], bytes);
        MemorySegment.copy(bytes, 0, launch.memory[a], ValueLayout.JAVA_BYTE, 0, bytes.length);
      }
      int end = i + 1 < inRange.length ? launches.get(i + 1).firstRun : calls.length;
      inRange[i] = true;
      for (int r = launch.firstRun; r < end; r++) {
        inRange[i] &= results[calls[r]] == 0;
      }
    }
    launches.clear();
    runs.clear();
    used = BLOCK_BYTES;
    return inRange;
  }
}
