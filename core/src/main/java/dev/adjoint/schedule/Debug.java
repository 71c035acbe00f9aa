package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.graph.GraphPicture;
import dev.adjoint.graph.Node;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the engine tells about its work on standard error, by the environment variable {@code ADJOINT_DEBUG}: 1 plans, compiled
 * kernels and what it does without, 2 a line per launch, which then runs by itself, with its time and rates, 3 the graph of each
 * new plan, 4 the code of each kernel, 5 a file {@code adjoint-plan-N.dot} with a picture of each new plan. Each level includes
 * those below it.
 */
public final class Debug {
  /** The level, 0 if nothing is told. */
  static final int LEVEL = level();

  /** Whether launches run singly, with a line for each. */
  static final boolean TIMES_LAUNCHES = LEVEL >= 2;

  /** Whether every op is a kernel of its own, by the environment variable or property {@code ADJOINT_EAGER}. */
  static final boolean EAGER =
      "1".equals(System.getProperty("adjoint.eager", System.getenv("ADJOINT_EAGER")));

  static final LongAdder LAUNCHES = new LongAdder();

  private Debug() {}

  private static int level() {
    String text = System.getProperty("adjoint.debug", System.getenv("ADJOINT_DEBUG"));
    if (text == null || text.isBlank()) {
      return 0;
    }
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "ADJOINT_DEBUG: a level from 0 to 5 is needed, not '" + text + "'", e);
    }
  }

  /** Tells about something that the program can do without, from level 1 on. */
  public static void note(String text) {
    if (LEVEL >= 1) {
      System.err.println("adjoint: " + text);
    }
  }

  static void compiled(Device device, Kernel kernel) {
    if (LEVEL >= 1) {
      System.err.println("adjoint: compile " + kernel.name() + " for " + device);
    }
    if (LEVEL >= 4) {
      System.err.println(KernelPrinter.listing(kernel));
    }
  }

  static void planned(Device device, Walk walk, Plan plan) {
    if (LEVEL >= 1) {
      System.err.printf(
          "adjoint: plan for %s: %d nodes, %d launches, %,d bytes at the peak%n",
          device, walk.size(), plan.steps.size(), plan.peakBytes());
    }
    if (LEVEL >= 5) {
      draw(walk, plan);
    }
    if (LEVEL >= 3) {
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

  /** Runs a launch and tells how long it took. */
  static void launch(
      Backend backend,
      Step step,
      Program.Launch launch,
      Buffer[] buffers,
      long[] starts,
      long[] scalars) {
    double nanos = Math.max(1, backend.time(() -> launch.run(buffers, starts, scalars)));
    System.err.printf(
        "adjoint: %-28s %-20s %9.1f us %8.2f GB/s %8.2f GFLOP/s%n",
        step.kernel().name(),
        sizes(step.geometry()),
        nanos / 1e3,
        bytes(step) / nanos,
        operations(step) / nanos);
  }

  private static String sizes(Geometry geometry) {
    var text = new StringBuilder();
    for (int size : geometry.sizes()) {
      text.append(text.isEmpty() ? "" : "x").append(size);
    }
    return text.toString();
  }

  /** The bytes that a launch must move: every element of its operands once. */
  private static double bytes(Step step) {
    List<Access> accesses = step.kernel().accesses();
    double bytes = 0;
    for (int a = 0; a < accesses.size(); a++) {
      if (accesses.get(a).kind() == Access.Kind.INDEX) {
        continue;
      }
      double elements = 1;
      for (int d = 0; d < step.geometry().sizes().length; d++) {
        elements *= step.geometry().strides()[a][d] == 0 ? 1 : step.geometry().sizes()[d];
      }
      elements *= ofRow(step, a);
      bytes += elements * accesses.get(a).dtype().bytes();
    }
    return bytes;
  }

  /** The elements of an operand that a kernel reads at each point, along an axis that is none of the launch. */
  private static double ofRow(Step step, int access) {
    boolean ordered = step.kernel() instanceof Kernel.ArgSort && access == 1;
    return ordered ? step.scalars()[1].value() : 1;
  }

  private static double operations(Step step) {
    double points = step.geometry().points();
    return switch (step.kernel()) {
      case Kernel.MatMul product -> {
        int[] sizes = step.geometry().sizes();
        int m = product.batchRank(sizes.length);
        yield 2.0 * product.products(sizes) * sizes[m] * sizes[m + 1] * sizes[m + 2];
      }
      case Kernel.Loop loop -> points * loop.instructions();
      case Kernel.Scan scan -> points * (1 + scan.instructions());
      case Kernel.ArgSort sort -> points / step.geometry().sizes()[sort.axis()] * ofRow(step, 1);
      case Kernel.ScatterAdd _ -> points;
    };
  }
}
