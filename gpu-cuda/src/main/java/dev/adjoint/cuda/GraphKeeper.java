package dev.adjoint.cuda;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The graphs of a device; those of plans that nobody can run any more are destroyed when the next plan is made. That is when
 * plans go, and no other thread is needed, whose calls would come between those of the program. What is left at the end goes with
 * the context, as compiled kernels do. The caller holds the session's lock.
 */
final class GraphKeeper {
  private final GraphDriver driver;
  private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();
  private final Set<Kept> kept = new HashSet<>();

  GraphKeeper(GraphDriver driver) {
    this.driver = driver;
  }

  /** What there is for an owner: an executable graph, the graph that it was made of, and those that were captured for it. */
  final class Kept extends PhantomReference<Object> {
    private final List<Long> graphs = new ArrayList<>();
    private long executable;

    private Kept(Object owner) {
      super(owner, unreachable);
    }

    /** Adds a graph, and returns it. */
    long addGraph(long graph) {
      graphs.add(graph);
      return graph;
    }

    /** Destroys one of the graphs. */
    void destroyGraph(long graph) {
      graphs.remove(graph);
      driver.destroy(graph);
    }

    /** Sets the executable graph. */
    void executable(long made) {
      executable = made;
    }

    /** The executable graph. */
    long executable() {
      return executable;
    }

    private void destroyAll() {
      try {
        if (executable != 0) {
          driver.destroyExecutable(executable);
        }
      } finally {
        destroyGraphs();
      }
    }

    private void destroyGraphs() {
      if (!graphs.isEmpty()) {
        try {
          driver.destroy(graphs.removeLast());
        } finally {
          destroyGraphs();
        }
      }
    }
  }

  /** Keeps the graphs of an owner, of which there are none yet, until it is unreachable. */
  Kept keep(Object owner) {
    var graphs = new Kept(owner);
    kept.add(graphs);
    return graphs;
  }

  /** Destroys graphs now. */
  void destroy(Kept graphs) {
    if (kept.remove(graphs)) {
      graphs.destroyAll();
    }
  }

  /** Destroys the graphs whose owners are unreachable. */
  void destroyUnreachable() {
    for (Reference<?> found = unreachable.poll(); found != null; found = unreachable.poll()) {
      if (found instanceof Kept graphs) {
        destroy(graphs);
      }
    }
  }
}
