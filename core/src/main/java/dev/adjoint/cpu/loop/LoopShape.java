package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the code generator needs to know about a loop kernel beyond what it says itself. */
public final class LoopShape {
  /** The most memory operands of a kernel; fused ones have fewer. */
  public static final int MAX_ACCESSES = 48;

  private final Kernel.Loop kernel;
  private final List<DType> reduced = new ArrayList<>();

  /** Checks a kernel. */
  public LoopShape(Kernel.Loop kernel) {
    this.kernel = kernel;
    if (kernel.accesses().size() > MAX_ACCESSES) {
      throw new IllegalStateException(
          "kernel "
              + kernel.name()
              + ": "
              + kernel.accesses().size()
              + " accesses, more than "
              + MAX_ACCESSES);
    }
    for (Stage stage : kernel.stages()) {
      if (stage instanceof Stage.Reduce reduce) {
        for (Stage.Fold fold : reduce.folds()) {
          if (fold.type() == DType.BOOL
              && (fold.op() == ReduceOp.SUM || fold.op() == ReduceOp.PROD)) {
            throw new IllegalStateException(
                "kernel " + kernel.name() + ": " + fold.op() + " of bool");
          }
          reduced.add(fold.type());
        }
      }
    }
  }

  public Kernel.Loop kernel() {
    return kernel;
  }

  /** The number of reduction axes around the lanes. */
  public int loops() {
    return kernel.laneReduces() ? kernel.reduceRank() - 1 : kernel.reduceRank();
  }

  /** The number of strides of an access. */
  public int strides() {
    return LoopCode.REDUCE + loops();
  }

  /** The types of the kernel's reductions. */
  public List<DType> reduced() {
    return reduced;
  }

  /** The number of the first reduction of the stage with an index. */
  public int firstSlot(int stage) {
    int slot = 0;
    for (Stage earlier : kernel.stages().subList(0, stage)) {
      slot += earlier instanceof Stage.Reduce reduce ? reduce.folds().size() : 0;
    }
    return slot;
  }

  /** The bytes of the widest value that differs between lanes, or that lanes store or fold; at least 4. */
  int widestOfLanes() {
    for (Stage stage : kernel.stages()) {
      boolean[] uniform = uniform(stage.body());
      for (int v = 0; v < uniform.length; v++) {
        if (!uniform[v] && isWide(stage.body(), uniform, v)) {
          return Long.BYTES;
        }
      }
      boolean once = kernel.laneReduces() && stage instanceof Stage.Finish;
      for (Stage.Store store : stores(stage)) {
        if (!once && stage.body().get(store.value()).type().bytes() == Long.BYTES) {
          return Long.BYTES;
        }
      }
      if (stage instanceof Stage.Reduce reduce) {
        for (Stage.Fold fold : reduce.folds()) {
          if (fold.type().bytes() == Long.BYTES) {
            return Long.BYTES;
          }
        }
      }
    }
    return Integer.BYTES;
  }

  /** Whether a value, or what it is computed from in lanes, has 8 bytes. */
  private static boolean isWide(List<Instr> body, boolean[] uniform, int v) {
    int from =
        switch (body.get(v)) {
          case Instr.Apply apply -> apply.op().isSelect() ? apply.b() : apply.a();
          case Instr.Check check -> check.value();
          case Instr.Load load -> load.at() >= 0 && !uniform[load.at()] ? load.at() : v;
          case Instr.Index _, Instr.Scalar _, Instr.Literal _, Instr.Reduced _ -> v;
        };
    return body.get(v).type().bytes() == Long.BYTES || body.get(from).type().bytes() == Long.BYTES;
  }

  /** The bytes of the widest operand, scalar or value, at least 4. */
  public int widest() {
    boolean wide =
        kernel.accesses().stream().anyMatch(a -> a.dtype().bytes() == 8)
            || kernel.scalars().stream().anyMatch(s -> s.bytes() == 8)
            || kernel.stages().stream()
                .flatMap(s -> s.body().stream())
                .anyMatch(i -> i.type().bytes() == 8);
    return wide ? 8 : 4;
  }

  /** The number of instructions of all stages whose values differ between lanes, or are the same in all. */
  int instructions(boolean uniform) {
    int count = 0;
    for (Stage stage : kernel.stages()) {
      for (boolean same : uniform(stage.body())) {
        count += same == uniform ? 1 : 0;
      }
    }
    return count;
  }

  /** For each instruction of a body whether its value is the same in all lanes. */
  public boolean[] uniform(List<Instr> body) {
    boolean[] uniform = new boolean[body.size()];
    for (int v = 0; v < uniform.length; v++) {
      uniform[v] =
          switch (body.get(v)) {
            case Instr.Load load ->
                kernel.accesses().get(load.access()).lane() == Access.Lane.BROADCAST
                    && isUniform(load, uniform);
            case Instr.Index index ->
                kernel.accesses().get(index.access()).lane() == Access.Lane.BROADCAST;
            case Instr.Scalar _, Instr.Literal _ -> true;
            case Instr.Reduced _ -> kernel.laneReduces();
            case Instr.Apply _, Instr.Check _ -> isUniform(body.get(v), uniform);
          };
    }
    return uniform;
  }

  /** Whether lanes read elements that lie apart. */
  boolean gathers() {
    for (Stage stage : kernel.stages()) {
      boolean[] uniform = uniform(stage.body());
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Load load
            && (kernel.accesses().get(load.access()).lane() == Access.Lane.STRIDED
                || (load.at() >= 0 && !uniform[load.at()]))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isUniform(Instr instr, boolean[] uniform) {
    return instr.operands().stream().allMatch(o -> uniform[o]);
  }

  /** How often each instruction of a body is used by those that the roots need, and by the roots. */
  public static int[] uses(List<Instr> body, List<Integer> roots) {
    int[] uses = new int[body.size()];
    for (int root : roots) {
      uses[root]++;
    }
    for (int v = body.size() - 1; v >= 0; v--) {
      if (uses[v] > 0) {
        body.get(v).operands().forEach(o -> uses[o]++);
      }
    }
    return uses;
  }

  /** The values that a stage folds or stores, and then those that it checks. */
  public static List<Integer> roots(Stage stage) {
    IntStream results =
        switch (stage) {
          case Stage.Reduce reduce -> reduce.folds().stream().mapToInt(Stage.Fold::value);
          case Stage.Map map -> map.stores().stream().mapToInt(Stage.Store::value);
          case Stage.Finish finish -> finish.stores().stream().mapToInt(Stage.Store::value);
        };
    return IntStream.concat(results, checks(stage.body())).boxed().toList();
  }

  /** The values of a body that are checks of positions. */
  public static IntStream checks(List<Instr> body) {
    return IntStream.range(0, body.size()).filter(v -> body.get(v) instanceof Instr.Check);
  }

  /** The stores of a stage. */
  public static List<Stage.Store> stores(Stage stage) {
    return switch (stage) {
      case Stage.Reduce _ -> List.of();
      case Stage.Map map -> map.stores();
      case Stage.Finish finish -> finish.stores();
    };
  }

  /** For each access whether a stage touches it. */
  public boolean[] touched(Stage stage) {
    boolean[] touched = new boolean[kernel.accesses().size()];
    int[] uses = uses(stage.body(), roots(stage));
    for (int v = 0; v < uses.length; v++) {
      if (uses[v] > 0) {
        switch (stage.body().get(v)) {
          case Instr.Load load -> touched[load.access()] = true;
          case Instr.Index index -> touched[index.access()] = true;
          case Instr.Scalar _, Instr.Literal _, Instr.Reduced _, Instr.Apply _, Instr.Check _ -> {}
        }
      }
    }
    for (Stage.Store store : stores(stage)) {
      touched[store.access()] = true;
    }
    return touched;
  }

  /** The type that operands of an operation have, which is not that of a comparison's result. */
  public static DType operandType(List<Instr> body, Instr.Apply apply) {
    return body.get(apply.op().isSelect() ? apply.b() : apply.a()).type();
  }

  @Override
  public String toString() {
    return kernel.name() + Arrays.toString(kernel.accesses().toArray());
  }

  /** What one step along an access is multiplied with: the bytes of an element, or 1 for an index. */
  public static int unit(Access access) {
    return access.kind() == Access.Kind.INDEX ? 1 : access.dtype().bytes();
  }
}
