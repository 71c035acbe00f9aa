package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.IndexFaultException;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A computation that is ready to run: launches in order, with a place for every value. A plan holds positions in a walk, not
 * nodes, so it serves every computation of one structure.
 */
final class Plan {
  /** Where a value is. */
  enum Place {
    /** In memory before the run; the number is its position in the walk. */
    LEAF,
    /** In memory of its own, which stays; the number counts such values. */
    OUTPUT,
    /** In the block of temporaries; the number is the offset. */
    TEMPORARY,
    /** In the memory of a variable that is updated; the number counts the updates. */
    VARIABLE,
    /** Nowhere: no launch uses it. */
    NONE
  }

  final List<Step> steps;
  final Place[] places;
  final long[] numbers;
  final long[] outputBytes;
  final int[] outputNodes;
  final int[][] aliases;
  final long blockBytes;
  private final List<Program.Launch> launches;
  private final Sequence sequence;
  private final long[][] starts;

  Plan(
      Device device,
      List<Step> steps,
      Place[] places,
      long[] numbers,
      long[] outputBytes,
      int[] outputNodes,
      int[][] aliases,
      long blockBytes) {
    this.steps = steps;
    this.places = places;
    this.numbers = numbers;
    this.outputBytes = outputBytes;
    this.outputNodes = outputNodes;
    this.aliases = aliases;
    this.blockBytes = blockBytes;
    this.launches =
        steps.stream()
            .map(step -> Programs.get(device, step.kernel()).prepare(step.geometry()))
            .toList();
    this.sequence = device.backend().sequence(launches);
    this.starts = steps.stream().map(step -> starts(step.values())).toArray(long[][]::new);
  }

  /** Where the operands of a launch begin in their buffers: only temporaries share one. */
  private long[] starts(int[] values) {
    return Arrays.stream(values)
        .mapToLong(v -> v >= 0 && places[v] == Place.TEMPORARY ? numbers[v] : 0)
        .toArray();
  }

  /**
   * Computes.
   *
   * <p>All memory is taken before the first launch; if anything fails, it is given back and no node or variable has changed,
   * unless the launch that failed writes variables itself.
   *
   * @param variables the storage of each updated variable
   */
  void run(Device device, Walk walk, Storage[] variables) {
    Backend backend = device.backend();
    Buffer[] outputs = new Buffer[outputBytes.length];
    @Nullable Buffer block = null;
    boolean done = false;
    try {
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = allocate(backend, outputBytes[i], walk.nodes[outputNodes[i]], "");
      }
      if (blockBytes > 0) {
        int result = walk.roots.length > 0 ? walk.roots[0] : walk.size() - 1;
        block = allocate(backend, blockBytes, walk.nodes[result], "values on the way to ");
      }
      launchAll(backend, walk, variables, outputs, block);
      done = true;
    } catch (IndexFaultException fault) {
      throw outOfRange(fault, walk);
    } finally {
      if (block != null) {
        backend.free(block);
      }
      if (!done) {
        for (Buffer output : outputs) {
          if (output != null) {
            backend.free(output);
          }
        }
      }
    }
    remember(device, walk.nodes, outputs);
  }

  /** Takes memory; if there is none, the error says what of it is for. */
  private static Buffer allocate(Backend backend, long bytes, Node node, String what) {
    try {
      return backend.allocate(bytes);
    } catch (OutOfDeviceMemoryException e) {
      throw new OutOfDeviceMemoryException(
          e.getMessage() + "\nneeded for " + what + OpError.describe(node), e);
    }
  }

  private void launchAll(
      Backend backend, Walk walk, Storage[] variables, Buffer[] outputs, @Nullable Buffer block) {
    int count = launches.size();
    Buffer[][] buffers = new Buffer[count][];
    long[][] scalars = new long[count][];
    for (int s = 0; s < count; s++) {
      buffers[s] = buffers(steps.get(s).values(), walk, variables, outputs, block);
      scalars[s] = steps.get(s).bits(walk);
    }
    if (Debug.TIMES_LAUNCHES) {
      for (int s = 0; s < count; s++) {
        int at = s;
        Program.Launch timed =
            (b, o, c) -> Sequence.run(at, launches.get(at), buffers, starts, scalars);
        Debug.launch(backend, steps.get(s), timed, buffers[s], starts[s], scalars[s]);
      }
    } else {
      sequence.run(buffers, starts, scalars);
    }
    Debug.LAUNCHES.add(count);
  }

  /** The error of the program's operation. A launch that checks positions writes the value of the node that is to blame first. */
  private IndexOutOfBoundsException outOfRange(IndexFaultException fault, Walk walk) {
    Node node = walk.nodes[steps.get(fault.launch()).values()[0]];
    return OpError.outOfRange(node, fault.position());
  }

  private Buffer[] buffers(
      int[] values, Walk walk, Storage[] variables, Buffer[] outputs, @Nullable Buffer block) {
    Buffer[] buffers = new Buffer[values.length];
    for (int k = 0; k < values.length; k++) {
      int v = values[k];
      if (v < 0) {
        continue;
      }
      buffers[k] =
          switch (places[v]) {
            case LEAF -> storage(walk.nodes[v]).buffer();
            case OUTPUT -> outputs[(int) numbers[v]];
            case TEMPORARY -> Objects.requireNonNull(block);
            case VARIABLE -> variables[(int) numbers[v]].buffer();
            case NONE -> throw new IllegalStateException("plan: value " + v + " has no place");
          };
    }
    return buffers;
  }

  private static Storage storage(Node node) {
    Storage storage = node.storage();
    if (storage == null) {
      throw new IllegalStateException("plan: no value for " + node);
    }
    return storage;
  }

  private void remember(Device device, Node[] nodes, Buffer[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      Node node = nodes[outputNodes[i]];
      node.realized(Storages.owning(device, outputs[i], node.shape(), node.dtype(), false));
    }
    for (int[] alias : aliases) {
      nodes[alias[0]].realized(storage(nodes[alias[1]]));
    }
  }

  /** The bytes that a run takes at its peak, apart from values that exist already. */
  long peakBytes() {
    return blockBytes + Arrays.stream(outputBytes).sum();
  }
}
