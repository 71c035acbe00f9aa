package dev.adjoint.schedule;

import dev.adjoint.Device;
import java.util.BitSet;
import java.util.List;

/**
 * Partitions a walk into the groups that one launch each computes.
 *
 * <p>Results that the caller wants, the results of opaque ops and their operands are stored. Everything else is computed
 * within each kernel that needs it, unless it cannot be, or would make that kernel too large. Then kernels over one index space
 * are merged where one reads what the other writes, or both read the same.
 */
final class Fuser {
  private final Walk walk;
  private final boolean[] stored;
  private final Drafts drafts;
  private final Merger merger;
  private final Templates templates;

  private Fuser(Device device, Walk walk, boolean[] wanted, BitSet updates, boolean eager) {
    this.walk = walk;
    OwnKernels kernels = OwnKernels.of(walk);
    int[] users = walk.users();
    this.stored = StorageChoice.of(walk, kernels, users, wanted, eager);
    this.templates = new Templates(device, walk, stored);
    this.drafts = new Drafts(device, walk, kernels, users, stored, templates, eager);
    this.merger = new Merger(walk, kernels, templates, updates, eager);
  }

  /**
   * The groups of a walk.
   *
   * @param groups in an order in which they can run
   * @param stored for each node whether a kernel other than its own may load it
   * @param templates writes their launches
   */
  record Partition(List<Group> groups, boolean[] stored, Templates templates) {}

  /**
   * Partitions a walk.
   *
   * @param wanted for each node whether its value must be in memory at the end
   * @param updates the nodes whose values go into the memory of variables
   * @param eager whether to give each op a kernel of its own
   */
  static Partition partition(
      Device device, Walk walk, boolean[] wanted, BitSet updates, boolean eager) {
    return new Fuser(device, walk, wanted, updates, eager).run();
  }

  private Partition run() {
    Group[] groups = new Group[walk.size()];
    for (int i = walk.size() - 1; i >= 0; i--) {
      if (stored[i] && !walk.isLeaf(i) && !walk.isEmpty(i)) {
        groups[i] = drafts.of(i);
      }
    }
    for (Group group : groups) {
      if (group != null) {
        merger.put(group);
      }
    }
    merger.merge();
    return new Partition(merger.order(), stored, templates);
  }
}
