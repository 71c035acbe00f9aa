package dev.adjoint.opencl;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Launches some of which check positions: the device is asked what they saw before the first one that updates variables, and at
 * the end, but not after each; and not at all where the caller knows the positions.
 */
final class OpenClSequence implements Sequence {
  private final OpenClSession session;
  private final List<Sequence> steps = new ArrayList<>();
  private final List<Sequence> launches = new ArrayList<>();

  OpenClSequence(OpenClSession session, List<Program.Launch> launches, int firstUpdate) {
    this.session = session;
    var unread = new ArrayList<String>();
    for (int i = 0; i < launches.size(); i++) {
      if (i == firstUpdate) {
        addLook(unread);
      }
      Program.Launch launch = launches.get(i);
      if (launch instanceof OpenClProgram.Run run && run.checksPositions()) {
        unread.add(run.name());
      }
      Sequence step = step(i, launch);
      steps.add(step);
      this.launches.add(step);
    }
    addLook(unread);
  }

  private static Sequence step(int i, Program.Launch launch) {
    return launch instanceof OpenClProgram.Run run
        ? (buffers, starts, scalars) -> run.start(buffers[i], starts[i], scalars[i])
        : (buffers, starts, scalars) -> launch.run(buffers[i], starts[i], scalars[i]);
  }

  /** Adds a look at what kernels saw, and forgets them. */
  private void addLook(List<String> kernels) {
    if (!kernels.isEmpty()) {
      List<String> names = List.copyOf(kernels);
      steps.add((buffers, starts, scalars) -> session.mustHaveSeenNoFault(names));
      kernels.clear();
    }
  }

  @Override
  public void run(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    session.checking(() -> steps.forEach(step -> step.run(buffers, starts, scalars)));
  }

  @Override
  public boolean asks() {
    return steps.size() > launches.size();
  }

  @Override
  public void runInRange(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    launches.forEach(launch -> launch.run(buffers, starts, scalars));
  }
}
