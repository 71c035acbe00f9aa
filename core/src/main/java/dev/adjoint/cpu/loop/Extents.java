package dev.adjoint.cpu.loop;

import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;
import java.util.List;

/**
 * The memory that the accesses of a launch reach, which is checked once before the loops run: they have no checks of their own.
 */
public final class Extents {
  private final String kernel;
  private final long[] first;
  private final long[] end;

  private Extents(String kernel, long[] first, long[] end) {
    this.kernel = kernel;
    this.first = first;
    this.end = end;
  }

  /**
   * The extents of the accesses of a launch; index accesses, and those that walk an axis of size 0, reach nothing. Accesses that
   * are only read where the kernel says are left out: what it adds, and whether it reads, is not known here.
   */
  public static Extents of(Kernel kernel, Geometry geometry) {
    List<Access> accesses = kernel.accesses();
    int n = accesses.size();
    boolean[] direct = direct(kernel);
    long[] first = new long[n];
    long[] end = new long[n];
    for (int a = 0; a < n; a++) {
      Access access = accesses.get(a);
      long low = geometry.offsets()[a];
      long high = low;
      boolean reaches = access.kind() != Access.Kind.INDEX && direct[a];
      for (int axis = 0; axis < geometry.sizes().length; axis++) {
        long stride = geometry.strides()[a][axis];
        long way = stride * Math.max(0, geometry.sizes()[axis] - 1);
        low += Math.min(0, way);
        high += Math.max(0, way);
        reaches &= stride == 0 || geometry.sizes()[axis] > 0;
      }
      if (reaches) {
        first[a] = low * access.dtype().bytes();
        end[a] = (high + 1) * access.dtype().bytes();
      }
    }
    return new Extents(kernel.name(), first, end);
  }

  /** For each access whether something happens at its place as the geometry gives it. */
  private static boolean[] direct(Kernel kernel) {
    boolean[] direct = new boolean[kernel.accesses().size()];
    switch (kernel) {
      case Kernel.Loop loop -> direct(loop, direct, 0);
      case Kernel.MatMul product -> {
        Arrays.fill(direct, 0, Kernel.MatMul.OPERANDS, true);
        for (int operand = 0; operand < 2; operand++) {
          Kernel.Factor factor = product.factor(operand);
          if (factor != null) {
            directLoads(factor.map(), direct, product.firstOfFactor(operand));
          }
        }
        if (product.epilogue() != null) {
          direct(product.epilogue(), direct, product.firstOfEpilogue());
        }
      }
      case Kernel.Scan scan -> {
        Arrays.fill(direct, 0, Kernel.Scan.OPERANDS, true);
        if (scan.prologue() != null) {
          direct(scan.prologue(), direct, Kernel.Scan.OPERANDS);
        }
        if (scan.epilogue() != null) {
          direct(scan.epilogue(), direct, scan.epilogueOperands());
        }
      }
      case Kernel.Scatter _,
          Kernel.ArgSort _,
          Kernel.Factorize _,
          Kernel.SolveTriangular _,
          Kernel.Attention _ ->
          Arrays.fill(direct, true);
    }
    return direct;
  }

  private static void direct(Kernel.Loop loop, boolean[] direct, int first) {
    directLoads(loop, direct, first);
    for (Stage stage : loop.stages()) {
      LoopShape.stores(stage).forEach(s -> direct[first + s.access()] = true);
    }
  }

  private static void directLoads(Kernel.Loop loop, boolean[] direct, int first) {
    for (Stage stage : loop.stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Load load && !load.isComputed()) {
          direct[first + load.access()] = true;
        }
      }
    }
  }

  /**
   * Checks that buffers hold what is accessed.
   *
   * @throws IllegalStateException if one is too small
   */
  public void check(Buffer[] buffers, long[] starts) {
    for (int a = 0; a < first.length; a++) {
      if (first[a] < end[a]
          && (starts[a] + first[a] < 0 || starts[a] + end[a] > buffers[a].bytes())) {
        throw new IllegalStateException(
            "kernel "
                + kernel
                + ": access "
                + a
                + " reaches bytes "
                + (starts[a] + first[a])
                + " to "
                + (starts[a] + end[a])
                + " of a block of "
                + buffers[a].bytes());
      }
    }
  }
}
