package dev.adjoint.cuda;

/**
 * A function of the driver with its geometry and the place of its arguments, in the form that a binding takes: made once by
 * {@link CudaDriver#kernel}, and then started many times. Each method is one call, which reads the arguments anew and has copied
 * them when it returns; all throw {@link CudaException}.
 */
interface CudaKernel {
  /** Sets the number of rows of groups, which is 1 at first, for later calls. */
  void setRowGroups(int rowGroups);

  /** Enqueues the kernel. */
  void launch(long stream);

  /**
   * Adds the kernel to a graph and returns its node.
   *
   * @param before the node that must be done before this one starts, or 0 if there is none
   */
  long addTo(long graph, long before);

  /**
   * Makes the kernel that of a node in later launches of an executable graph.
   *
   * @param node the node in the graph that was made executable
   */
  void setIn(long executable, long node);
}
