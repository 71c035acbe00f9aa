package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The calls that take a kernel with its arguments, by {@code java.lang.foreign} for both bindings: a training step makes dozens
 * of them, and JCuda, which asks Java for the kind of each pointer, takes more than ten times as long. ARCHITECTURE.md has the
 * figures.
 */
final class NativeKernels {
  private final NativeLibrary library;
  private final MethodHandle launch;
  private final MethodHandle set;

  NativeKernels(NativeLibrary library) {
    this.library = library;
    launch =
        library.function(
            "cuLaunchKernel",
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG);
    set = library.function("cuGraphExecKernelNodeSetParams_v2", JAVA_LONG, JAVA_LONG, ADDRESS);
  }

  /** A kernel, as {@link CudaDriver#kernel} gives it. */
  CudaKernel kernel(long function, int groups, int items, int rowItems, MemorySegment arguments) {
    return new NativeKernel(function, groups, items, rowItems, arguments);
  }

  /**
   * A kernel; for graphs it is the structure {@code CUDA_KERNEL_NODE_PARAMS_v2} of {@code cuda.h}, which is that of
   * {@code cuGraphAddKernelNode_v2} and {@code cuGraphExecKernelNodeSetParams_v2}.
   */
  private final class NativeKernel implements CudaKernel {
    private static final long FUNCTION = 0;
    private static final long GROUPS = 8;
    private static final long ROW_GROUPS = 12;
    private static final long GROUP_LAYERS = 16;
    private static final long ITEMS = 20;
    private static final long ROW_ITEMS = 24;
    private static final long ITEM_LAYERS = 28;

    /** After 4 bytes for shared memory and 4 of padding; behind it are pointers that stay null. */
    private static final long ARGUMENTS = 40;

    private static final long BYTES = 72;

    private final long function;
    private final int groups;
    private final int items;
    private final int rowItems;
    private final MemorySegment arguments;
    private final MemorySegment structure = Arena.ofAuto().allocate(BYTES, Long.BYTES);
    private int rowGroups;

    NativeKernel(long function, int groups, int items, int rowItems, MemorySegment arguments) {
      this.function = function;
      this.groups = groups;
      this.items = items;
      this.rowItems = rowItems;
      this.arguments = arguments;
      structure.set(JAVA_LONG, FUNCTION, function);
      structure.set(JAVA_INT, GROUPS, groups);
      structure.set(JAVA_INT, GROUP_LAYERS, 1);
      structure.set(JAVA_INT, ITEMS, items);
      structure.set(JAVA_INT, ROW_ITEMS, rowItems);
      structure.set(JAVA_INT, ITEM_LAYERS, 1);
      structure.set(JAVA_LONG, ARGUMENTS, arguments.address());
      setRowGroups(1);
    }

    @Override
    public void setRowGroups(int rowGroups) {
      this.rowGroups = rowGroups;
      structure.set(JAVA_INT, ROW_GROUPS, rowGroups);
    }

    @Override
    public void launch(long stream) {
      int code;
      try {
        code =
            (int)
                launch.invokeExact(
                    function, groups, rowGroups, 1, items, rowItems, 1, 0, stream, arguments, 0L);
      } catch (Throwable e) {
        throw NativeLibrary.unexpected("cuLaunchKernel", e);
      }
      CudaException.check("cuLaunchKernel", code);
    }

    @Override
    public long addTo(long graph, long before) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment node = arena.allocate(JAVA_LONG);
        CudaException.check(
            "cuGraphAddKernelNode",
            library.call(
                "cuGraphAddKernelNode_v2",
                node,
                graph,
                arena.allocateFrom(JAVA_LONG, before),
                before == 0 ? 0L : 1L,
                structure));
        return node.get(JAVA_LONG, 0);
      } finally {
        // The structure has the arguments only as an address.
        Reference.reachabilityFence(arguments);
      }
    }

    @Override
    public void setIn(long executable, long node) {
      int code;
      try {
        code = (int) set.invokeExact(executable, node, structure);
      } catch (Throwable e) {
        throw NativeLibrary.unexpected("cuGraphExecKernelNodeSetParams", e);
      } finally {
        Reference.reachabilityFence(arguments);
      }
      CudaException.check("cuGraphExecKernelNodeSetParams", code);
    }
  }
}
