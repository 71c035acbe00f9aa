package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Sequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that run one after the other, from the second run on as a graph, which is built once. In the first run they are
 * launched one by one: many plans run only once, and a graph costs more to build than it saves in one run.
 *
 * <p>The session's lock is held from the update of the graph until it is launched, as for every other call; so threads that run
 * one plan at the same time do not mix their arguments.
 */
final class GraphSection implements Sequence {
  private final CudaSession session;
  private final List<CudaSequence.KernelOfPlan> kernels;
  private volatile boolean ran;
  private @Nullable KernelGraph graph;

  GraphSection(CudaSession session, List<CudaSequence.KernelOfPlan> kernels) {
    this.session = session;
    this.kernels = kernels;
  }

  @Override
  public void run(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    if (ran) {
      session.run(this::name, () -> launch(buffers, starts, scalars));
      return;
    }
    for (CudaSequence.KernelOfPlan k : kernels) {
      k.kernel().start(buffers[k.launch()], starts[k.launch()], scalars[k.launch()]);
    }
    ran = true;
  }

  private void launch(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    if (graph == null) {
      graph = new KernelGraph(session, this, kernels, buffers, starts, scalars);
    } else {
      graph.update(buffers, starts, scalars);
    }
    graph.launch();
  }

  private String name() {
    return "a graph of "
        + kernels.size()
        + " kernels from "
        + kernels.getFirst().kernel().name()
        + " to "
        + kernels.getLast().kernel().name();
  }
}
