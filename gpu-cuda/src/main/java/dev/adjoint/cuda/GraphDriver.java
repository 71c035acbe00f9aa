package dev.adjoint.cuda;

import java.lang.foreign.MemorySegment;

/**
 * The part of the driver that starts many kernels at once, as an executable graph. The methods are calls of the driver and work
 * with what is current, as those of {@link CudaDriver}; the ones that change or use one graph must not run at the same time.
 */
interface GraphDriver {
  /** Makes a graph without nodes. */
  long create();

  /** Destroys a graph; not before what was made executable of it, whose nodes go by those of the graph. */
  void destroy(long graph);

  /**
   * Adds a kernel to a graph and returns its node.
   *
   * @param before the node that must be done before this one starts, or 0 if there is none
   * @param kernel a {@link KernelNode}; it and the arguments are copied before this returns
   */
  long addKernel(long graph, long before, MemorySegment kernel);

  /** Makes a graph executable, as it is now. */
  long instantiate(long graph);

  /** Destroys an executable graph; if it is running, when that is done. */
  void destroyExecutable(long executable);

  /**
   * Changes a kernel for later launches of an executable graph.
   *
   * @param node the node in the graph that was made executable
   * @param kernel a {@link KernelNode}; it and the arguments are copied before this returns
   */
  void setKernel(long executable, long node, MemorySegment kernel);

  /** Enqueues all kernels. */
  void launch(long executable, long stream);
}
