package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.device.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The launches of a plan, which run as one {@link PlanGraph} from the second run on. In the first they are started one by one:
 * many plans run only once, and a graph costs more to build than it saves in one run.
 *
 * <p>Kernels that check positions leave a word on the device. What updates variables reads it and does nothing if a position was
 * out of range, so nobody waits in between; the host gets a copy of the word behind all launches, unless the caller knows the
 * positions.
 *
 * <p>The session's lock is held from the update of the graph until it is launched, as for every other call; so threads that run
 * one plan at the same time do not mix their arguments.
 */
final class CudaSequence implements Sequence {
  private final CudaSession session;
  private final boolean graphs;
  private final List<PlanPiece> pieces;
  private final List<String> checking;
  private volatile boolean ran;
  private @Nullable PlanGraph graph;

  /**
   * A sequence of launches of a device.
   *
   * @param firstUpdate the number of the first launch that updates variables
   * @param graphs whether to make graphs
   */
  CudaSequence(
      CudaSession session, List<Program.Launch> launches, int firstUpdate, boolean graphs) {
    this.session = session;
    var all = new ArrayList<PlanPiece>();
    var names = new ArrayList<String>();
    for (int i = 0; i < launches.size(); i++) {
      for (Program.Launch piece : ((CudaLaunch) launches.get(i)).pieces()) {
        if (piece instanceof KernelLaunch kernel) {
          all.add(new PlanPiece.OwnKernel(i, kernel, i >= firstUpdate));
          if (kernel.checksPositions()) {
            names.add(kernel.name());
          }
        } else {
          all.add(new PlanPiece.LibraryProduct(i, (LibraryLaunch) piece));
        }
      }
    }
    this.pieces = List.copyOf(all);
    this.checking = List.copyOf(names);
    // A graph of one kernel takes as long to launch as the kernel.
    this.graphs = graphs && pieces.size() > 1;
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
    Verdict verdict = start(buffers, starts, scalars);
    if (verdict != null) {
      verdict.await();
    }
  }

  @Override
  public @Nullable Verdict start(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    if (checking.isEmpty()) {
      runInRange(buffers, starts, scalars);
      return null;
    }
    var arguments = new PlanPiece.Arguments(buffers, starts, scalars, session.fault());
    return session.checking(() -> start(arguments), checking);
  }

  @Override
  public boolean asks() {
    return !checking.isEmpty();
  }

  @Override
  public void runInRange(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    start(new PlanPiece.Arguments(buffers, starts, scalars, 0));
  }

  private void start(PlanPiece.Arguments arguments) {
    if (ran && graphs) {
      session.run(this::name, () -> launch(arguments));
      return;
    }
    for (PlanPiece piece : pieces) {
      piece.start(arguments);
    }
    ran = true;
  }

  private void launch(PlanPiece.Arguments arguments) {
    if (graph != null) {
      try {
        graph.update(arguments);
      } catch (CudaException e) {
        if (e.code() != CudaResult.GRAPH_EXEC_UPDATE_FAILURE.code()
            && e.code() != CudaResult.INVALID_VALUE.code()) {
          throw e;
        }
        // A library may choose other kernels for other addresses, which a graph cannot take over.
        graph.destroy();
        graph = null;
      }
    }
    if (graph == null) {
      graph = new PlanGraph(session, this, pieces, arguments);
    }
    graph.launch();
  }

  private String name() {
    return "a graph of "
        + pieces.size()
        + " kernels from "
        + pieces.getFirst().name()
        + " to "
        + pieces.getLast().name();
  }
}
