package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link BlockInterpreter} does for a kernel: for each stage the instructions that count, and where values are
 * kept.
 */
final class BlockPlan {
  private final LoopShape shape;
  private final List<DType> slots = new ArrayList<>();
  private final Map<Instr, Integer> constants = new HashMap<>();
  private final List<Argument> scalars = new ArrayList<>();
  private final List<Integer> reduced = new ArrayList<>();
  private final List<List<Step>> stages = new ArrayList<>();
  private final List<List<Integer>> roots = new ArrayList<>();

  /**
   * An instruction with the slots of its result and operands.
   *
   * @param op what it does, or null if it reads an access
   */
  record Step(Instr instr, @Nullable BlockOp op, int to, int a, int b, int c) {}

  /** A run-time scalar with its slot. */
  record Argument(Instr.Scalar instr, int to) {}

  BlockPlan(LoopShape shape) {
    this.shape = shape;
    for (DType type : shape.reduced()) {
      reduced.add(newSlot(type));
    }
    List<Integer> temporaries = new ArrayList<>();
    for (Stage stage : shape.kernel().stages()) {
      plan(stage, temporaries);
    }
    constants.forEach(
        (instr, slot) -> {
          if (instr instanceof Instr.Scalar scalar) {
            scalars.add(new Argument(scalar, slot));
          }
        });
  }

  /** The types of the slots. */
  List<DType> slots() {
    return slots;
  }

  /** The slots that hold literals and run-time scalars throughout. */
  Map<Instr, Integer> constants() {
    return constants;
  }

  /** The run-time scalars among the constants. */
  List<Argument> scalars() {
    return scalars;
  }

  /** The slot of a reduction's result. */
  int reduced(int reduction) {
    return reduced.get(reduction);
  }

  /** The steps of a stage. */
  List<Step> steps(int stage) {
    return stages.get(stage);
  }

  /** The slots of the values that a stage folds or stores. */
  List<Integer> roots(int stage) {
    return roots.get(stage);
  }

  private int newSlot(DType type) {
    slots.add(type);
    return slots.size() - 1;
  }

  private void plan(Stage stage, List<Integer> temporaries) {
    List<Instr> body = stage.body();
    List<Integer> wanted = LoopShape.roots(stage);
    int[] uses = LoopShape.uses(body, wanted);
    int[] lastUse = lastUses(body, wanted, uses);
    int[] places = new int[body.size()];
    List<Integer> free = new ArrayList<>(temporaries);
    List<Step> steps = new ArrayList<>();
    for (int v = 0; v < places.length; v++) {
      if (uses[v] == 0) {
        continue;
      }
      Instr instr = body.get(v);
      switch (instr) {
        case Instr.Literal _, Instr.Scalar _ ->
            places[v] = constants.computeIfAbsent(instr, i -> newSlot(i.type()));
        case Instr.Reduced result -> places[v] = reduced.get(result.slot());
        case Instr.Load _, Instr.Index _ -> {
          places[v] = take(instr.type(), free, temporaries);
          steps.add(new Step(instr, null, places[v], 0, 0, 0));
        }
        case Instr.Check _ ->
            throw new IllegalStateException("kernel: CHECK is done by plain loops alone");
        case Instr.Apply apply -> {
          for (int o : apply.operands()) {
            if (lastUse[o] == v && temporaries.contains(places[o]) && !free.contains(places[o])) {
              free.add(places[o]);
            }
          }
          places[v] = take(instr.type(), free, temporaries);
          int b = apply.b() < 0 ? 0 : places[apply.b()];
          int c = apply.c() < 0 ? 0 : places[apply.c()];
          steps.add(
              new Step(instr, BlockOpCompiler.of(body, apply), places[v], places[apply.a()], b, c));
        }
      }
    }
    stages.add(steps);
    roots.add(wanted.stream().map(r -> places[r]).toList());
  }

  private static int[] lastUses(List<Instr> body, List<Integer> roots, int[] uses) {
    int[] last = new int[body.size()];
    for (int v = 0; v < last.length; v++) {
      if (uses[v] > 0 && body.get(v) instanceof Instr.Apply apply) {
        for (int o : apply.operands()) {
          last[o] = v;
        }
      }
    }
    roots.forEach(root -> last[root] = last.length);
    return last;
  }

  private int take(DType type, List<Integer> free, List<Integer> temporaries) {
    for (int k = 0; k < free.size(); k++) {
      if (Emitter.kind(slots.get(free.get(k))) == Emitter.kind(type)) {
        return free.remove(k);
      }
    }
    int slot = newSlot(type);
    temporaries.add(slot);
    return slot;
  }

  LoopShape shape() {
    return shape;
  }
}
