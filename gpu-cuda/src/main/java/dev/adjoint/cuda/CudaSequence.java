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
 * <p>Two things cannot. A gather or scatter reads a word after its kernel, to throw before anything else runs. And a product of
 * cuBLASLt gets into a graph only by capturing the stream; its arguments are the library's secret, so new addresses mean to
 * capture it again, which costs the call that a graph would save, and the update of the graph on top. Such products are large, so
 * the device is busy for longer than a launch takes; their epilogues are kernels of ours.
 */
final class CudaSequence implements Sequence {
  private final List<Sequence> sections = new ArrayList<>();

  /**
   * A kernel among the launches of a plan.
   *
   * @param launch the number of the launch, whose arguments the kernel takes
   */
  record KernelOfPlan(int launch, KernelLaunch kernel) {}

  /** A sequence of launches of a device. */
  CudaSequence(CudaSession session, List<Program.Launch> launches) {
    var neighbours = new ArrayList<KernelOfPlan>();
    for (int i = 0; i < launches.size(); i++) {
      for (Program.Launch piece : ((CudaLaunch) launches.get(i)).pieces()) {
        if (piece instanceof KernelLaunch kernel && !kernel.reportsPositions()) {
          neighbours.add(new KernelOfPlan(i, kernel));
        } else {
          addGraph(session, neighbours);
          sections.add(alone(i, piece));
        }
      }
    }
    addGraph(session, neighbours);
  }

  /** Adds kernels that follow each other, and forgets them. */
  private void addGraph(CudaSession session, List<KernelOfPlan> kernels) {
    if (kernels.size() == 1) {
      // A graph of one kernel takes as long to launch as the kernel.
      sections.add(alone(kernels.getFirst().launch, kernels.getFirst().kernel));
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

  private static Sequence alone(int launch, Program.Launch piece) {
    return (buffers, starts, scalars) -> Sequence.run(launch, piece, buffers, starts, scalars);
  }

  @Override
  public void run(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    for (Sequence section : sections) {
      section.run(buffers, starts, scalars);
    }
  }
}
