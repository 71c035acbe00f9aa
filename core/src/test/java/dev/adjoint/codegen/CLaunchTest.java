package dev.adjoint.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CLaunchTest {
  private static final Target CUDA = new Target(Dialect.CUDA, Target.Threads.MANY, 100);
  private static final Target OPENCL = new Target(Dialect.OPENCL, Target.Threads.MANY, 100);
  private static final Target PROCESSOR = new Target(Dialect.OPENCL, Target.Threads.FEW, 2);

  /** A copy over two axes whose lanes are contiguous. */
  private static final Kernel COPY =
      new Kernel.Loop(
          2,
          0,
          false,
          List.of(
              new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
              new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS)),
          List.of(),
          List.of(
              new Stage.Map(
                  List.of(new Instr.Load(0, DType.F32)), List.of(new Stage.Store(1, 0)))));

  private static Geometry geometry(int rows, int columns, long stride) {
    return new Geometry(
        new int[] {rows, columns}, new long[] {5, 0}, new long[][] {{stride, 1}, {columns, 1}});
  }

  private static ByteBuffer written(CLaunch launch, int part, long... starts) {
    ByteBuffer to = ByteBuffer.allocate(launch.bytes()).order(ByteOrder.nativeOrder());
    launch.write(to, part, starts, new long[0]);
    return to;
  }

  @Test
  void sizesAreNotPartOfTheText() {
    for (Target target : List.of(CUDA, OPENCL, PROCESSOR)) {
      CSource small = CSource.print(COPY, target, geometry(3, 4, 9)).source();
      CSource large = CSource.print(COPY, target, geometry(3000, 4000, 12345)).source();
      assertThat(small).isEqualTo(large);
    }
  }

  @Test
  void theStructureBeginsWithTheStartsInElements() {
    ByteBuffer to = written(CSource.print(COPY, OPENCL, geometry(3, 4, 9)), 0, 128, 64);
    assertThat(to.getLong(0)).isEqualTo(128 / 4 + 5);
    assertThat(to.getLong(8)).isEqualTo(64 / 4);
    assertThat(to.getInt(16)).isEqualTo(9);
    assertThat(to.getInt(20)).isEqualTo(4);
  }

  @Test
  void stridesBeyond32BitsMakeTheFieldsWider() {
    CLaunch wide = CSource.print(COPY, OPENCL, geometry(3, 4, 5_000_000_000L));
    assertThat(wide.source().text()).contains("i64 s0_0;");
    assertThat(written(wide, 0, 0, 0).getLong(16)).isEqualTo(5_000_000_000L);
    assertThat(CSource.print(COPY, OPENCL, geometry(3, 4, 9)).source().text())
        .contains("i32 s0_0;");
  }

  @Test
  void rowsThatOneLaunchCannotHaveComeInParts() {
    CLaunch launch = CSource.print(COPY, CUDA, geometry(100_000, 300, 300));
    assertThat(launch.items()).isEqualTo(256);
    assertThat(launch.groups()).isEqualTo(2);
    assertThat(launch.parts()).isEqualTo(2);
    assertThat(launch.rowGroups(0)).isEqualTo(65535);
    assertThat(launch.rowGroups(1)).isEqualTo(100_000 - 65535);
    int row0 = launch.bytes() - 12;
    assertThat(
            List.of(written(launch, 0, 0, 0).getInt(row0), written(launch, 1, 0, 0).getInt(row0)))
        .isEqualTo(List.of(0, 65535));
    assertThat(CSource.print(COPY, OPENCL, geometry(100_000, 300, 300)).parts()).isEqualTo(1);
  }

  @Test
  void everyPointIsInOneGroup() {
    for (int rows : new int[] {1, 2, 63, 64, 1000, 70_001}) {
      for (int columns : new int[] {1, 3, 64, 65, 5000}) {
        CLaunch gpu = CSource.print(COPY, OPENCL, geometry(rows, columns, columns));
        assertThat(gpu.groups() * gpu.items()).isBetween((long) columns, columns + 255L);
        assertThat(gpu.rowGroups(0) * gpu.rowItems()).isBetween((long) rows, rows + 255L);
        CLaunch processor = CSource.print(COPY, PROCESSOR, geometry(rows, columns, columns));
        assertThat(processor.items() * processor.rowItems()).isEqualTo(1);
        assertThat(processor.groups() * processor.rowGroups(0)).isBetween(1L, 64L);
      }
    }
  }

  @Test
  void anEmptySpaceHasNoLaunch() {
    assertThat(CSource.print(COPY, OPENCL, geometry(0, 4, 4)).parts()).isZero();
    assertThat(CSource.print(COPY, PROCESSOR, geometry(4, 0, 4)).parts()).isZero();
  }

  @Test
  void numbersThatAreTooManyForArgumentsAreInMemory() {
    CLaunch small = CSource.print(COPY, OPENCL, geometry(3, 4, 9));
    int bytes = small.bytes() + 16;
    assertThat(CSource.print("d", COPY, OPENCL, geometry(3, 4, 9), bytes).source())
        .isEqualTo(small.source());
    CLaunch large = CSource.print("d", COPY, OPENCL, geometry(3, 4, 9), bytes - 1);
    assertThat(large.source().numbersInMemory()).isTrue();
    assertThat(large.source().text())
        .contains("(__global f32* a0, __global f32* a1, const __global Parameters* numbers) {")
        .contains("const Parameters p = *numbers;");
    assertThat(written(large, 0, 128, 64)).isEqualTo(written(small, 0, 128, 64));
    assertThatThrownBy(() -> CSource.print("d", COPY, OPENCL, geometry(3, 4, 9), 23))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageEndingWith(" has 24 bytes of arguments, and the device takes 23");
    assertThatThrownBy(() -> CSource.print("d", COPY, CUDA, geometry(3, 4, 9), bytes - 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void moreRowsThanAnIntAreAnError() {
    var kernel =
        new Kernel.Loop(
            3, 0, false, ((Kernel.Loop) COPY).accesses(), List.of(), ((Kernel.Loop) COPY).stages());
    var geometry =
        new Geometry(
            new int[] {1 << 20, 1 << 20, 1},
            new long[2],
            new long[][] {{1 << 20, 1, 1}, {1 << 20, 1, 1}});
    assertThatThrownBy(() -> CSource.print(kernel, OPENCL, geometry))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("1099511627776 rows, which is more than 2147483647");
  }

  @Test
  void aScanOfFewLongRowsHasThreePasses() {
    var kernel = new Kernel.Scan(2, 1, ScanOp.SUM, DType.F32);
    int n = 4096 * 65536 + 1;
    var rows = new Geometry(new int[] {2, n}, new long[2], new long[][] {{n, 1}, {n, 1}});
    CLaunch launch = CSource.print(kernel, CUDA, rows);
    assertThat(launch.groups()).isEqualTo(2);
    assertThat(IntStream.range(0, launch.parts()).mapToLong(launch::rowGroups))
        .containsExactly(65535L, 2L, 1L, 65535L, 2L);
    // The structure ends with the pass and the first chunk of the part, in the order in which the
    // text asks for them.
    assertThat(IntStream.range(0, 5).map(p -> written(launch, p, 0, 0).getInt(launch.bytes() - 12)))
        .containsExactly(0, 0, 1, 2, 2);
    assertThat(IntStream.range(0, 5).map(p -> written(launch, p, 0, 0).getInt(launch.bytes() - 8)))
        .containsExactly(0, 65535, 0, 0, 65535);
  }
}
