package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.graph.Node;
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
  private final Program.Launch[] launches;

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
    this.launches = new Program.Launch[steps.size()];
    for (int i = 0; i < launches.length; i++) {
      launches[i] = Programs.get(device, steps.get(i).kernel()).prepare(steps.get(i).geometry());
    }
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
        outputs[i] = backend.allocate(outputBytes[i]);
      }
      if (blockBytes > 0) {
        block = backend.allocate(blockBytes);
      }
      launchAll(backend, walk, variables, outputs, block);
      done = true;
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

  private void launchAll(Backend backend, Walk walk, Storage[] variables, Buffer[] outputs, @Nullable Buffer block) {
    for (int s = 0; s < launches.length; s++) {
      Step step = steps.get(s);
      int[] values = step.values();
      Buffer[] buffers = new Buffer[values.length];
      long[] starts = new long[values.length];
      for (int k = 0; k < values.length; k++) {
        int v = values[k];
        if (v < 0) {
          continue;
        }
        switch (places[v]) {
          case LEAF -> buffers[k] = storage(walk.nodes[v]).buffer();
          case OUTPUT -> buffers[k] = outputs[(int) numbers[v]];
          case TEMPORARY -> {
            buffers[k] = Objects.requireNonNull(block);
            starts[k] = numbers[v];
          }
          case VARIABLE -> buffers[k] = variables[(int) numbers[v]].buffer();
          case NONE -> throw new IllegalStateException("plan: value " + v + " has no place");
        }
      }
      Step.Scalar[] scalars = step.scalars();
      long[] bits = new long[scalars.length];
      for (int k = 0; k < bits.length; k++) {
        bits[k] = scalars[k].node() < 0 ? scalars[k].value() : walk.nodes[scalars[k].node()].scalars()[(int) scalars[k].value()];
      }
      Debug.launch(backend, step, launches[s], buffers, starts, bits);
    }
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
