package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/** The graphs of {@link NativeDriver}, by functions that it has since CUDA 12.0, as NVRTC needs it anyway. */
final class NativeGraphs implements GraphDriver {
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
}
