package dev.adjoint.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A launch as the graphs of the driver take it: the structure {@code CUDA_KERNEL_NODE_PARAMS_v2} of {@code cuda.h}, which is that
 * of {@code cuGraphAddKernelNode_v2} and {@code cuGraphExecKernelNodeSetParams_v2}.
 */
final class KernelNode {
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

  private KernelNode() {}

  /**
   * The structure for a launch with one row of groups.
   *
   * @param arguments a pointer to each argument; must be of the same arena, which keeps it alive as long as the structure
   */
  static MemorySegment describe(
      Arena arena, long function, int groups, int items, int rowItems, MemorySegment arguments) {
    MemorySegment node = arena.allocate(BYTES, Long.BYTES);
    node.set(ValueLayout.JAVA_LONG, FUNCTION, function);
    node.set(ValueLayout.JAVA_INT, GROUPS, groups);
    node.set(ValueLayout.JAVA_INT, ROW_GROUPS, 1);
    node.set(ValueLayout.JAVA_INT, GROUP_LAYERS, 1);
    node.set(ValueLayout.JAVA_INT, ITEMS, items);
    node.set(ValueLayout.JAVA_INT, ROW_ITEMS, rowItems);
    node.set(ValueLayout.JAVA_INT, ITEM_LAYERS, 1);
    node.set(ValueLayout.JAVA_LONG, ARGUMENTS, arguments.address());
    return node;
  }

  static void setRowGroups(MemorySegment node, int rowGroups) {
    node.set(ValueLayout.JAVA_INT, ROW_GROUPS, rowGroups);
  }
}
