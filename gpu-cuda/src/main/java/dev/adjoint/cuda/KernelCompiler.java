package dev.adjoint.cuda;

/** Turns CUDA C into machine code for one device. */
interface KernelCompiler {
  /** What the machine code depends on apart from the text: the compiler, its version, its options and the device. */
  String identity();

  /**
   * Compiles a text; several threads may do so at a time.
   *
   * @throws CudaException with what the compiler says
   */
  byte[] compile(String text);

  /** The size limit of all arguments of a kernel together. */
  int argumentBytes();
}
