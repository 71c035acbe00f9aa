package dev.adjoint.schedule;

import dev.adjoint.graph.Evaluation;
import dev.adjoint.graph.IntRange;
import dev.adjoint.graph.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The engine as the graph knows it. */
public final class EngineEvaluation implements Evaluation {
  @Override
  public void realize(List<Node> roots) {
    Engine.realize(roots);
  }

  @Override
  public @Nullable IntRange range(Node node) {
    return Engine.range(node);
  }
}
