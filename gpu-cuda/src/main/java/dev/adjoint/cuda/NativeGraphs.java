package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The graphs of the CUDA driver, by functions that it has since CUDA 12.0, as NVRTC needs it anyway. */
final class NativeGraphs implements GraphDriver {
  private final NativeDriver driver;
  private final MethodHandle setKernel;
  private final MethodHandle launch;

  NativeGraphs(NativeDriver driver, NativeLibrary library) {
    this.driver = driver;
    setKernel =
        library.function("cuGraphExecKernelNodeSetParams_v2", JAVA_LONG, JAVA_LONG, ADDRESS);
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
  public long addKernel(long graph, long before, MemorySegment kernel) {
    try (Arena arena = Arena.ofConfined()) {
      return driver.ask(
          "cuGraphAddKernelNode_v2",
          graph,
          arena.allocateFrom(JAVA_LONG, before),
          before == 0 ? 0L : 1L,
          kernel);
    }
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
  public void setKernel(long executable, long node, MemorySegment kernel) {
    int code;
    try {
      code = (int) setKernel.invokeExact(executable, node, kernel);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuGraphExecKernelNodeSetParams", e);
    }
    NativeDriver.check("cuGraphExecKernelNodeSetParams", code);
  }

  @Override
  public void launch(long executable, long stream) {
    int code;
    try {
      code = (int) launch.invokeExact(executable, stream);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuGraphLaunch", e);
    }
    NativeDriver.check("cuGraphLaunch", code);
  }
}
