package dev.adjoint.cuda;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a plan, which run as one {@link PlanGraph} from the second run on. In the first they are started one by one:
 * many plans run only once, and a graph costs more to build than it saves in one run.
 *
 * <p>The session's lock is held from the update of the graph until it is launched, as for every other call; so threads that run
 * one plan at the same time do not mix their arguments.
 */
final class PlanPieces {
  private final CudaSession session;
  private final List<PlanPiece> pieces;
  private final BitSet whole;
  private final boolean graphs;
  private volatile boolean ran;
  private @Nullable PlanGraph graph;

  /**
   * Pieces in order.
   *
   * @param whole the launches that are one piece here, where they can be
   * @param graphs whether to make a graph
   */
  PlanPieces(CudaSession session, List<PlanPiece> pieces, BitSet whole, boolean graphs) {
    this.session = session;
    this.pieces = pieces;
    this.whole = whole;
    // A graph of one kernel takes as long to launch as the kernel.
    this.graphs = graphs && pieces.size() > 1;
  }

  /** The launches that are one piece here, where they can be. */
  BitSet whole() {
    return whole;
  }

  /** Enqueues all pieces. */
  void run(PlanPiece.Arguments arguments) {
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
