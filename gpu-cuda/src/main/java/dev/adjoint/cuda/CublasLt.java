package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.device.Undo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products by cuBLASLt: f32 is computed in f32 and not in TF32, unless a product accepts that.
 *
 * <p>The library counts columns first. Seen so, the rows of a row-major matrix are the columns of its transpose; so it is asked
 * for the transposed result, which is right times left.
 */
final class CublasLt implements ProductLibrary<GemmShape> {
  private static final int COMPUTE_F32 = 68;
  private static final int COMPUTE_F64 = 70;
  private static final int COMPUTE_F32_BY_BF16 = 75;
  private static final int COMPUTE_F32_BY_TF32 = 77;
  private static final int R_32F = 0;
  private static final int R_64F = 1;
  private static final int TRANSPOSE_A = 3;
  private static final int TRANSPOSE_B = 4;
  private static final int EPILOGUE = 7;
  private static final int BIAS_POINTER = 8;
  private static final int BATCH_COUNT = 5;
  private static final int BATCH_OFFSET = 6;
  private static final int WORKSPACE_BYTES = 1;
  private static final int ALIGNMENT_OF_A = 5;

  /** The structure in which the library returns an algorithm: 64 bytes of algorithm, then numbers. */
  private static final int HEURISTIC_RESULT_BYTES = 96;

  private static final int HEURISTIC_STATE = 72;

  /**
   * The epilogue that adds a vector along the rows of the library's result, which are our columns. RELU, with or without it, is
   * not used: ours keeps NaN, and NVIDIA documents {@code max(x, 0)} and says nothing of NaN.
   */
  private static final int BIAS = 4;

  private static final int NOT_SUPPORTED = 15;

  /** What NVIDIA advises for Hopper; older devices need less. */
  private static final long WORKSPACE = 32L << 20;

  private final CheckedLibrary library;
  private final MethodHandle matmul;
  private final MethodHandle setAttribute;
  private final long handle;
  private final long workspace;
  private final long stream;

  /** Opens the library on the current context. */
  CublasLt(NativeLibrary found, CudaDriver driver, long stream) {
    library = CheckedLibrary.of(found, "cuBLAS", CublasLt::meaning);
    this.stream = stream;
    matmul =
        library.function(
            "cublasLtMatmul",
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    setAttribute =
        library.function("cublasLtMatmulDescSetAttribute", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    try (var undo = new Undo()) {
      workspace = driver.allocate(WORKSPACE);
      undo.add(() -> driver.free(workspace));
      handle = library.ask("cublasLtCreate");
      undo.keep();
    }
  }

  private static String meaning(int code) {
    return switch (code) {
      case 1 -> "not initialized";
      case 3 -> "out of memory";
      case 7 -> "an argument is out of range";
      case 8 -> "the device is too old";
      case 13 -> "the device failed";
      case NOT_SUPPORTED -> "this is not supported";
      default -> "see the documentation of cuBLAS";
    };
  }

  private void set(Arena arena, String what, long object, int attribute, int value) {
    library.call(
        what + "SetAttribute",
        object,
        attribute,
        arena.allocateFrom(JAVA_INT, value),
        JAVA_INT.byteSize());
  }

  private void set(Arena arena, String what, long object, int attribute, long value) {
    library.call(
        what + "SetAttribute",
        object,
        attribute,
        arena.allocateFrom(JAVA_LONG, value),
        JAVA_LONG.byteSize());
  }

  @Override
  public @Nullable Product prepare(GemmShape gemm) {
    if (!gemm.dtype().isFloat()) {
      return null;
    }
    Descriptions found;
    try (var undo = new Undo();
        Arena arena = Arena.ofConfined()) {
      found = describe(gemm, arena, undo);
      if (found == null) {
        return null;
      }
      undo.keep();
    }
    return (left, right, result, bias, scale) -> run(found, left, right, result, bias, scale);
  }

  /** Makes an object; {@code undo} learns how to destroy it. */
  private long make(Undo undo, String kind, Object... arguments) {
    long object = library.ask("cublasLt" + kind + "Create", arguments);
    undo.add(() -> library.code("cublasLt" + kind + "Destroy", object));
    return object;
  }

  /**
   * What a call needs apart from addresses and the scale; kept for the life of the process, as plans are.
   *
   * @param bias room for the address of a bias; null if there is none
   * @param scale room for the bits of the scale, of which an f32 is the first half on every machine with CUDA
   */
  private record Descriptions(
      long operation,
      long a,
      long b,
      long c,
      MemorySegment algorithm,
      @Nullable MemorySegment bias,
      MemorySegment scale,
      MemorySegment zero) {}

  /** How to compute, as a {@code cublasComputeType_t}; those by less than f32 allow the library to round factors, no more. */
  private static int computation(GemmShape gemm) {
    if (gemm.dtype() == DType.F64) {
      return COMPUTE_F64;
    }
    return switch (gemm.precision()) {
      case F32 -> COMPUTE_F32;
      case TF32 -> COMPUTE_F32_BY_TF32;
      case BF16 -> COMPUTE_F32_BY_BF16;
    };
  }

  private @Nullable Descriptions describe(GemmShape gemm, Arena arena, Undo undo) {
    int type = gemm.dtype() == DType.F32 ? R_32F : R_64F;
    long operation = make(undo, "MatmulDesc", computation(gemm), type);
    // A is the right operand with its n rows as columns of k; contiguous, they need to be
    // transposed to n x k.
    set(arena, "cublasLtMatmulDesc", operation, TRANSPOSE_A, gemm.right().contiguousRows() ? 1 : 0);
    // B is the left operand with its m rows as columns of k, which is what is wanted.
    set(arena, "cublasLtMatmulDesc", operation, TRANSPOSE_B, gemm.left().contiguousRows() ? 0 : 1);
    boolean biased = gemm.bias() > 0;
    if (biased) {
      set(arena, "cublasLtMatmulDesc", operation, EPILOGUE, BIAS);
      // Algorithms are chosen by the alignment of this address, which nobody reads from.
      set(arena, "cublasLtMatmulDesc", operation, BIAS_POINTER, (long) gemm.bias());
    }
    long a = layout(arena, type, gemm.right(), gemm.n(), gemm.k(), gemm.batches(), undo);
    long b = layout(arena, type, gemm.left(), gemm.m(), gemm.k(), gemm.batches(), undo);
    long c = layout(arena, type, gemm.result(), gemm.m(), gemm.n(), gemm.batches(), undo);
    MemorySegment algorithm = algorithm(arena, gemm, operation, a, b, c);
    if (algorithm == null) {
      return null;
    }
    Arena forever = Arena.ofAuto();
    MemorySegment bias = biased ? forever.allocate(JAVA_LONG) : null;
    MemorySegment scale = forever.allocate(JAVA_LONG);
    MemorySegment zero = forever.allocate(JAVA_LONG);
    MemorySegment kept =
        forever.allocate(HEURISTIC_RESULT_BYTES, JAVA_LONG.byteSize()).copyFrom(algorithm);
    return new Descriptions(operation, a, b, c, kept, bias, scale, zero);
  }

  private long layout(
      Arena arena,
      int type,
      GemmShape.Matrix matrix,
      long rows,
      long columns,
      int batches,
      Undo undo) {
    long inside = matrix.contiguousRows() ? columns : rows;
    long outside = matrix.contiguousRows() ? rows : columns;
    long layout = make(undo, "MatrixLayout", type, inside, outside, matrix.leading());
    if (batches > 1) {
      set(arena, "cublasLtMatrixLayout", layout, BATCH_COUNT, batches);
      set(arena, "cublasLtMatrixLayout", layout, BATCH_OFFSET, matrix.batch());
    }
    return layout;
  }

  private @Nullable MemorySegment algorithm(
      Arena arena, GemmShape gemm, long operation, long a, long b, long c) {
    try (var undo = new Undo()) {
      long preference = make(undo, "MatmulPreference");
      set(arena, "cublasLtMatmulPreference", preference, WORKSPACE_BYTES, WORKSPACE);
      int[] alignments = {
        gemm.right().alignment(),
        gemm.left().alignment(),
        gemm.result().alignment(),
        gemm.result().alignment()
      };
      for (int operand = 0; operand < alignments.length; operand++) {
        set(
            arena,
            "cublasLtMatmulPreference",
            preference,
            ALIGNMENT_OF_A + operand,
            alignments[operand]);
      }
      MemorySegment result = arena.allocate(HEURISTIC_RESULT_BYTES, JAVA_LONG.byteSize());
      MemorySegment count = arena.allocate(JAVA_INT);
      int code =
          library.code(
              "cublasLtMatmulAlgoGetHeuristic",
              handle,
              operation,
              a,
              b,
              c,
              c,
              preference,
              1,
              result,
              count);
      if (code != NOT_SUPPORTED) {
        library.check("cublasLtMatmulAlgoGetHeuristic", code);
      }
      boolean found =
          code == 0 && count.get(JAVA_INT, 0) > 0 && result.get(JAVA_INT, HEURISTIC_STATE) == 0;
      return found ? result : null;
    }
  }

  private void run(Descriptions d, long left, long right, long result, long bias, long scale) {
    d.scale.set(JAVA_LONG, 0, scale);
    if (d.bias != null) {
      d.bias.set(JAVA_LONG, 0, bias);
      library.exactly(
          "cublasLtMatmulDescSetAttribute",
          () ->
              (int) setAttribute.invokeExact(d.operation, BIAS_POINTER, d.bias, d.bias.byteSize()));
    }
    library.exactly(
        "cublasLtMatmul",
        () ->
            (int)
                matmul.invokeExact(
                    handle,
                    d.operation,
                    d.scale,
                    right,
                    d.a,
                    left,
                    d.b,
                    d.zero,
                    result,
                    d.c,
                    result,
                    d.c,
                    d.algorithm,
                    workspace,
                    WORKSPACE,
                    stream));
  }
}
