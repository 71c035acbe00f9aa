package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.device.Verdict;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.NodeError;
import dev.adjoint.graph.Storage;
import dev.adjoint.kernel.Access;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A computation that is ready to run: launches in order, with a place for every value. A plan holds positions in a walk, not
 * nodes, so it serves every computation of one structure.
 */
final class Plan {
  /** A value that stays after a run: the position of its node, and its size. */
  record Output(int position, long bytes) {}

  /** A node that only renames another, and shares its memory after a run. */
  record Alias(int position, int of) {}

  final List<Step> steps;
  private final @Nullable Place[] places;
  private final List<Output> outputs;
  private final List<Alias> aliases;
  private final long blockBytes;
  private final long peakBytes;
  private final List<Program.Launch> launches;
  private final Sequence sequence;
  private final long[][] starts;

  /**
   * A plan, whose kernels are compiled here.
   *
   * @param places where each value is; null for values that no launch uses
   * @param blockBytes the size of the block of temporaries
   */
  Plan(
      Device device,
      List<Step> steps,
      @Nullable Place[] places,
      List<Output> outputs,
      List<Alias> aliases,
      long blockBytes) {
    this.steps = steps;
    this.places = places;
    this.outputs = List.copyOf(outputs);
    this.aliases = List.copyOf(aliases);
    this.blockBytes = blockBytes;
    this.peakBytes = blockBytes + outputs.stream().mapToLong(Output::bytes).sum();
    this.launches = steps.stream().map(step -> step.code().launch(device)).toList();
    this.sequence = device.backend().sequence(launches, firstUpdate());
    this.starts = steps.stream().map(this::starts).toArray(long[][]::new);
  }

  /** The number of the first launch that writes the memory of a variable. */
  private int firstUpdate() {
    for (int s = 0; s < steps.size(); s++) {
      Step step = steps.get(s);
      List<Access> accesses = step.kernel().accesses();
      for (int k = 0; k < accesses.size(); k++) {
        if (accesses.get(k).kind() == Access.Kind.WRITE && isVariable(step.values()[k])) {
          return s;
        }
      }
    }
    return steps.size();
  }

  private boolean isVariable(int value) {
    Place place = places[value];
    return place != null && place.kind() == Place.Kind.VARIABLE;
  }

  /** Where the operands of a launch begin in their buffers: temporaries share one. */
  private long[] starts(Step step) {
    int[] values = step.values();
    long[] starts = new long[values.length];
    for (int k = 0; k < values.length; k++) {
      Place place = values[k] < 0 ? null : places[values[k]];
      starts[k] = step.start(k);
      if (place != null && place.kind() == Place.Kind.TEMPORARY) {
        starts[k] += place.number();
      }
    }
    return starts;
  }

  /**
   * Computes; returns what tells whether positions are in range, or null if that is known.
   *
   * <p>All memory is taken before the first launch; if anything fails, it is given back and no node or variable has changed,
   * unless the launch that failed writes variables itself.
   *
   * @param variables the storage of each updated variable
   */
  @Nullable Verdict run(Device device, Walk walk, Storage[] variables) {
    Backend backend = device.backend();
    Buffer[] taken = new Buffer[outputs.size()];
    @Nullable Buffer block = null;
    @Nullable Verdict verdict;
    boolean done = false;
    try {
      // The block first: it goes back at the end, so the next run finds it where it was, and most
      // launches have the arguments of before, which a device then need not be told again.
      if (blockBytes > 0) {
        int result = walk.roots.length > 0 ? walk.roots[0] : walk.size() - 1;
        block = allocate(backend, blockBytes, walk.nodes[result], "values on the way to ");
      }
      for (int i = 0; i < taken.length; i++) {
        Output output = outputs.get(i);
        taken[i] = allocate(backend, output.bytes(), walk.nodes[output.position()], "");
      }
      verdict = launchAll(backend, walk, variables, taken, block);
      done = true;
    } finally {
      if (block != null) {
        backend.free(block);
      }
      if (!done) {
        for (Buffer output : taken) {
          if (output != null) {
            backend.free(output);
          }
        }
      }
    }
    remember(device, walk.nodes, taken);
    return verdict;
  }

  /** The values that a run over a walk has computed. */
  List<Storage> computed(Walk walk) {
    return outputs.stream().map(output -> storage(walk.nodes[output.position()])).toList();
  }

  /** Takes memory; if there is none, the error says what of it is for. */
  private static Buffer allocate(Backend backend, long bytes, Node node, String what) {
    try {
      return backend.allocate(bytes);
    } catch (OutOfDeviceMemoryException e) {
      throw new OutOfDeviceMemoryException(
          e.getMessage() + "\nneeded for " + what + NodeError.describe(node), e);
    }
  }

  private @Nullable Verdict launchAll(
      Backend backend, Walk walk, Storage[] variables, Buffer[] taken, @Nullable Buffer block) {
    int count = launches.size();
    Buffer[][] buffers = new Buffer[count][];
    long[][] scalars = new long[count][];
    for (int s = 0; s < count; s++) {
      buffers[s] = buffers(steps.get(s).values(), walk, variables, taken, block);
      scalars[s] = steps.get(s).bits(walk);
    }
    @Nullable Verdict verdict = null;
    if (Debug.TIMES_LAUNCHES) {
      for (int s = 0; s < count; s++) {
        Debug.launch(
            backend,
            steps.get(s).kernel(),
            steps.get(s).geometry(),
            launches.get(s),
            buffers[s],
            starts[s],
            scalars[s]);
      }
    } else if (sequence.asks() && KnownPositions.areInRange(walk)) {
      sequence.runInRange(buffers, starts, scalars);
    } else {
      verdict = sequence.start(buffers, starts, scalars);
    }
    Debug.LAUNCHES.add(count);
    return verdict;
  }

  private Buffer[] buffers(
      int[] values, Walk walk, Storage[] variables, Buffer[] taken, @Nullable Buffer block) {
    Buffer[] buffers = new Buffer[values.length];
    for (int k = 0; k < values.length; k++) {
      int v = values[k];
      if (v < 0) {
        continue;
      }
      Place place = Objects.requireNonNull(places[v], "plan: a value without a place");
      int number = (int) place.number();
      buffers[k] =
          switch (place.kind()) {
            case LEAF -> storage(walk.nodes[v]).buffer();
            case OUTPUT -> taken[number];
            case TEMPORARY -> Objects.requireNonNull(block);
            case VARIABLE -> variables[number].buffer();
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

  private void remember(Device device, Node[] nodes, Buffer[] taken) {
    for (int i = 0; i < taken.length; i++) {
      Node node = nodes[outputs.get(i).position()];
      node.realized(
          Storages.owning(
              device, taken[i], node.shape(), node.dtype(), false, Temporaries.of(node)));
    }
    for (Alias alias : aliases) {
      nodes[alias.position()].realized(storage(nodes[alias.of()]));
    }
  }

  /** The bytes that a run takes at its peak, apart from values that exist already. */
  long peakBytes() {
    return peakBytes;
  }

  /** About how many bytes the plan itself takes in memory, without the launches that it shares with others. */
  long bytes() {
    long bytes = 256 + 32L * places.length;
    for (Step step : steps) {
      bytes += 256 + 16L * step.values().length + 40L * step.scalars().length;
    }
    return bytes;
  }
}
