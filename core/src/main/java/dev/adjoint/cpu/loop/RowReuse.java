package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what a kernel computes twice for each element of a row: in a stage that folds, and in a later one, as the exponentials of
 * a softmax. The first stage then keeps the values in memory of its own, a row for each value, from where the later ones load
 * them.
 */
final class RowReuse {
  /** Fewer instructions are computed again; loading costs less than this, and memory for a row more. */
  private static final int WORTH = 10;

  /** The kernel, with an operand for each row that is kept behind its own, and loads in the later stages. */
  final Kernel.Loop kernel;

  /** For each stage what it keeps. */
  final List<List<Stage.Store>> kept;

  private final List<Access> accesses;

  private RowReuse(Kernel.Loop original) {
    accesses = new ArrayList<>(original.accesses());
    kept = new ArrayList<>();
    List<Stage> stages = new ArrayList<>(original.stages());
    stages.forEach(_ -> kept.add(new ArrayList<>()));
    boolean rows = original.laneReduces() && original.reduceRank() == 1;
    for (int s = 0; s < stages.size() && rows; s++) {
      if (stages.get(s) instanceof Stage.Reduce first) {
        for (int later = s + 1; later < stages.size(); later++) {
          stages.set(later, reuse(stages.get(later), first.body(), kept.get(s)));
        }
      }
    }
    kernel =
        accesses.size() == original.accesses().size()
            ? original
            : new Kernel.Loop(
                original.parallelRank(),
                original.reduceRank(),
                original.laneReduces(),
                List.copyOf(accesses),
                original.scalars(),
                stages);
  }

  /** What a kernel computes twice; nothing if its lanes are not all elements of a row. */
  static RowReuse of(Kernel.Loop kernel) {
    return new RowReuse(kernel);
  }

  /** A stage that loads what another one, of a given body, keeps. */
  private Stage reuse(Stage stage, List<Instr> before, List<Stage.Store> keeps) {
    if (stage instanceof Stage.Finish) {
      return stage;
    }
    List<Instr> body = stage.body();
    int[] same = same(body, before);
    int[] uses = LoopShape.uses(body, LoopShape.roots(stage));
    Map<Integer, Instr> loads = new HashMap<>();
    for (int v = body.size() - 1; v >= 0; v--) {
      if (uses[v] > 0
          && same[v] >= 0
          && body.get(v) instanceof Instr.Apply
          && body.get(v).type() != DType.BOOL
          && isUsedElsewhere(v, body, same, uses, stage)
          && cost(v, body, new boolean[body.size()]) >= WORTH
          && accesses.size() < LoopShape.MAX_ACCESSES) {
        loads.put(v, new Instr.Load(row(same[v], body.get(v).type(), keeps), body.get(v).type()));
      }
    }
    if (loads.isEmpty()) {
      return stage;
    }
    List<Instr> changed = new ArrayList<>(body);
    loads.forEach(changed::set);
    return switch (stage) {
      case Stage.Reduce r -> new Stage.Reduce(changed, r.folds(), r.ofBlocks());
      case Stage.Map m -> new Stage.Map(changed, m.stores());
      case Stage.Finish f -> f;
    };
  }

  /** The access of the row of a value, which is made when it is first wanted. */
  private int row(int value, DType type, List<Stage.Store> keeps) {
    for (Stage.Store store : keeps) {
      if (store.value() == value) {
        return store.access();
      }
    }
    accesses.add(new Access(Access.Kind.WRITE, type, Access.Lane.CONTIGUOUS));
    keeps.add(new Stage.Store(accesses.size() - 1, value));
    return accesses.size() - 1;
  }

  /** For each value of a body the same one of another body, or -1. */
  private static int[] same(List<Instr> body, List<Instr> before) {
    Map<Instr, Integer> known = new HashMap<>();
    for (int v = 0; v < before.size(); v++) {
      known.putIfAbsent(before.get(v), v);
    }
    int[] same = new int[body.size()];
    for (int v = 0; v < same.length; v++) {
      same[v] = known.getOrDefault(renumbered(body.get(v), same), -1);
    }
    return same;
  }

  /** An instruction with the numbers that its operands have elsewhere; one that is nowhere if they have none. */
  private static Instr renumbered(Instr instr, int[] same) {
    return switch (instr) {
      case Instr.Load(int access, int at, int condition, DType type) ->
          new Instr.Load(access, there(at, same), there(condition, same), type);
      case Instr.Check(int value, int size, int condition) ->
          new Instr.Check(there(value, same), there(size, same), there(condition, same));
      case Instr.Apply(var op, DType type, int a, int b, int c) ->
          new Instr.Apply(op, type, there(a, same), there(b, same), there(c, same));
      case Instr.Index _, Instr.Scalar _, Instr.Literal _, Instr.Reduced _ -> instr;
    };
  }

  private static int there(int value, int[] same) {
    return value < 0 ? value : same[value] < 0 ? Integer.MIN_VALUE : same[value];
  }

  private static boolean isUsedElsewhere(
      int v, List<Instr> body, int[] same, int[] uses, Stage stage) {
    for (int w = v + 1; w < body.size(); w++) {
      if (uses[w] > 0 && same[w] < 0 && body.get(w).operands().contains(v)) {
        return true;
      }
    }
    return LoopShape.roots(stage).contains(v);
  }

  /** The number of operations that a value takes. */
  private static int cost(int v, List<Instr> body, boolean[] counted) {
    if (counted[v]) {
      return 0;
    }
    counted[v] = true;
    int cost = body.get(v) instanceof Instr.Apply ? 1 : 0;
    for (int operand : body.get(v).operands()) {
      cost += cost(operand, body, counted);
    }
    return cost;
  }
}
