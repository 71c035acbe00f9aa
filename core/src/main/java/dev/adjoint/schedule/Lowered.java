package dev.adjoint.schedule;

import java.util.List;
import java.util.function.Function;

/** What lowering a group comes to: code or launches, or why there are none. */
sealed interface Lowered permits Lowering.Result, Lowered.Launches, Lowered.Unfit, Lowered.Wanted {
  /** The launches of a group. */
  record Launches(List<Step> steps) implements Lowered {}

  /**
   * That a kernel cannot be written.
   *
   * @param node a node that must be in memory before it can, or {@link #SPACE}
   */
  record Unfit(int node) implements Lowered {
    /** No value in memory would help: the group does not fit its space. */
    static final int SPACE = -1;
  }

  /** That a kernel can be written if an axis of its space is split. */
  record Wanted(Views.Split split) implements Lowered {}

  /** Tries a group's space, splitting axes of it as is wanted. */
  static Lowered over(Group group, Function<Space, Lowered> attempt) {
    Space space = group.space;
    while (space != null) {
      Lowered lowered = attempt.apply(space);
      if (!(lowered instanceof Wanted(var split))) {
        return lowered;
      }
      space = space.split(split, group::keepsWhole);
    }
    return new Unfit(Unfit.SPACE);
  }
}
