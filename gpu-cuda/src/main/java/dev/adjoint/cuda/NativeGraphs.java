package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The graphs of {@link NativeDriver}, by functions that it has since CUDA 12.0, as NVRTC needs it anyway. */
final class NativeGraphs implements GraphDriver {
  private static final int CAPTURE_THREAD_LOCAL = 1;

  private final CheckedLibrary library;
  private final MethodHandle launch;

  NativeGraphs(CheckedLibrary library) {
    this.library = library;
    launch = library.function("cuGraphLaunch", JAVA_LONG, JAVA_LONG);
  }

  @Override
  public long create() {
    return library.ask("cuGraphCreate", 0);
  }

  @Override
  public void destroy(long graph) {
    library.call("cuGraphDestroy", graph);
  }

  @Override
  public long instantiate(long graph) {
    return library.ask("cuGraphInstantiateWithFlags", graph, 0L);
  }

  @Override
  public void destroyExecutable(long executable) {
    library.call("cuGraphExecDestroy", executable);
  }

  @Override
  public void launch(long executable, long stream) {
    library.exactly("cuGraphLaunch", () -> (int) launch.invokeExact(executable, stream));
  }

  @Override
  public void beginCapture(long stream) {
    library.call("cuStreamBeginCapture_v2", stream, CAPTURE_THREAD_LOCAL);
  }

  @Override
  public long endCapture(long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment graph = arena.allocate(JAVA_LONG);
      library.call("cuStreamEndCapture", stream, graph);
      return graph.get(JAVA_LONG, 0);
    }
  }

  @Override
  public long addChild(long graph, long before, long child) {
    try (Arena arena = Arena.ofConfined()) {
      return library.ask(
          "cuGraphAddChildGraphNode",
          graph,
          arena.allocateFrom(JAVA_LONG, before),
          before == 0 ? 0L : 1L,
          child);
    }
  }

  @Override
  public void setChild(long executable, long node, long child) {
    library.call("cuGraphExecChildGraphNodeSetParams", executable, node, child);
  }
}
