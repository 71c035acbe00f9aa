package dev.adjoint.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * The launches of all groups of one structure, or why such a group has none. Values are numbered as in a {@link Cone}; those
 * behind its last node are scratch memory.
 *
 * @param steps the launches; empty if there are none
 * @param scratch the bytes of each scratch value
 * @param unfit if the group cannot be written, the number of a node that must be stored first, or {@link Lowered.Unfit#SPACE};
 *     else {@link #FITS}
 * @param accesses the number of memory operands of its largest kernel
 * @param instructions the length of its longest kernel
 */
record Template(List<Step> steps, long[] scratch, int unfit, int accesses, int instructions) {
  /** The group can be written. */
  static final int FITS = -2;

  /** A template of a group that cannot be written. */
  static Template unfit(int number) {
    return new Template(List.of(), new long[0], number, 0, 0);
  }

  /** Whether there are launches. */
  boolean fits() {
    return unfit == FITS;
  }

  /**
   * The launches for one group.
   *
   * @param cone the cone of the group
   * @param raw the value that takes the result of a group's head
   * @param memory takes a size in bytes and returns the number of a new scratch value
   */
  List<Step> steps(Cone cone, int raw, LongToIntFunction memory) {
    int[] nodes = cone.nodes();
    int[] places = new int[scratch.length];
    for (int k = 0; k < places.length; k++) {
      places[k] = memory.applyAsInt(scratch[k]);
    }
    var placed = new ArrayList<Step>(steps.size());
    for (Step step : steps) {
      placed.add(
          step.placed(
              v ->
                  v == Operand.RAW
                      ? raw
                      : v < 0 ? v : v < nodes.length ? cone.values()[v] : places[v - nodes.length],
              v -> v < 0 || v >= nodes.length ? 0 : cone.starts()[v]));
    }
    return placed;
  }

  /** About how many bytes this takes in memory. */
  long bytes() {
    return 256 + 2048L * steps.size() + 48L * instructions;
  }
}
