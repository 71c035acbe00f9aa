package dev.adjoint.cuda;

import static dev.adjoint.cuda.CudaException.check;
import static dev.adjoint.cuda.JcudaNumbers.set;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/** The graphs of {@link JcudaDriver}. */
final class JcudaGraphs implements GraphDriver {
  @Override
  public long create() {
    var graph = new CUgraph();
    check("cuGraphCreate", JCudaDriver.cuGraphCreate(graph, 0));
    return JcudaNumbers.of(graph);
  }

  @Override
  public void destroy(long graph) {
    check("cuGraphDestroy", JCudaDriver.cuGraphDestroy(set(new CUgraph(), graph)));
  }

  @Override
  public long instantiate(long graph) {
    var executable = new CUgraphExec();
    // JCuda's name for this function.
    check(
        "cuGraphInstantiateWithFlags",
        JCudaDriver.cuGraphInstantiate(executable, set(new CUgraph(), graph), 0));
    return JcudaNumbers.of(executable);
  }

  @Override
  public void destroyExecutable(long executable) {
    check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(set(new CUgraphExec(), executable)));
  }

  @Override
  public void launch(long executable, long stream) {
    check(
        "cuGraphLaunch",
        JCudaDriver.cuGraphLaunch(set(new CUgraphExec(), executable), JcudaDriver.stream(stream)));
  }
}
