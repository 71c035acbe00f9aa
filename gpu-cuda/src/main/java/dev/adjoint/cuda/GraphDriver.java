package dev.adjoint.cuda;

/**
 * The part of the driver that starts many kernels at once, as an executable graph, which each {@link CudaKernel} adds itself to.
 * The methods are calls of the driver and work with what is current, as those of {@link CudaDriver}; the ones that change or use
 * one graph must not run at the same time.
 */
interface GraphDriver {
  /** Makes a graph without nodes. */
  long create();

  /** Destroys a graph; not before what was made executable of it, whose nodes go by those of the graph. */
  void destroy(long graph);

  /** Makes a graph executable, as it is now. */
  long instantiate(long graph);

  /** Destroys an executable graph; if it is running, when that is done. */
  void destroyExecutable(long executable);

  /** Enqueues all kernels. */
  void launch(long executable, long stream);

  /** Has what this thread enqueues on a stream become nodes of a new graph instead of running. */
  void beginCapture(long stream);

  /** Returns the new graph; also if this fails, what is enqueued runs again. */
  long endCapture(long stream);

  /**
   * Adds a copy of a graph to another and returns its node.
   *
   * @param before the node that must be done before this one starts, or 0 if there is none
   */
  long addChild(long graph, long before, long child);

  /**
   * Makes a copy of a graph the one in a node in later launches of an executable graph. It must have the nodes of the one before,
   * with other arguments.
   *
   * @param node the node in the graph that was made executable
   */
  void setChild(long executable, long node, long child);
}
