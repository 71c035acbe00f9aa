package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.DebugLevel;
import dev.adjoint.device.Program;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelPrinter;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the engine tells about its work on standard error, by {@link DebugLevel}: 1 plans, compiled
 * kernels and what it does without, 2 a line per launch, which then runs by itself, with its time and rates, 3 the graph of each
 * new plan, 4 the code of each kernel, 5 a file {@code adjoint-plan-N.dot} with a picture of each new plan. Each level includes
 * those below it.
 */
final class Debug {
  /** Whether launches run singly, with a line for each. */
  static final boolean TIMES_LAUNCHES = DebugLevel.includes(2);

  /** Whether every op is a kernel of its own, by the environment variable or property {@code ADJOINT_EAGER}. */
  static final boolean EAGER =
      "1".equals(System.getProperty("adjoint.eager", System.getenv("ADJOINT_EAGER")));

  static final LongAdder LAUNCHES = new LongAdder();

  private Debug() {}

  static void compiled(Device device, Kernel kernel) {
    if (DebugLevel.includes(1)) {
      System.err.println("adjoint: compile " + kernel.name() + " for " + device);
    }
    if (DebugLevel.includes(4)) {
      System.err.println(KernelPrinter.listing(kernel));
    }
  }

  /** Runs a launch and tells how long it took. */
  static void launch(
      Backend backend,
      Kernel kernel,
      Geometry geometry,
      Program.Launch launch,
      Buffer[] buffers,
      long[] starts,
      long[] scalars) {
    double nanos = Math.max(1, backend.time(() -> launch.run(buffers, starts, scalars)));
    System.err.printf(
        "adjoint: %-28s %-20s %9.1f us %8.2f GB/s %8.2f GFLOP/s%n",
        kernel.name(),
        sizes(geometry),
        nanos / 1e3,
        bytes(kernel, geometry, scalars) / nanos,
        operations(kernel, geometry, scalars) / nanos);
  }

  private static String sizes(Geometry geometry) {
    var text = new StringBuilder();
    for (int size : geometry.sizes()) {
      text.append(text.isEmpty() ? "" : "x").append(size);
    }
    return text.toString();
  }

  /** The bytes that a launch must move: every element of its operands once. */
  private static double bytes(Kernel kernel, Geometry geometry, long[] scalars) {
    List<Access> accesses = kernel.accesses();
    double bytes = 0;
    for (int a = 0; a < accesses.size(); a++) {
      if (accesses.get(a).kind() == Access.Kind.INDEX) {
        continue;
      }
      double elements = 1;
      for (int d = 0; d < geometry.sizes().length; d++) {
        elements *= geometry.strides()[a][d] == 0 ? 1 : geometry.sizes()[d];
      }
      elements *= ofRow(kernel, a, scalars);
      bytes += elements * accesses.get(a).dtype().bytes();
    }
    return bytes;
  }

  /** The elements of an operand that a kernel reads at each point, along an axis that is none of the launch. */
  private static double ofRow(Kernel kernel, int access, long[] scalars) {
    return kernel instanceof Kernel.ArgSort && access == 1 ? scalars[1] : 1;
  }

  private static double operations(Kernel kernel, Geometry geometry, long[] scalars) {
    double points = geometry.points();
    int[] sizes = geometry.sizes();
    return switch (kernel) {
      case Kernel.MatMul product -> {
        int m = product.batchRank(sizes.length);
        yield 2.0 * product.products(sizes) * sizes[m] * sizes[m + 1] * sizes[m + 2];
      }
      case Kernel.Loop loop -> points * loop.instructions();
      case Kernel.Scan scan -> points * (1 + scan.instructions());
      case Kernel.ArgSort sort -> points / sizes[sort.axis()] * ofRow(kernel, 1, scalars);
      case Kernel.Factorize _ ->
          points * Math.min(sizes[sizes.length - 1], sizes[sizes.length - 2]);
      case Kernel.Attention attention -> {
        int axis = attention.rank() - 4;
        double pairs = points / sizes[axis + 2] / sizes[axis + 3] * (attention.causal() ? 1 : 2);
        double e = sizes[axis + 2];
        double v = sizes[axis + 3];
        yield pairs * (attention.part() == AttentionPart.GRADIENTS ? 3 * e + 2 * v : e + v);
      }
      case Kernel.Scatter _, Kernel.SolveTriangular _ -> points;
    };
  }
}
