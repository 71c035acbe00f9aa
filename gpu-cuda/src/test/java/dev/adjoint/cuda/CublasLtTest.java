package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How cuBLASLt is asked to compute. The numbers are those of NVIDIA's {@code cublas_api.h} and {@code library_types.h} of
 * CUDA 13.
 */
class CublasLtTest {
  private static final int CUBLAS_COMPUTE_32F = 68;
  private static final int CUBLAS_COMPUTE_64F = 70;
  private static final int CUBLAS_COMPUTE_32F_FAST_16BF = 75;
  private static final int CUBLAS_COMPUTE_32F_FAST_TF32 = 77;
  private static final int CUDA_R_32F = 0;
  private static final int CUDA_R_64F = 1;
  private static final long CUBLASLT_MATMUL_DESC_EPILOGUE = 7;
  private static final long CUBLASLT_MATMUL_DESC_BIAS_POINTER = 8;
  private static final long CUBLASLT_EPILOGUE_BIAS = 4;

  @TempDir Path root;

  private final Arena arena = Arena.ofShared();
  private final FakeCublasLt library = new FakeCublasLt(arena);
  private final FakeDriver driver = new FakeDriver();

  @AfterEach
  void close() {
    arena.close();
  }

  private CudaBackend device(int capability, @Nullable NativeLibrary installed) {
    var info = new CudaInfo("Fake GPU", capability, 4, 256L << 20, 13000);
    var session = new CudaSession(driver, 0, info, "cuda:0");
    var jars = new RedistJars(ClassLoader.getPlatformClassLoader(), root);
    return new CudaBackend(
        session,
        driver,
        null,
        OptionalLibrary.cublasLt(session, new Toolkit(Map.of(), root, _ -> installed, jars)),
        null);
  }

  private static void prepare(CudaBackend device, DType dtype, Precision precision) {
    long[][] strides = {{128, 0, 1}, {0, 1, 128}, {128, 1, 0}};
    Program program = device.compile(new Kernel.MatMul(dtype, precision, null));
    program.prepare(new Geometry(new int[] {128, 128, 128}, new long[3], strides));
  }

  /** A product and a row that is added, which begins at an element. */
  private static void prepareWithBias(CudaBackend device, long begin) {
    long[][] strides = {{128, 0, 1}, {0, 1, 128}, {128, 1, 0}, {128, 1, 0}, {0, 1, 0}, {128, 1, 0}};
    var read = new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS);
    var write = new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS);
    var sum =
        new Stage.Map(
            List.of(
                new Instr.Load(0, DType.F32),
                new Instr.Load(1, DType.F32),
                new Instr.Apply(ScalarOp.ADD, DType.F32, 0, 1, -1)),
            List.of(new Stage.Store(2, 2)));
    var map = new Kernel.Loop(2, 0, false, List.of(read, read, write), List.of(), List.of(sum));
    device
        .compile(new Kernel.MatMul(DType.F32, Precision.BF16, map))
        .prepare(
            new Geometry(new int[] {128, 128, 128}, new long[] {0, 0, 0, 0, begin, 0}, strides));
  }

  @Test
  void thePrecisionIsTheTypeOfTheComputation() {
    CudaBackend device = device(90, library.library());
    prepare(device, DType.F32, Precision.F32);
    prepare(device, DType.F32, Precision.TF32);
    prepare(device, DType.F32, Precision.BF16);
    prepare(device, DType.F64, Precision.F32);
    assertThat(library.operations)
        .containsExactly(
            List.of(CUBLAS_COMPUTE_32F, CUDA_R_32F),
            List.of(CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F),
            List.of(CUBLAS_COMPUTE_32F_FAST_16BF, CUDA_R_32F),
            List.of(CUBLAS_COMPUTE_64F, CUDA_R_64F));
    assertThat(driver.texts).isEmpty();
  }

  /** An algorithm is chosen by the alignment of the bias, for which its address stands. */
  @Test
  void aBiasIsAnEpilogue() {
    prepareWithBias(device(90, library.library()), 2);
    assertThat(library.attributes).hasSize(2);
    assertThat(library.attributes.getFirst())
        .noneMatch(a -> a.getFirst() == CUBLASLT_MATMUL_DESC_EPILOGUE);
    assertThat(library.attributes.getLast())
        .contains(
            List.of(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS, (long) Integer.BYTES),
            List.of(CUBLASLT_MATMUL_DESC_BIAS_POINTER, 8L, (long) Long.BYTES));
  }

  /** What rounds factors only alone is not taken in full f32 for its epilogue. */
  @Test
  void anEpilogueThatTheLibraryLacksIsAKernel() {
    library.withoutEpilogues = true;
    prepareWithBias(device(90, library.library()), 0);
    assertThat(library.operations)
        .containsExactly(
            List.of(CUBLAS_COMPUTE_32F_FAST_16BF, CUDA_R_32F),
            List.of(CUBLAS_COMPUTE_32F_FAST_16BF, CUDA_R_32F));
    assertThat(driver.texts).singleElement().asString().contains(" map_3x3(");
  }

  @Test
  void whatHasNoFastAlgorithmIsInFullF32() {
    library.missing.add(CUBLAS_COMPUTE_32F_FAST_16BF);
    prepare(device(90, library.library()), DType.F32, Precision.BF16);
    assertThat(library.operations)
        .containsExactly(
            List.of(CUBLAS_COMPUTE_32F_FAST_16BF, CUDA_R_32F),
            List.of(CUBLAS_COMPUTE_32F, CUDA_R_32F));
    assertThat(driver.texts).isEmpty();
  }

  @Test
  void theUnitsAreTensorCoresAlsoWithoutTheLibrary() {
    for (Precision precision : Precision.values()) {
      assertThat(device(80, library.library()).hasUnitFor(precision)).isTrue();
      assertThat(device(75, library.library()).hasUnitFor(precision))
          .isEqualTo(precision == Precision.F32);
      assertThat(device(90, null).hasUnitFor(precision)).isTrue();
      assertThat(device(75, null).hasUnitFor(precision)).isEqualTo(precision == Precision.F32);
    }
  }
}
