package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.DebugLevel;
import dev.adjoint.graph.GraphPicture;
import dev.adjoint.graph.Node;
import dev.adjoint.kernel.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What is told about a new plan by {@link Debug}: its size, its graph, and a picture of it. */
final class PlanListing {
  private PlanListing() {}

  /** Tells about a new plan. */
  static void tell(Device device, Walk walk, Plan plan) {
    if (DebugLevel.includes(1)) {
      System.err.printf(
          "adjoint: plan for %s: %d nodes, %d launches, %,d bytes at the peak%n",
          device, walk.size(), plan.steps.size(), plan.peakBytes());
    }
    if (DebugLevel.includes(5)) {
      draw(walk, plan);
    }
    if (DebugLevel.includes(3)) {
      for (int i = 0; i < walk.size(); i++) {
        System.err.println(
            "  %" + i + " = " + (walk.isLeaf(i) ? "value " : "") + walk.nodes[i] + inputs(walk, i));
      }
    }
  }

  /** Writes the graph of a plan with the number of the launch that computes each stored value. */
  private static void draw(Walk walk, Plan plan) {
    Map<Node, String> notes = new IdentityHashMap<>();
    for (int s = 0; s < plan.steps.size(); s++) {
      Step step = plan.steps.get(s);
      List<Access> accesses = step.kernel().accesses();
      for (int a = 0; a < accesses.size(); a++) {
        int v = step.values()[a];
        if (accesses.get(a).kind() == Access.Kind.WRITE && v >= 0 && v < walk.size()) {
          notes.put(walk.nodes[v], "launch " + s + ": " + step.kernel().name());
        }
      }
    }
    Path file = Path.of("adjoint-plan-" + PlanCache.MISSES.sum() + ".dot");
    try {
      Files.writeString(file, GraphPicture.dot(walk.sinks(), node -> notes.getOrDefault(node, "")));
    } catch (IOException e) {
      throw new UncheckedIOException("ADJOINT_DEBUG=5: cannot write " + file.toAbsolutePath(), e);
    }
  }

  private static String inputs(Walk walk, int i) {
    var text = new StringBuilder();
    for (int k = 0; k < walk.inputs(i); k++) {
      text.append(" %").append(walk.input(i, k));
    }
    return text.toString();
  }
}
