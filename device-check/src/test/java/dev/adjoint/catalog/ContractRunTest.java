package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Shares of the contract, which has some 7,000 tests. */
class ContractRunTest {
  private static final long GRACE = 60_000;

  private static void run(ContractRun run, boolean all, BooleanSupplier isOver)
      throws InterruptedException {
    run.run(all, 3, isOver, GRACE, () -> {});
  }

  @Test
  void theSampleRunsBeforeTheRest() throws InterruptedException {
    var run = new ContractRun(Device.cpu(), 300, 500);
    assertTrue(run.size() >= 9 && run.size() <= 20, () -> run.size() + " tests");
    assertTrue(
        run.sample() > 0 && run.sample() < run.size(), () -> run.sample() + " in the sample");
    run(run, false, () -> false);
    assertEquals(run.sample(), run.passed());
    assertEquals(1, run.leftOut().size());
    run(run, true, () -> false);
    assertEquals(List.of(), run.failures());
    assertEquals(run.size(), run.passed());
    assertEquals(List.of(), run.leftOut());
  }

  @Test
  void theSampleHasEachOperation() {
    var run = new ContractRun(Device.cpu(), 1, 1);
    int operations = OpCatalog.all().size() + OpCatalog.differentiable().size();
    assertTrue(run.sample() > operations && run.sample() < run.size() / 2, () -> run.sample() + "");
  }

  @Test
  void noTestBeginsWhenTheTimeIsOver() throws InterruptedException {
    var run = new ContractRun(Device.cpu(), 300, 500);
    var asked = new AtomicInteger();
    run(run, true, () -> asked.incrementAndGet() > 3);
    assertTrue(run.passed() <= 3, () -> run.passed() + " tests");
    String text = run.leftOut().getFirst();
    int left = run.size() - run.passed();
    assertTrue(text.startsWith(left + " of " + run.size() + " tests, from \""), text);
  }
}
