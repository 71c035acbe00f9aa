package dev.adjoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Regions whose values are freed at the end: what survives does so unchanged, and the rest cannot be read. */
class TemporariesTest {
  private static final int MILLION = 1 << 20;

  private final Tensor x = Tensors.arange(MILLION).to(DType.F32).realize();

  private static long live() {
    Devices.memoryReport();
    return Device.cpu().backend().memory().live();
  }

  private static void assertGone(Runnable use) {
    assertThatThrownBy(use::run)
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("Scope.temporaries")
        .hasMessageContaining("keep()");
  }

  private static <T> T inOtherThread(Callable<T> action) throws Exception {
    try (var pool = Executors.newSingleThreadExecutor()) {
      return pool.submit(action).get();
    }
  }

  @Test
  void theirMemoryIsFreeAtTheEnd() {
    var held = new ArrayList<Tensor>();
    for (int i = 0; i < 300; i++) {
      long inside =
          Scope.temporaries(
              () -> {
                held.add(x.add(1).realize());
                held.add(held.getLast().mul(2).realize());
                return live();
              });
      assertThat(live()).isLessThanOrEqualTo(inside - 8 * MILLION);
    }
    assertThat(held).hasSize(600).allSatisfy(tensor -> assertGone(tensor::toFloats));
  }

  @Test
  void anErrorFreesThemToo() {
    var inside = new AtomicLong();
    assertThatThrownBy(
            () ->
                Scope.temporaries(
                    () -> {
                      Tensor y = x.exp().realize();
                      inside.set(live());
                      throw new IllegalStateException("mine with " + y.shape());
                    }))
        .hasMessageContaining("mine");
    assertThat(live()).isLessThanOrEqualTo(inside.get() - 4 * MILLION);
  }

  @Test
  void whatIsReturnedSurvives() {
    Tensor lazy = Scope.temporaries(() -> x.add(1).realize().mul(2));
    List<Map<String, Tensor>> several =
        Scope.temporaries(() -> List.of(Map.of("a", x.add(3).realize(), "b", x.sub(1))));
    Tensor view = Scope.temporaries(() -> x.add(4).realize().reshape(1024, 1024).realize());
    fill();
    assertThat(lazy.narrow(0, 7, 2).toFloats()).containsExactly(16, 18);
    assertThat(several.getFirst().get("a").narrow(0, 7, 2).toFloats()).containsExactly(10, 11);
    assertThat(several.getFirst().get("b").narrow(0, 7, 2).toFloats()).containsExactly(6, 7);
    assertThat(view.slice(0, 1, 2).narrow(1, 0, 2).toFloats()).containsExactly(1028, 1029);
    assertThat((double) Scope.temporaries(() -> x.narrow(0, 3, 1).exp().log().item()))
        .isEqualTo(3, within(1e-5));
  }

  /** Takes the blocks that are free now, with other content. */
  private void fill() {
    for (int i = 0; i < 4; i++) {
      Scope.temporaries(() -> List.of(x.mul(0).realize(), x.mul(-1).realize()).size());
    }
  }

  @Test
  void whatIsKeptSurvives() {
    var kept = new ArrayList<Tensor>();
    Scope.temporaries(
        () -> {
          kept.add(x.add(1).keep().realize());
          kept.add(x.add(2).realize().keep());
          Tensor base = x.add(3).realize();
          kept.add(base.reshape(1024, 1024).keep().realize().flatten());
          assertThat(base.narrow(0, 0, 1).item()).isEqualTo(3);
        });
    fill();
    for (int i = 0; i < 3; i++) {
      assertThat(kept.get(i).narrow(0, 5, 1).item()).isEqualTo(6 + i);
    }
  }

  @Test
  void whatWasRecordedBeforeSurvives() {
    Tensor before = x.add(1);
    Scope.temporaries(
        () -> {
          before.realize();
          Scope.temporaries(() -> before.mul(2).realize());
        });
    fill();
    assertThat(before.narrow(0, 5, 1).item()).isEqualTo(6);
  }

  @Test
  void anInnerRegionHandsItsResultToTheOuterOne() {
    var leaked = new ArrayList<Tensor>();
    double sum =
        Scope.temporaries(
            () -> {
              Tensor outer = x.add(1);
              Tensor inner = Scope.temporaries(() -> x.add(outer.realize()).add(1));
              leaked.add(inner);
              leaked.add(outer);
              fill();
              return inner.narrow(0, 0, 2).sum().item() + outer.narrow(0, 0, 1).item();
            });
    assertThat(sum).isEqualTo(2 + 4 + 1);
    leaked.forEach(tensor -> assertGone(tensor::toFloats));
  }

  @Test
  void everyUseAfterTheEndIsAnError() {
    var leaked = new ArrayList<Tensor>();
    Scope.temporaries(
        () -> {
          leaked.add(x.add(1).realize());
          leaked.add(leaked.getFirst().mul(2));
          leaked.add(Tensors.of(1f, 2f));
          leaked.add(Tensors.of(new int[] {1, 0}));
        });
    leaked.forEach(tensor -> assertGone(tensor::toFloats));
    leaked.forEach(tensor -> assertGone(tensor::realize));
    leaked.forEach(tensor -> assertGone(() -> tensor.add(1).toFloats()));
    leaked.forEach(tensor -> assertGone(() -> Plans.of(tensor.add(1))));
    leaked.forEach(tensor -> assertGone(() -> new Variable("v", tensor)));
    leaked.forEach(tensor -> assertGone(() -> tensor.keep().toFloats()));
    assertGone(() -> x.reshape(1024, 1024).embedding(leaked.getLast()).realize());
    assertGone(() -> Scope.temporaries(() -> leaked.getFirst()));
  }

  @Test
  void variablesKeepTheirValues() {
    var old = new Variable("old", x);
    var made = new ArrayList<Variable>();
    Scope.temporaries(
        () -> {
          Tensor y = x.add(1).realize();
          old.set(y.mul(2));
          made.add(new Variable("new", y));
        });
    fill();
    assertThat(old.narrow(0, 5, 1).item()).isEqualTo(12);
    assertThat(made.getFirst().narrow(0, 5, 1).item()).isEqualTo(6);
    assertThatThrownBy(
            () ->
                Scope.temporaries(
                    () -> {
                      old.set(x.add(3).realize().mul(3));
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    fill();
    assertThat(old.narrow(0, 5, 1).item()).isEqualTo(24);
  }

  @Test
  void anotherThreadCannotUseThemUnlessTheyAreKept() {
    Scope.temporaries(
        () -> {
          Tensor y = x.add(1).realize();
          assertThatThrownBy(() -> inOtherThread(() -> y.narrow(0, 5, 1).item()))
              .hasRootCauseInstanceOf(StaleTensorException.class)
              .hasMessageContaining("in thread '" + Thread.currentThread().getName() + "'");
          y.keep();
          try {
            assertThat(inOtherThread(() -> y.narrow(0, 5, 1).item())).isEqualTo(6);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          assertThat(Engine.reading(() -> Scope.temporaries(() -> y.narrow(0, 1, 1).item())))
              .isEqualTo(2);
        });
  }

  @Test
  void regionsOfSeveralThreadsDoNotDisturbEachOther() throws Exception {
    try (var pool = Executors.newFixedThreadPool(4)) {
      var results = new ArrayList<Future<Integer>>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        results.add(pool.submit(() -> wrong(thread)));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isZero();
      }
    }
  }

  /** How many of the results of many regions are wrong, when all are there. */
  private static int wrong(int thread) {
    Tensor x = Tensors.arange(50_000).to(DType.F32).realize();
    var results = new ArrayList<Tensor>();
    for (int i = 0; i < 200; i++) {
      int add = 1000 * thread + i;
      results.add(
          Scope.temporaries(
              () -> x.add(add).realize().sub(x.realize()).realize().add(1).narrow(0, 9, 100)));
    }
    int wrong = 0;
    for (int i = 0; i < results.size(); i++) {
      float[] found = results.get(i).toFloats();
      for (float value : found) {
        wrong += value == 1000 * thread + i + 1 ? 0 : 1;
      }
    }
    return wrong;
  }
}
