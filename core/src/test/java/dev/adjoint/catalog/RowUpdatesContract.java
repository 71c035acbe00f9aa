package dev.adjoint.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Plans;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.reference.Reference;
import dev.adjoint.schedule.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Some rows of a table change where they are: the others are neither read nor written, and none change if a position is out of
 * range. A device's tests extend this.
 */
public abstract class RowUpdatesContract {
  private static final int ROWS = 1000;
  private static final int SIZE = 9;

  /** The devices under test. */
  protected abstract List<Device> devices();

  private Stream<DynamicTest> onEach(Runnable test) {
    return devices().stream()
        .map(
            device ->
                dynamicTest(
                    device.name(),
                    () ->
                        Scope.on(
                            device,
                            () -> {
                              test.run();
                              return device;
                            })));
  }

  /** Positions that are not known before they are computed, with equal ones among them. */
  private static Tensor positions(int n, DType dtype) {
    int[] values = new int[n];
    Arrays.setAll(values, i -> i * 37 % (ROWS / 2) * (i % 3) % ROWS);
    return Tensors.of(values).add(1).sub(1).to(dtype);
  }

  private static Variable table(DType dtype) {
    Tensor values = Tensors.arange(ROWS * SIZE).remainder(64).reshape(ROWS, SIZE);
    return new Variable("table", values.to(dtype));
  }

  private static Tensor rows(int n, DType dtype) {
    return Tensors.arange(n * SIZE).remainder(50).reshape(n, SIZE).to(dtype).realize();
  }

  /** Updates a table; returns the bytes that this took. */
  private static long update(Variable table, Tensor value) {
    double[] expected = Reference.evaluate(value);
    table.set(value);
    Engine.step(List.of());
    long bytes = Plans.last().peakBytes();
    assertThat(table.toDoubles()).containsExactly(expected);
    return bytes;
  }

  @TestFactory
  Stream<DynamicTest> rowsChangeWhereTheyAre() {
    return onEach(
        () -> {
          for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
            for (int n : new int[] {7, 100}) {
              Tensor at = positions(n, n < 64 ? DType.I32 : DType.I64);
              Tensor rows = rows(n, dtype);
              List<BiFunction<Tensor, Tensor, Tensor>> updates =
                  List.of(
                      (x, p) -> x.indexAdd(0, p, rows),
                      (x, p) -> x.indexCopy(0, p, rows),
                      (x, p) -> x.indexCopy(0, p, x.indexSelect(0, p).mul(2).add(rows)),
                      (x, p) ->
                          x.scatterReduce(
                              0, p.unsqueeze(1).broadcastTo(n, SIZE), rows, "amax", true));
              for (BiFunction<Tensor, Tensor, Tensor> update : updates) {
                Variable table = table(dtype);
                for (int step = 0; step < 3; step++) {
                  long bytes = update(table, update.apply(table.value(), at));
                  assertThat(bytes).isLessThan((long) ROWS * SIZE * dtype.bytes());
                }
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> narrowRowsArePutWhereTheyAre() {
    return onEach(
        () -> {
          for (DType dtype : List.of(DType.F16, DType.BF16, DType.U8, DType.BOOL)) {
            Variable table = table(dtype);
            Tensor value = table.indexCopy(0, positions(100, DType.I32), rows(100, dtype));
            assertThat(update(table, value)).isLessThan((long) ROWS * SIZE * dtype.bytes());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> positionsOfEachElement() {
    return onEach(
        () -> {
          Variable table = table(DType.F32);
          Tensor at = positions(100 * SIZE, DType.I32).reshape(100, SIZE);
          Tensor value = table.scatterAdd(0, at, rows(100, DType.F32));
          assertThat(update(table, value)).isLessThan(4L * ROWS * SIZE);
          Tensor across = positions(ROWS * 4, DType.I32).reshape(ROWS, 4).remainder(SIZE);
          update(table, table.scatterAdd(1, across, Tensors.ones(ROWS, 4)));
        });
  }

  @TestFactory
  Stream<DynamicTest> rowsAreLookedUpWhereTheyBelong() {
    return onEach(
        () -> {
          for (DType dtype : List.of(DType.F32, DType.I32, DType.F16)) {
            Variable found = new Variable("found", rows(100, dtype));
            Tensor at = positions(100, DType.I32).realize();
            Tensor value = table(dtype).indexSelect(0, at);
            assertThat(update(found, value)).isLessThan(100L * SIZE * dtype.bytes());
            float[] before = found.toFloats();
            Tensor bad = Tensors.arange(100).eq(99).where(-2, at).realize();
            found.set(table(dtype).indexSelect(0, bad));
            assertThatThrownBy(
                    () -> {
                      Engine.step(List.of());
                      found.toFloats();
                    })
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("-2");
            assertThat(found.toFloats()).containsExactly(before);
          }
        });
  }

  /** Also where the bad position is the last one, behind rows that could have been written. */
  @TestFactory
  Stream<DynamicTest> noRowChangesIfAPositionIsOutOfRange() {
    return onEach(
        () -> {
          for (int n : new int[] {1, 7, 100}) {
            for (int bad : new int[] {ROWS, -1, Integer.MAX_VALUE}) {
              Variable table = table(DType.F32);
              var other = new Variable("other", Tensors.ones(5));
              float[] before = table.toFloats();
              Tensor last = Tensors.arange(n).eq(n - 1);
              Tensor at = last.where(bad, positions(n, DType.I32));
              table.set(table.indexAdd(0, at, rows(n, DType.F32)));
              other.set(other.add(1));
              // A device may tell of it at the next call.
              assertThatThrownBy(
                      () -> {
                        Engine.step(List.of());
                        table.toFloats();
                      })
                  .isInstanceOf(IndexOutOfBoundsException.class)
                  .hasMessageContaining(Integer.toString(bad));
              assertThat(table.toFloats()).containsExactly(before);
              assertThat(other.toFloats()).containsOnly(1);
              update(table, table.indexAdd(0, positions(n, DType.I32), rows(n, DType.F32)));
            }
          }
        });
  }
}
