package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.graph.Op;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;

/** Writes the kernels of groups, once for each structure: an unrolled loop is lowered as one of its steps. */
final class Templates {
  private static final BoundedCache<Key, Template> KNOWN =
      new BoundedCache<>(64L << 20, Template::bytes);

  private final Device device;
  private final Walk walk;
  private final boolean[] stored;
  private final Cone.Finder finder;

  private record Key(Device device, int[] code, int hash) {
    Key(Device device, int[] code) {
      this(device, code, Arrays.hashCode(code));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key k
          && hash == k.hash
          && device.equals(k.device)
          && Arrays.equals(code, k.code);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  Templates(Device device, Walk walk, boolean[] stored) {
    this.device = device;
    this.walk = walk;
    this.stored = stored;
    this.finder = new Cone.Finder(walk, stored);
  }

  /** The cone of a group. */
  Cone cone(Group group, int[] outputs) {
    return finder.of(group, outputs);
  }

  /** The template of a group with its cone. */
  Template of(Group group, int[] outputs, Cone cone) {
    var key = new Key(device, cone.code());
    Template known = KNOWN.get(key);
    if (known == null) {
      // Finds it again, as writing asks the finder for numbers in the last cone that it found.
      known = write(group, outputs, finder.of(group, outputs));
      KNOWN.put(key, known);
    }
    return known;
  }

  private Template write(Group group, int[] outputs, Cone cone) {
    var scratch = new ArrayList<Long>();
    int count = walk.size();
    LongToIntFunction memory =
        bytes -> {
          scratch.add(bytes);
          return count + scratch.size() - 1;
        };
    Lowered lowered =
        walk.op(group.members[0]) instanceof Op.MatMul
            ? ProductSteps.of(walk, stored, group, outputs, memory)
            : walk.isOpaque(group.members[0])
                ? OpaqueSteps.of(walk, stored, group, outputs, memory)
                : Lowered.over(group, space -> Lowering.lower(walk, stored, group, outputs, space));
    return switch (lowered) {
      case Lowered.Unfit(int node) -> Template.unfit(node < 0 ? node : finder.numberOf(node));
      case Lowered.Launches(var steps) -> template(steps, scratch, cone);
      case Lowering.Result result -> template(SplitReduction.steps(result, memory), scratch, cone);
      case Lowered.Wanted wanted ->
          throw new IllegalStateException("templates: no answer to " + wanted);
    };
  }

  private Template template(List<Step> steps, List<Long> scratch, Cone cone) {
    int accesses = 0;
    int instructions = 0;
    var numbered = new ArrayList<Step>();
    for (Step step : steps) {
      accesses = Math.max(accesses, operands(step));
      instructions = Math.max(instructions, step.kernel().instructions());
      numbered.add(
          step.renumbered(
              v ->
                  v < 0
                      ? v
                      : v < walk.size()
                          ? finder.numberOf(v)
                          : cone.nodes().length + v - walk.size()));
    }
    return new Template(
        List.copyOf(numbered),
        scratch.stream().mapToLong(Long::longValue).toArray(),
        Template.FITS,
        accesses,
        instructions);
  }

  /** The operands of a loop or epilogue, without those of the product itself. */
  private static int operands(Step step) {
    return step.values().length - (step.kernel() instanceof Kernel.MatMul ? 3 : 0);
  }
}
