package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The launches of a plan, cut into sections: kernels that follow each other run as a {@link GraphSection}, and what cannot be in
 * a graph runs by itself.
 *
 * <p>A product of cuBLASLt cannot. It gets into a graph only by capturing the stream; its arguments are the library's secret, so
 * new addresses mean to capture it again, which costs the call that a graph would save, and the update of the graph on top. Such
 * products are large, so the device is busy for longer than a launch takes; their epilogues are kernels of ours.
 *
 * <p>Kernels that check positions can be in a graph. What they saw is read before the first launch that updates variables, where
 * a graph ends, and after the last launch.
 */
final class CudaSequence implements Sequence {
  private final CudaSession session;
  private final boolean graphs;
  private final List<Sequence> sections = new ArrayList<>();
  private boolean checks;

  /**
   * A kernel among the launches of a plan.
   *
   * @param launch the number of the launch, whose arguments the kernel takes
   */
  record KernelOfPlan(int launch, KernelLaunch kernel) {
    private void start(Buffer[][] buffers, long[][] starts, long[][] scalars) {
      kernel.start(buffers[launch], starts[launch], scalars[launch]);
    }
  }

  /**
   * A sequence of launches of a device.
   *
   * @param firstUpdate the number of the first launch that updates variables
   * @param graphs whether to make graphs
   */
  CudaSequence(
      CudaSession session, List<Program.Launch> launches, int firstUpdate, boolean graphs) {
    this.session = session;
    this.graphs = graphs;
    var neighbours = new ArrayList<KernelOfPlan>();
    var unread = new ArrayList<String>();
    for (int i = 0; i < launches.size(); i++) {
      if (i == firstUpdate) {
        addLook(neighbours, unread);
      }
      for (Program.Launch piece : ((CudaLaunch) launches.get(i)).pieces()) {
        if (piece instanceof KernelLaunch kernel) {
          neighbours.add(new KernelOfPlan(i, kernel));
          if (kernel.checksPositions()) {
            unread.add(kernel.name());
          }
        } else {
          addGraph(neighbours);
          int launch = i;
          sections.add(
              (buffers, starts, scalars) ->
                  piece.run(buffers[launch], starts[launch], scalars[launch]));
        }
      }
    }
    addLook(neighbours, unread);
    addGraph(neighbours);
  }

  /** Adds a look at what kernels saw, after those that were not added yet, and forgets them all. */
  private void addLook(List<KernelOfPlan> neighbours, List<String> kernels) {
    if (!kernels.isEmpty()) {
      addGraph(neighbours);
      List<String> names = List.copyOf(kernels);
      sections.add((buffers, starts, scalars) -> session.mustHaveSeenNoFault(names));
      kernels.clear();
      checks = true;
    }
  }

  /** Adds kernels that follow each other, and forgets them. */
  private void addGraph(List<KernelOfPlan> kernels) {
    if (!graphs || kernels.size() == 1) {
      // A graph of one kernel takes as long to launch as the kernel.
      kernels.forEach(k -> sections.add(k::start));
    } else if (!kernels.isEmpty()) {
      sections.add(new GraphSection(session, List.copyOf(kernels)));
    }
    kernels.clear();
  }

  /**
   * Whether plans made from now on have graphs, by the property {@code adjoint.cuda.graphs} or the environment variable
   * {@code ADJOINT_CUDA_GRAPHS}: {@code on}, which is the default, or {@code off}, to measure what graphs are good for.
   */
  static boolean wanted() {
    String text = System.getProperty("adjoint.cuda.graphs", System.getenv("ADJOINT_CUDA_GRAPHS"));
    if (text == null || text.equals("on")) {
      return true;
    }
    if (text.equals("off")) {
      return false;
    }
    throw new IllegalArgumentException(
        "ADJOINT_CUDA_GRAPHS: on or off is needed, not '" + text + "'");
  }

  @Override
  public void run(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    if (checks) {
      session.checking(() -> runAll(buffers, starts, scalars));
    } else {
      runAll(buffers, starts, scalars);
    }
  }

  private void runAll(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    for (Sequence section : sections) {
      section.run(buffers, starts, scalars);
    }
  }
}
