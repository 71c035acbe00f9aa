package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
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
        new OptionalProducts(session, new Toolkit(Map.of(), root, _ -> installed, jars)));
  }

  private void prepare(CudaBackend device, DType dtype, Precision precision) {
    long[][] strides = {{128, 0, 1}, {0, 1, 128}, {128, 1, 0}};
    Program program = device.compile(new Kernel.MatMul(dtype, precision, null));
    program.prepare(new Geometry(new int[] {128, 128, 128}, new long[3], strides));
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
