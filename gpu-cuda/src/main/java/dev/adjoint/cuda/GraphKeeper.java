package dev.adjoint.cuda;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
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

  private static final class Kept extends PhantomReference<Object> {
    private final long graph;
    private final long executable;

    Kept(Object owner, ReferenceQueue<Object> queue, long graph, long executable) {
      super(owner, queue);
      this.graph = graph;
      this.executable = executable;
    }
  }

  /** Keeps a graph until its owner is unreachable. */
  void keep(Object owner, long graph, long executable) {
    kept.add(new Kept(owner, unreachable, graph, executable));
  }

  /** Destroys the graphs whose owners are unreachable. */
  void destroyUnreachable() {
    for (Reference<?> found = unreachable.poll(); found != null; found = unreachable.poll()) {
      if (found instanceof Kept graph && kept.remove(graph)) {
        try {
          driver.destroyExecutable(graph.executable);
        } finally {
          driver.destroy(graph.graph);
        }
      }
    }
  }
}
