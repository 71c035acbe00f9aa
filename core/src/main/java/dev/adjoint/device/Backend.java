package dev.adjoint.device;

import dev.adjoint.Precision;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a kind of device must do; everything else is shared. */
public interface Backend {
  /** What the hardware calls itself, with the facts that matter for speed. */
  String description();

  /**
   * Takes a block of at least {@code bytes} bytes, not zeroed, 64-byte aligned. Collects unreachable tensors and tries again
   * before it gives up.
   *
   * @throws OutOfDeviceMemoryException if there is no room; it names the largest holders
   */
  Buffer allocate(long bytes);

  /** Gives a block back; the caller must not use it again. */
  void free(Buffer buffer);

  /** Counters of the allocator. */
  MemoryStats memory();

  /** Sets what the allocator asks for unreachable blocks before it takes memory from the system; called once, at opening. */
  default void onPressure(Reclaimer reclaimer) {}

  /** Copies host memory into a buffer, from byte {@code start} of it. */
  void write(Buffer to, long start, MemorySegment from);

  /** Copies from byte {@code start} of a buffer to host memory, after all work before it. */
  void read(Buffer from, long start, MemorySegment to);

  /**
   * Whether this device has a unit for products of f32 matrices in a precision. Kernels ask for no other; where F32 is all there
   * is, every product is in full f32.
   */
  default boolean hasUnitFor(Precision precision) {
    return precision == Precision.F32;
  }

  /** What this device makes of the precision that a program asks for. */
  default Precision precision(Precision recorded) {
    return hasUnitFor(recorded) ? recorded : Precision.F32;
  }

  /**
   * Whether this device has a unit for products of i8 and u8, in any combination, with sums of i32 that wrap around. Elsewhere no
   * kernel asks for them.
   */
  default boolean multipliesBytes() {
    return false;
  }

  /**
   * Whether products of matrices in memory are so much faster than those of computed factors that a factor which is only
   * rearranged had better be copied first: where a library multiplies.
   */
  default boolean prefersMatrices() {
    return false;
  }

  /**
   * How many tiles of matrix products it works on at a time, each in a group of work-items: a product of fewer is cut along its
   * inner axis. Where a product keeps all of a device busy by itself this is 1.
   */
  default int productTiles() {
    return 1;
  }

  /**
   * Whether a launch had better be cut into very many threads, as on a GPU. Then sorts of long rows get spare memory, in which
   * they can merge side by side, and scatters along long axes get the order of their positions.
   */
  default boolean hasManyThreads() {
    return false;
  }

  /** The elements up to which rows are sorted without spare memory. Longer ones get some if all their positions are wanted. */
  default int sortsAlone() {
    return hasManyThreads() ? 1024 : Integer.MAX_VALUE;
  }

  /**
   * Whether a product reads windows of a value in memory where they are, without computing their elements. Then a value that is
   * surrounded by zeros, as the input of a convolution is, is stored with these.
   */
  default boolean readsWindows() {
    return false;
  }

  /** Compiles a kernel; the caller caches the program by the kernel. */
  Program compile(Kernel kernel);

  /**
   * Prepares to run launches of this device one after the other; done once per plan, so this may be slow. A device that starts
   * many launches in less time than each by itself does so here.
   *
   * @param firstUpdate the number of the first launch that writes memory of variables, or how many launches there are. A device
   * that does not ask after each launch whether checked positions were in range does so before this one, or has all that write
   *     variables ask
   */
  default Sequence sequence(List<Program.Launch> launches, int firstUpdate) {
    return Sequence.oneByOne(launches);
  }

  /** Waits for all work. */
  void synchronize();

  /** The nanoseconds that the device works on what an action launches; for the listing of launches, so it may wait. */
  default long time(Runnable launches) {
    synchronize();
    long start = System.nanoTime();
    launches.run();
    synchronize();
    return System.nanoTime() - start;
  }
}
