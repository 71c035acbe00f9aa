package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.device.DebugLevel;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;

/** The machine code of a loop kernel. */
public final class MachineLoop implements LoopCode {
  private static final long LINE = 64;

  /** The debug level that prints code. */
  private static final int LISTING = 4;

  private final Code code;
  private final int blockBytes;
  private final int accesses;
  private final int perAccess;
  private final int strides;
  private final int scalars;
  private final int sizes;
  private final boolean lanesReduce;

  /** For each row that the kernel keeps, see {@link RowReuse}, the bytes of its elements. */
  private final int[] keptRows;

  private MachineLoop(LoopShape shape, int accesses, Block block, Code code) {
    this.code = code;
    this.accesses = accesses;
    blockBytes = block.bytes();
    keptRows = new int[shape.kernel().accesses().size() - accesses];
    for (int r = 0; r < keptRows.length; r++) {
      keptRows[r] = shape.kernel().accesses().get(accesses + r).dtype().bytes();
    }
    perAccess = shape.strides();
    strides = block.strides;
    scalars = block.scalars;
    sizes = block.sizes;
    lanesReduce = shape.kernel().laneReduces();
  }

  /** Whether there is machine code for loops in this process. */
  public static boolean isPossible() {
    CpuFeatures.Isa isa = CpuFeatures.HERE.isa();
    return isa == CpuFeatures.Isa.AVX2 || isa == CpuFeatures.Isa.AVX512;
  }

  /** The operation of a kernel that machine code lacks, as in {@code REM of f32}; empty if it has all. */
  public static String missing(LoopShape shape) {
    Machine machine = machine(shape);
    for (Stage stage : shape.kernel().stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Apply apply) {
          DType type = LoopShape.operandType(stage.body(), apply);
          if (!machine.has(apply.op(), type)) {
            return apply.op() + " of " + type;
          }
        }
      }
    }
    return "";
  }

  private static Machine machine(LoopShape shape) {
    return new X86Machine(CpuFeatures.HERE.isa() == CpuFeatures.Isa.AVX512, shape.widest());
  }

  /** Writes the code of a kernel. */
  public static MachineLoop of(LoopShape shape) {
    RowReuse reuse = RowReuse.of(shape.kernel());
    CodeListing listing = DebugLevel.includes(LISTING) ? new CodeListing() : null;
    var writer = new LoopWriter(new LoopShape(reuse.kernel), reuse.kept, machine(shape), listing);
    byte[] bytes = writer.write();
    if (listing != null) {
      System.err.print("adjoint: code of " + shape.kernel().name() + "\n" + listing.of(bytes));
    }
    Code code = CodeMemory.install(shape.kernel().name(), bytes, bytes.length);
    return new MachineLoop(writer.shape, shape.kernel().accesses().size(), writer.block, code);
  }

  /** The bytes of a kept row: a whole vector may be stored at its end. */
  private static long rowBytes(int bytes, int cols) {
    return ((long) cols * bytes + 2 * LINE - 1) & -LINE;
  }

  @Override
  public void run(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    try (Scratch scratch = Scratch.take()) {
      long room = blockBytes;
      for (int bytes : keptRows) {
        room += rowBytes(bytes, cols);
      }
      long block = scratch.room(room);
      ALL.set(JAVA_LONG, block + Block.ROWS, rows);
      ALL.set(JAVA_LONG, block + Block.COLUMNS, cols);
      ALL.set(JAVA_LONG, block + Block.FAILED, 0);
      long[] bases = arguments.bases();
      long[] steps = arguments.strides();
      for (int a = 0; a < accesses; a++) {
        int first = a * perAccess;
        long base = bases[a] + row0 * steps[first + LoopCode.ROW];
        base += lanesReduce ? 0 : col0 * steps[first + LoopCode.LANE];
        ALL.set(JAVA_LONG, block + Block.BASES + 8L * a, base);
      }
      put(steps, block + strides);
      long row = block + blockBytes;
      for (int r = 0; r < keptRows.length; r++) {
        ALL.set(JAVA_LONG, block + Block.BASES + 8L * (accesses + r), row);
        long step = block + strides + 8L * (accesses + r) * perAccess;
        ALL.set(JAVA_LONG, step + 8 * LoopCode.ROW, 0);
        ALL.set(JAVA_LONG, step + 8 * LoopCode.LANE, keptRows[r]);
        row += rowBytes(keptRows[r], cols);
      }
      put(arguments.scalars(), block + scalars);
      for (int k = 0; k < arguments.sizes().length; k++) {
        ALL.set(JAVA_LONG, block + sizes + 8L * k, arguments.sizes()[k]);
      }
      if (code.call(block, 0, 0, 0, 0, 0) != 0) {
        arguments.failed()[0] = true;
      }
    }
  }

  private static void put(long[] numbers, long to) {
    MemorySegment.copy(numbers, 0, ALL, JAVA_LONG, to, numbers.length);
  }
}
