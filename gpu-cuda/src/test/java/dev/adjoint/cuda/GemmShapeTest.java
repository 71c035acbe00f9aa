package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelInterpreter;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How products are described to a library. The library of these tests computes what the description says. */
class GemmShapeTest {
  private static long index(GemmShape.Matrix matrix, int batch, long row, long column) {
    return batch * matrix.batch()
        + (matrix.contiguousRows()
            ? row * matrix.leading() + column
            : column * matrix.leading() + row);
  }

  /** ProductLibrary by the description alone. */
  private static ProductLibrary.Product byDescription(GemmShape gemm) {
    return (left, right, result, bias, scale) -> {
      assertThat(bias).isZero();
      assertThat(scale).isEqualTo(DType.F32.bits(1));
      MemorySegment a = FakeDriver.at(left, 1 << 20);
      MemorySegment b = FakeDriver.at(right, 1 << 20);
      MemorySegment c = FakeDriver.at(result, 1 << 20);
      for (int batch = 0; batch < gemm.batches(); batch++) {
        for (long i = 0; i < gemm.m(); i++) {
          for (long j = 0; j < gemm.n(); j++) {
            double sum = 0;
            for (long k = 0; k < gemm.k(); k++) {
              sum +=
                  (double) a.getAtIndex(ValueLayout.JAVA_FLOAT, index(gemm.left(), batch, i, k))
                      * b.getAtIndex(ValueLayout.JAVA_FLOAT, index(gemm.right(), batch, j, k));
            }
            c.setAtIndex(ValueLayout.JAVA_FLOAT, index(gemm.result(), batch, i, j), (float) sum);
          }
        }
      }
    };
  }

  private static Geometry geometry(int[] sizes, long[]... strides) {
    return new Geometry(sizes, new long[strides.length], strides);
  }

  @Test
  void rowsOrColumnsMustBeContiguous() {
    Geometry plain =
        geometry(
            new int[] {4, 5, 6}, new long[] {6, 0, 1}, new long[] {0, 1, 5}, new long[] {5, 1, 0});
    assertThat(GemmShape.of(DType.F32, Precision.F32, plain))
        .isEqualTo(
            new GemmShape(
                DType.F32,
                Precision.F32,
                1,
                4,
                5,
                6,
                new GemmShape.Matrix(true, 6, 0, 64),
                new GemmShape.Matrix(false, 5, 0, 64),
                new GemmShape.Matrix(true, 5, 0, 64),
                0));
    Geometry steps =
        geometry(
            new int[] {4, 5, 6}, new long[] {12, 0, 2}, new long[] {0, 1, 5}, new long[] {5, 1, 0});
    assertThat(GemmShape.of(DType.F32, Precision.F32, steps)).isNull();
    Geometry repeated =
        geometry(
            new int[] {4, 5, 6}, new long[] {0, 0, 1}, new long[] {0, 1, 5}, new long[] {5, 1, 0});
    assertThat(GemmShape.of(DType.F32, Precision.F32, repeated)).isNull();
    Geometry empty =
        geometry(
            new int[] {4, 5, 0}, new long[] {0, 0, 1}, new long[] {0, 1, 5}, new long[] {5, 1, 0});
    assertThat(GemmShape.of(DType.F32, Precision.F32, empty)).isNull();
  }

  @Test
  void batchesMustHaveOneDistance() {
    int[] sizes = {2, 3, 4, 5, 6};
    long[] right = {0, 0, 0, 1, 5};
    long[] result = {60, 20, 5, 1, 0};
    assertThat(
            GemmShape.of(
                DType.F32,
                Precision.F32,
                geometry(sizes, new long[] {72, 24, 6, 0, 1}, right, result)))
        .isNotNull();
    assertThat(
            GemmShape.of(
                DType.F32,
                Precision.F32,
                geometry(sizes, new long[] {24, 48, 6, 0, 1}, right, result)))
        .isNull();
  }

  @Test
  void theAlignmentOfViewsIsKnown() {
    long[][] strides = {{6, 0, 1}, {0, 1, 5}, {5, 1, 0}};
    GemmShape gemm =
        GemmShape.of(
            DType.F32,
            Precision.F32,
            new Geometry(new int[] {4, 5, 6}, new long[] {3, 4, 16}, strides));
    assertThat(gemm).isNotNull();
    assertThat(
            List.of(gemm.left().alignment(), gemm.right().alignment(), gemm.result().alignment()))
        .containsExactly(4, 16, 64);
  }

  /** Doubles the product and adds a row. */
  static Kernel.MatMul withEpilogue() {
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    List<Instr> body =
        List.of(
            new Instr.Load(0, DType.F32),
            new Instr.Load(1, DType.F32),
            new Instr.Apply(ScalarOp.ADD, DType.F32, 0, 0, -1),
            new Instr.Apply(ScalarOp.ADD, DType.F32, 2, 1, -1));
    var map = new Stage.Map(body, List.of(new Stage.Store(2, 3)));
    return new Kernel.MatMul(
        DType.F32, new Kernel.Loop(2, 0, false, accesses, List.of(), List.of(map)));
  }

  /** A library product with its epilogue, and our kernel, on random layouts. */
  @Test
  void productsWithAnEpilogueAreThoseOfTheKernel() {
    var random = new Random(11);
    Kernel.MatMul kernel = withEpilogue();
    int[] sizes = {2, 96, 160, 144};
    for (int round = 0; round < 4; round++) {
      boolean leftRows = random.nextBoolean();
      boolean rightRows = random.nextBoolean();
      long[][] strides = {
        leftRows ? new long[] {96 * 144, 144, 0, 1} : new long[] {96 * 144, 1, 0, 96},
        rightRows ? new long[] {0, 0, 144, 1} : new long[] {0, 0, 1, 160},
        {96 * 160, 160, 1, 0},
        {96 * 160, 160, 1, 0},
        {0, 0, 1, 0},
        {96 * 160, 160, 1, 0}
      };
      Geometry geometry = new Geometry(sizes, new long[] {0, 4, 0, 0, 8, 16}, strides);
      var driver = new FakeDriver();
      var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
      var prepared = new ArrayList<GemmShape>();
      var device =
          new CudaBackend(
              session,
              driver,
              null,
              gemm -> {
                prepared.add(gemm);
                return byDescription(gemm);
              },
              null);
      float[][] results = new float[2][];
      for (int way = 0; way < 2; way++) {
        Buffer[] buffers = new Buffer[6];
        for (int i = 0; i < buffers.length; i++) {
          buffers[i] = i == 3 ? buffers[2] : device.allocate(1 << 20);
          float[] values = new float[40_000];
          for (int e = 0; e < values.length; e++) {
            values[e] = (e * 31 + i) % 17 - 8;
          }
          device.write(buffers[i], 0, MemorySegment.ofArray(values));
        }
        if (way == 0) {
          Program.Launch launch = device.compile(kernel).prepare(geometry);
          driver.kernels.learn(epilogueAlone(kernel), withoutDepth(geometry));
          launch.run(buffers, new long[6], new long[0]);
        } else {
          KernelInterpreter.run(kernel, geometry, memory(buffers), new long[6], new long[0]);
        }
        results[way] = new float[2 * 96 * 160];
        device.read(buffers[5], 64, MemorySegment.ofArray(results[way]));
      }
      assertThat(prepared).hasSize(1);
      assertThat(driver.texts).hasSize(1);
      assertThat(results[0]).isEqualTo(results[1]);
    }
  }

  private static Kernel epilogueAlone(Kernel.MatMul kernel) {
    Kernel.Loop map = java.util.Objects.requireNonNull(kernel.epilogue());
    return new Kernel.Loop(3, 0, false, map.accesses(), map.scalars(), map.stages());
  }

  private static Geometry withoutDepth(Geometry geometry) {
    long[][] strides = new long[3][];
    for (int a = 0; a < 3; a++) {
      strides[a] = Arrays.copyOf(geometry.strides()[3 + a], 3);
    }
    return new Geometry(
        Arrays.copyOf(geometry.sizes(), 3), Arrays.copyOfRange(geometry.offsets(), 3, 6), strides);
  }

  private static MemorySegment[] memory(Buffer[] buffers) {
    return Arrays.stream(buffers)
        .map(b -> FakeDriver.at(((CudaBuffer) b).address(), b.bytes()))
        .toArray(MemorySegment[]::new);
  }

  private static final long[][] PLAIN = {{128, 0, 1}, {0, 1, 128}, {128, 1, 0}};

  /** Prepares a product that is large enough for a library, and returns what the library was asked for. */
  private static List<GemmShape> asked(
      FakeDriver driver, Precision accepted, Set<Precision> offered) {
    var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
    var asked = new ArrayList<GemmShape>();
    var device =
        new CudaBackend(
            session,
            driver,
            null,
            gemm -> {
              asked.add(gemm);
              return offered.contains(gemm.precision()) ? byDescription(gemm) : null;
            },
            null);
    device
        .compile(new Kernel.MatMul(DType.F32, accepted, null))
        .prepare(geometry(new int[] {128, 128, 128}, PLAIN));
    return asked;
  }

  @Test
  void theLibraryIsAskedForWhatIsAcceptedThenForFullF32() {
    for (Precision accepted : Precision.values()) {
      var driver = new FakeDriver();
      GemmShape gemm =
          GemmShape.of(DType.F32, accepted, geometry(new int[] {128, 128, 128}, PLAIN));
      assertThat(asked(driver, accepted, Set.of(accepted))).containsExactly(gemm);
      assertThat(driver.texts).isEmpty();
    }
    var driver = new FakeDriver();
    assertThat(asked(driver, Precision.TF32, Set.of(Precision.F32)))
        .extracting(GemmShape::precision)
        .containsExactly(Precision.TF32, Precision.F32);
    assertThat(driver.texts).isEmpty();
  }

  @Test
  void ourKernelIsInWhatIsAcceptedToo() {
    var driver = new FakeDriver();
    assertThat(asked(driver, Precision.BF16, Set.of())).hasSize(2);
    assertThat(driver.texts).singleElement().asString().contains(" matmul_f32_bf16(", "mma_bf16(");
  }

  @Test
  void smallProductsAreLeftToOurKernel() {
    var driver = new FakeDriver();
    var session = new CudaSession(driver, 0, FakeDriver.info(), "cuda:0");
    var device =
        new CudaBackend(
            session,
            driver,
            null,
            _ -> {
              throw new AssertionError("asked for a small product");
            },
            null);
    device
        .compile(new Kernel.MatMul(DType.F32, null))
        .prepare(
            geometry(
                new int[] {4, 5, 6},
                new long[] {6, 0, 1},
                new long[] {0, 1, 5},
                new long[] {5, 1, 0}));
    assertThat(driver.texts).hasSize(1);
  }
}
