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
}
