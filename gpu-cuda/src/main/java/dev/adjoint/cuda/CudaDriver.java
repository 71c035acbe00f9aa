package dev.adjoint.cuda;

import java.lang.foreign.MemorySegment;

/**
 * The part of the CUDA driver that the device uses; each method is one call, or one question. Objects of the driver are numbers.
 * All methods throw {@link CudaException}. There are two bindings, of which {@link CudaProvider} takes one; the tests have a
 * driver without any hardware, which fails where they want it to.
 */
interface CudaDriver {
  /** Prepares the driver; the first call of all. */
  void initialize();

  /** The number of devices. */
  int devices();

  CudaInfo info(int ordinal);

  /** The context that all users of a device in this process share. */
  long retainContext(int ordinal);

  void releaseContext(int ordinal);

  /** Makes a context current on this thread; the methods below work with what is current. */
  void use(long context);

  /** The bytes of device memory that nobody has taken. */
  long freeMemory();

  long createStream();

  void destroyStream(long stream);

  /** Waits for all work of a stream. */
  void waitForStream(long stream);

  /** Takes device memory and returns its address. */
  long allocate(long bytes);

  void free(long address);

  /** Takes host memory that the device can copy from and to by itself, and returns its address. */
  long allocatePinned(long bytes);

  void freePinned(long address);

  /** Enqueues a copy from pinned memory. */
  void copyToDevice(long to, long from, long bytes, long stream);

  /** Enqueues a copy to pinned memory. */
  void copyToHost(long to, long from, long bytes, long stream);

  /** Enqueues a copy between places of device memory. */
  void copyOnDevice(long to, long from, long bytes, long stream);

  /** Loads machine code, or intermediate code that ends in a zero. */
  long loadModule(byte[] image);

  void unloadModule(long module);

  long function(long module, String name);

  /**
   * Prepares a kernel with one row of groups; no call.
   *
   * @param arguments a pointer to each argument, of the same arena as the arguments
   */
  CudaKernel kernel(long function, int groups, int items, int rowItems, MemorySegment arguments);

  /** The part that starts many kernels at once. */
  GraphDriver graphs();

  /** Makes an event, with or without a clock. */
  long createEvent(boolean timing);

  void destroyEvent(long event);

  void record(long event, long stream);

  /** Waits for an event; at once if it was never recorded. */
  void waitForEvent(long event);

  /** Has what is enqueued on a stream from now on wait for an event as it was recorded last; for nothing if it was not. */
  void waitForEvent(long stream, long event);

  /** The time between two events that have happened. */
  double milliseconds(long start, long end);
}
