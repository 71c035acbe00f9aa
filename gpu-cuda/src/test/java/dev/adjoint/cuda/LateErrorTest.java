package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.schedule.Engine;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Positions that only the device knows, of which one is out of range: nobody waits to hear it, and nothing is lost. */
class LateErrorTest {
  private static final int ROWS = 10;
  private static final String RULE = "indexSelect: index 11 is out of range for axis 0 of size 10";

  private final Device device = CudaDevices.emulated(8);
  private EmulatedDriver driver;

  @BeforeEach
  void watch() {
    driver = new EmulatedDriver();
  }

  @AfterEach
  void forget() {
    Emulator.failBy(_ -> 0);
  }

  /** Positions whose range nobody knows before they are computed. */
  private Tensor computed(int... positions) {
    return Scope.on(device, () -> Tensors.of(positions).to(DType.F32).to(DType.I32));
  }

  private Tensor table() {
    return Scope.on(
        device, () -> Tensors.arange(2 * ROWS).reshape(ROWS, 2).to(DType.F32).realize());
  }

  private int waits() {
    return (int) driver.calls.stream().filter(call -> call.endsWith("Synchronize")).count();
  }

  @Test
  void whoReadsGetsTheErrorAndNobodyWaitsBefore() {
    Tensor table = table();
    Tensor rows = table.indexSelect(0, computed(1, 11));
    rows.realize();
    int waits = waits();
    Tensor good = table.indexSelect(0, computed(1, 2));
    assertThatThrownBy(good::realize)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith(RULE)
        .hasMessageContaining("LateErrorTest.java");
    assertThat(waits()).isGreaterThan(waits);
    assertThatThrownBy(rows::toFloats)
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("needs a value whose computation has failed: " + RULE);
    assertThatThrownBy(rows.add(1)::toFloats).isInstanceOf(StaleTensorException.class);
    assertThat(good.toFloats()).containsExactly(2, 3, 4, 5);

    Tensor again = table.indexSelect(0, computed(11, 1));
    assertThatThrownBy(again::toFloats)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith(RULE);
    assertThatThrownBy(again::toFloats).isInstanceOf(StaleTensorException.class);
    assertThat(table.toFloats()).hasSize(2 * ROWS);
  }

  @Test
  void aStepThatFailsLateChangesNothing() {
    Embedding table = Scope.on(device, () -> new Embedding(ROWS, 3));
    var optimizer = new Adam(table.parameters(), 0.1);
    optimizer.step(table.apply(computed(1, 2)).square().sum().backward());
    float[] weights = table.weight().toFloats();
    float[] moments = optimizer.variables().get("0.exp_avg").toFloats();
    Tensor bad = computed(1, 11);
    // To upload them waits for the upload before.
    int waits = waits();
    Tensor loss = table.apply(bad).square().sum();
    optimizer.step(loss.backward());
    assertThat(waits()).isEqualTo(waits);
    assertThat(optimizer.steps()).isEqualTo(2);

    // The next step has no part in it, and does nothing either.
    var gradients = table.apply(computed(3, 4)).square().sum().backward();
    assertThatThrownBy(() -> optimizer.step(gradients))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("embedding: index 11 is out of range for a table of 10 rows");
    assertThat(optimizer.steps()).isEqualTo(1);
    assertThat(table.weight().toFloats()).containsExactly(weights);
    assertThat(optimizer.variables().get("0.exp_avg").toFloats()).containsExactly(moments);
    assertThatThrownBy(loss::item).isInstanceOf(StaleTensorException.class);

    optimizer.step(table.apply(computed(1, 2)).square().sum().backward());
    assertThat(optimizer.steps()).isEqualTo(2);
    assertThat(table.weight().toFloats()).doesNotContain(weights[3], weights[4]);
  }

  @Test
  void theLastStepFailsWhereItsParametersAreRead() {
    Variable table = new Variable("table", table());
    float[] before = table.toFloats();
    Tensor next = table.indexAdd(0, computed(1, 11), Scope.on(device, () -> Tensors.ones(2, 2)));
    table.set(next);
    Engine.step(List.of());
    assertThatThrownBy(table::toFloats)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 11");
    assertThat(table.toFloats()).containsExactly(before);
    assertThatThrownBy(next::toFloats).isInstanceOf(StaleTensorException.class);
    table.set(table.add(1));
    assertThat(table.toFloats()[0]).isEqualTo(before[0] + 1);
  }

  /** The search for the position computes from the values that the step would have replaced. */
  @Test
  void positionsMayDependOnWhatTheStepUpdates() {
    Tensor table = table();
    Variable scale = new Variable("scale", Scope.on(device, () -> Tensors.of(11f, 1f)));
    Tensor rows = table.indexSelect(0, scale.to(DType.I32));
    scale.set(scale.sub(rows.sum().mul(0.001f)));
    Engine.step(List.of());
    assertThatThrownBy(scale::toFloats)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith(RULE);
    assertThat(scale.toFloats()).containsExactly(11, 1);
  }

  @Test
  void anotherThreadIsNotToldOfItButCannotUseTheValues() throws Exception {
    Tensor table = table();
    Tensor rows = table.indexSelect(0, computed(1, 11)).realize();
    try (var threads = Executors.newSingleThreadExecutor()) {
      threads
          .submit(
              () -> {
                assertThat(table.indexSelect(0, computed(1)).toFloats()).containsExactly(2, 3);
                assertThatThrownBy(rows::toFloats)
                    .isInstanceOf(StaleTensorException.class)
                    .hasMessageContaining(RULE);
              })
          .get();
    }
    assertThatThrownBy(() -> table.add(1).realize())
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith(RULE);
    assertThat(table.add(1).toFloats()[0]).isEqualTo(1);
  }

  @Test
  void temporariesAreNotFreedBefore() {
    Tensor table = table();
    Scope.temporaries(() -> table.indexSelect(0, computed(1, 11).realize()).sum().realize());
    assertThatThrownBy(() -> table.add(1).realize())
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith(RULE);
  }

  /** Whatever call of a step with such positions fails, and of what finds out: the step after it gets through. */
  @Test
  void theKthCallMayFail() {
    Tensor table = table();
    boolean through = false;
    for (int k = 0; !through; k++) {
      Variable sums = new Variable("sums", Scope.on(device, () -> Tensors.zeros(2)));
      driver.failCall(k, EmulatedDriver.CODE);
      try {
        sums.set(sums.add(table.indexSelect(0, computed(1, 2)).sum(0)));
        Engine.step(List.of());
        sums.toFloats();
        through = true;
      } catch (CudaException e) {
        assertThat(e).hasMessageContaining(EmulatedProvider.KIND + ":8: ");
      }
      driver.heal();
      float[] now = sums.toFloats();
      assertThat(now[0]).isIn(0f, 6f);
      sums.set(sums.add(table.indexSelect(0, computed(1, 2)).sum(0)));
      assertThat(sums.toFloats()[0]).isEqualTo(now[0] + 6);
    }
  }
}
