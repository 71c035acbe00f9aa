package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The graphs of {@link NativeDriver}, by functions that it has since CUDA 12.0, as NVRTC needs it anyway. */
final class NativeGraphs implements GraphDriver {
  private static final int CAPTURE_THREAD_LOCAL = 1;

  private final NativeDriver driver;
  private final MethodHandle launch;

  NativeGraphs(NativeDriver driver, NativeLibrary library) {
    this.driver = driver;
    launch = library.function("cuGraphLaunch", JAVA_LONG, JAVA_LONG);
  }

  @Override
  public long create() {
    return driver.ask("cuGraphCreate", 0);
  }

  @Override
  public void destroy(long graph) {
    driver.call("cuGraphDestroy", graph);
  }

  @Override
  public long instantiate(long graph) {
    return driver.ask("cuGraphInstantiateWithFlags", graph, 0L);
  }

  @Override
  public void destroyExecutable(long executable) {
    driver.call("cuGraphExecDestroy", executable);
  }

  @Override
  public void launch(long executable, long stream) {
    int code;
    try {
      code = (int) launch.invokeExact(executable, stream);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuGraphLaunch", e);
    }
    CudaException.check("cuGraphLaunch", code);
  }

  @Override
  public void beginCapture(long stream) {
    driver.call("cuStreamBeginCapture_v2", stream, CAPTURE_THREAD_LOCAL);
  }

  @Override
  public long endCapture(long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment graph = arena.allocate(JAVA_LONG);
      driver.call("cuStreamEndCapture", stream, graph);
      return graph.get(JAVA_LONG, 0);
    }
  }

  @Override
  public long addChild(long graph, long before, long child) {
    try (Arena arena = Arena.ofConfined()) {
      return driver.ask(
          "cuGraphAddChildGraphNode",
          graph,
          arena.allocateFrom(JAVA_LONG, before),
          before == 0 ? 0L : 1L,
          child);
    }
  }

  @Override
  public void setChild(long executable, long node, long child) {
    driver.call("cuGraphExecChildGraphNodeSetParams", executable, node, child);
  }
}
