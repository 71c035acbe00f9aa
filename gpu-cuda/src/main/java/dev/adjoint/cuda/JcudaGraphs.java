package dev.adjoint.cuda;

import static dev.adjoint.cuda.CudaException.check;
import static dev.adjoint.cuda.JcudaNumbers.set;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUgraphNode;
import jcuda.driver.CUstreamCaptureMode;
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

  @Override
  public void beginCapture(long stream) {
    check(
        "cuStreamBeginCapture",
        JCudaDriver.cuStreamBeginCapture(
            JcudaDriver.stream(stream), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
  }

  @Override
  public long endCapture(long stream) {
    var graph = new CUgraph();
    check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(JcudaDriver.stream(stream), graph));
    return JcudaNumbers.of(graph);
  }

  @Override
  public long addChild(long graph, long before, long child) {
    var node = new CUgraphNode();
    CUgraphNode[] earlier =
        before == 0 ? new CUgraphNode[0] : new CUgraphNode[] {set(new CUgraphNode(), before)};
    check(
        "cuGraphAddChildGraphNode",
        JCudaDriver.cuGraphAddChildGraphNode(
            node, set(new CUgraph(), graph), earlier, earlier.length, set(new CUgraph(), child)));
    return JcudaNumbers.of(node);
  }

  @Override
  public void setChild(long executable, long node, long child) {
    check(
        "cuGraphExecChildGraphNodeSetParams",
        JCudaDriver.cuGraphExecChildGraphNodeSetParams(
            set(new CUgraphExec(), executable),
            set(new CUgraphNode(), node),
            set(new CUgraph(), child)));
  }
}
