package dev.adjoint.cuda;

import java.lang.foreign.MemorySegment;

/** A kernel as the driver without hardware takes it. */
final class FakeKernel implements CudaKernel {
  private static final int MOST_ITEMS = 1024;

  private final FakeDriver driver;
  final long function;
  private final MemorySegment arguments;
  private int rowGroups = 1;

  FakeKernel(
      FakeDriver driver,
      long function,
      int groups,
      int items,
      int rowItems,
      MemorySegment arguments) {
    this.driver = driver;
    this.function = function;
    this.arguments = arguments;
    if (groups <= 0 || items <= 0 || rowItems <= 0 || items * rowItems > MOST_ITEMS) {
      throw new AssertionError("%d groups of %d times %d items".formatted(groups, items, rowItems));
    }
  }

  /** What a call does with the arguments that are in memory now. */
  Runnable action() {
    driver.mustBe(function, "module");
    if (rowGroups <= 0) {
      throw new AssertionError(rowGroups + " rows of groups");
    }
    return driver.action(function, arguments);
  }

  @Override
  public void setRowGroups(int rowGroups) {
    this.rowGroups = rowGroups;
  }

  @Override
  public void launch(long stream) {
    driver.mustBe(stream, "stream");
    driver.inContext("cuLaunchKernel");
    driver.graphs.enqueue(action());
  }

  @Override
  public long addTo(long graph, long before) {
    return driver.graphs.addKernel(graph, before, this);
  }

  @Override
  public void setIn(long executable, long node) {
    driver.graphs.setKernel(executable, node, this);
  }
}
