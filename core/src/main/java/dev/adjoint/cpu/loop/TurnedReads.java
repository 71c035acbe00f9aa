package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map with operands whose elements are neighbours along the rows and not along the lanes, as in the copy of a transposed
 * matrix. It runs on tiles: those operands are turned into memory that the first cache holds, and are read from there like any
 * other.
 */
final class TurnedReads {
  private static final int ROWS = 64;
  private static final int COLUMNS = 64;

  /** Narrower index spaces have no use for whole tiles. */
  private static final int LEAST = 8;

  private static final int LINE = 64;

  private final LoopCode code;
  private final int[] turned;
  private final int[] bytes;
  private final long[] strides;

  private TurnedReads(LoopCode code, int[] turned, int[] bytes, long[] strides) {
    this.code = code;
    this.turned = turned;
    this.bytes = bytes;
    this.strides = strides;
  }

  /** The map of a launch on turned operands; null if it has none. */
  static @Nullable TurnedReads of(CompiledLoop loop, LoopGrid grid) {
    LoopShape shape = loop.shape();
    Kernel.Loop kernel = shape.kernel();
    if (kernel.reduceRank() > 0 || grid.rows < LEAST || grid.cols < LEAST) {
      return null;
    }
    List<Integer> turned = new ArrayList<>();
    List<Access> accesses = new ArrayList<>(kernel.accesses());
    for (int a = 0; a < accesses.size(); a++) {
      Access access = accesses.get(a);
      int bytes = access.dtype().bytes();
      if (access.kind() == Access.Kind.READ
          && access.lane() == Access.Lane.STRIDED
          && bytes >= Integer.BYTES
          && Packing.of(bytes).turns()
          && grid.strides[a * shape.strides() + LoopCode.ROW] == bytes
          && isDirect(kernel, a)) {
        turned.add(a);
        accesses.set(a, new Access(access.kind(), access.dtype(), Access.Lane.CONTIGUOUS));
      }
    }
    if (turned.isEmpty()) {
      return null;
    }
    var neighbours =
        new Kernel.Loop(
            kernel.parallelRank(),
            0,
            false,
            List.copyOf(accesses),
            kernel.scalars(),
            kernel.stages());
    int[] numbers = turned.stream().mapToInt(Integer::intValue).toArray();
    int[] bytes = new int[numbers.length];
    long[] strides = grid.strides.clone();
    for (int i = 0; i < numbers.length; i++) {
      bytes[i] = accesses.get(numbers[i]).dtype().bytes();
      strides[numbers[i] * shape.strides() + LoopCode.ROW] = tileStride(bytes[i]);
      strides[numbers[i] * shape.strides() + LoopCode.LANE] = bytes[i];
    }
    return new TurnedReads(loop.compiler().apply(neighbours).code(), numbers, bytes, strides);
  }

  /** Whether an access is read only where it stands. */
  private static boolean isDirect(Kernel.Loop kernel, int access) {
    for (Stage stage : kernel.stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Load load && load.access() == access && load.isComputed()) {
          return false;
        }
      }
    }
    return true;
  }

  private static long tileStride(int bytes) {
    return (long) COLUMNS * bytes + LINE;
  }

  /** What runs parts, as {@link LoopCode#parts} does, with the arguments that the operands have where they are. */
  LoopCode.Parts parts(LoopArguments arguments) {
    return (bases, rows, cols) -> run(arguments, bases, rows, cols);
  }

  private void run(LoopArguments arguments, long[] at, int rows, int cols) {
    int perAccess = strides.length / at.length;
    long[] bases = at.clone();
    var onTiles =
        new LoopArguments(
            bases, strides, arguments.scalars(), arguments.sizes(), arguments.failed());
    try (Scratch scratch = Scratch.take()) {
      long room = 0;
      for (int size : bytes) {
        room += ROWS * tileStride(size);
      }
      long tiles = scratch.room(room);
      for (int c = 0; c < cols; c += COLUMNS) {
        int wide = Math.min(COLUMNS, cols - c);
        for (int r = 0; r < rows; r += ROWS) {
          int high = Math.min(ROWS, rows - r);
          long tile = tiles;
          for (int i = 0; i < turned.length; i++) {
            int a = turned[i];
            long along = arguments.strides()[a * perAccess + LoopCode.LANE];
            long from = at[a] + (long) r * bytes[i] + c * along;
            Packing.of(bytes[i])
                .copy(from, bytes[i], along, high, wide, tile, tileStride(bytes[i]));
            // The code counts rows and columns from those of the whole part on.
            bases[a] = tile - r * tileStride(bytes[i]) - (long) c * bytes[i];
            tile += ROWS * tileStride(bytes[i]);
          }
          code.run(onTiles, r, high, c, wide);
        }
      }
    }
  }
}
