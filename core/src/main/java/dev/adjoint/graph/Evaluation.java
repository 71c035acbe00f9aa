package dev.adjoint.graph;

import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The service that computes nodes, for the few things that must be known while the graph is recorded; the engine provides it. */
public interface Evaluation {
  /** Computes nodes. */
  void realize(List<Node> roots);

  /**
   * The range of the elements of a computed node of integers; null if it is not computed or is the value of a variable. It
   * computes nothing and records no update; a storage is read once.
   */
  @Nullable IntRange range(Node node);

  /** The engine. */
  static Evaluation engine() {
    return Found.ENGINE;
  }

  /** Found at the first use. */
  final class Found {
    private static final Evaluation ENGINE =
        ServiceLoader.load(Evaluation.class, Evaluation.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("engine: its service is not listed"));

    private Found() {}
  }
}
