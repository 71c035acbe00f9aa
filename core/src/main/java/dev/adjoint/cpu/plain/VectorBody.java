package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.plain.VectorTypes.MASK;
import static dev.adjoint.cpu.plain.VectorTypes.VECTOR;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.List;

/**
 * Writes the values of a stage for one vector of lanes. Truth values are masks, whose species is that of the values
 * they come from; they are cast where they meet another one.
 */
final class VectorBody {
  private final VectorWriter nest;
  private final Emitter emitter;
  private final VectorTypes types;
  private final VectorOps ops;
  private final VectorMemory memory;
  private final List<Instr> body;
  private final boolean[] uniform;
  private final int[] uses;
  private final int[] variables;
  private final VectorWriter.Spot spot;

  /**
   * Starts a body.
   *
   * @param broadcasts for each value that is the same in all lanes its vector's variable, or -1
   */
  VectorBody(VectorWriter nest, Stage stage, int[] broadcasts, VectorWriter.Spot spot) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.types = nest.types;
    this.ops = nest.ops;
    this.memory = new VectorMemory(nest);
    this.body = stage.body();
    this.uniform = nest.shape.uniform(body);
    this.uses = LoopShape.uses(body, LoopShape.roots(stage));
    this.variables = broadcasts.clone();
    this.spot = spot;
  }

  /** The species in which a truth value is a mask, as a type of that width. */
  private DType maskType(int value) {
    if (uniform[value]) {
      return DType.I32;
    }
    return switch (body.get(value)) {
      case Instr.Load _ -> DType.BOOL;
      case Instr.Literal _, Instr.Scalar _, Instr.Index _, Instr.Reduced _, Instr.Check _ ->
          DType.I32;
      case Instr.Apply apply -> {
        DType operand = LoopShape.operandType(body, apply);
        yield operand != DType.BOOL ? operand : maskType(firstMask(apply));
      }
    };
  }

  /** The operand in whose species an operation on masks is done. */
  private static int firstMask(Instr.Apply apply) {
    return apply.operands().getFirst();
  }

  /** Computes a value into a variable. */
  int variable(int value) {
    if (variables[value] < 0) {
      push(value);
      if (variables[value] < 0) {
        variables[value] = emitter.storeNew(TypeKind.REFERENCE);
      } else {
        nest.code.pop();
      }
    }
    return variables[value];
  }

  /** Computes a value onto the stack. */
  void push(int value) {
    if (variables[value] >= 0) {
      nest.code.aload(variables[value]);
      return;
    }
    Instr instr = body.get(value);
    if (uniform[value]) {
      throw new IllegalStateException(
          "kernel " + nest.kernel.name() + ": " + instr + " is not there as a vector");
    }
    switch (instr) {
      case Instr.Load load -> memory.load(load.access(), spot);
      case Instr.Index index -> {
        types.species(nest.code, DType.I32);
        nest.number(spot.position(), index.access(), spot.further());
        nest.code.l2i();
        ops.broadcast(DType.I32);
        nest.code.aload(nest.steps(index.access()));
        ops.binary("add", DType.I32);
      }
      case Instr.Reduced result -> {
        nest.code.aload(spot.reduced()[result.slot()]);
        if (result.type() == DType.BOOL) {
          ops.isNotZero(DType.I32);
        }
      }
      case Instr.Apply apply -> apply(apply);
      case Instr.Literal _, Instr.Scalar _ ->
          throw new IllegalStateException("kernel: " + instr + " differs by lane");
      case Instr.Check _ -> throw new IllegalStateException("kernel: CHECK has no vector form");
    }
    if (uses[value] > 1) {
      nest.code.dup();
      variables[value] = emitter.storeNew(TypeKind.REFERENCE);
    }
  }

  /** Computes a truth value onto the stack, as a mask of the species of a type. */
  private void pushMask(int value, DType type) {
    push(value);
    if (!VectorTypes.vector(maskType(value)).equals(VectorTypes.vector(type))) {
      ops.castMask(type);
    }
  }

  /** Computes a value onto the stack as numbers: truth values become 0 and 1 of type I32. */
  void pushNumber(int value) {
    if (body.get(value).type() == DType.BOOL) {
      ops.zero(DType.I32);
      ops.one(DType.I32);
      pushMask(value, DType.I32);
      ops.blendScalar(DType.I32);
    } else {
      push(value);
    }
  }

  /** Stores values. */
  void store(List<Stage.Store> stores) {
    if (stores.size() > 1) {
      // All loads come before the first store, which may go to the same memory.
      stores.forEach(s -> variable(s.value()));
    }
    for (Stage.Store store : stores) {
      pushElements(store.value(), nest.kernel.accesses().get(store.access()).dtype());
      memory.store(store.access(), spot);
    }
  }

  /** Computes a value onto the stack as a vector of elements in memory. */
  private void pushElements(int value, DType memory) {
    if (memory == DType.BOOL) {
      ops.zero(DType.BOOL);
      nest.code.loadConstant(1);
      pushMask(value, DType.BOOL);
      emitter.invoke(
          VectorTypes.vector(memory), "blend", VectorTypes.vector(memory), CD_byte, MASK);
      return;
    }
    push(value);
    if (memory.isNarrow()) {
      ops.narrow(memory);
    }
  }

  private void apply(Instr.Apply apply) {
    DType type = LoopShape.operandType(body, apply);
    if (type == DType.BOOL) {
      applyToMasks(apply);
      return;
    }
    switch (apply.op()) {
      case SELECT -> {
        push(apply.c());
        push(apply.b());
        pushMask(apply.a(), type);
        emitter.invoke(VectorTypes.vector(type), "blend", VectorTypes.vector(type), VECTOR, MASK);
      }
      case SELECT_LIKELY -> selectLikely(apply, type);
      case SHL, SHR, USHR -> {
        push(apply.a());
        ops.shiftOperator(apply.op());
        if (body.get(apply.b()) instanceof Instr.Literal count) {
          ops.shiftBy(type, (int) count.bits());
        } else {
          push(apply.b());
          ops.shift(type);
        }
      }
      case EQ, NE, LT, LE, GT, GE -> {
        push(apply.a());
        ops.comparison(apply.op());
        push(apply.b());
        emitter.invoke(
            VectorTypes.vector(type), "compare", MASK, VectorTypes.operator("Comparison"), VECTOR);
      }
      case XOR -> {
        push(apply.a());
        ops.xorOperator();
        push(apply.b());
        ops.shift(type);
      }
      case NEG,
          ABS,
          SQRT,
          NOT,
          ADD,
          SUB,
          MUL,
          MULHI,
          DIV,
          MIN,
          MAX,
          AND,
          OR,
          FMA,
          CAST,
          BITCAST -> {
        apply.operands().forEach(this::push);
        ops.operation(apply.op(), type, apply.type());
      }
      case REM -> throw new IllegalStateException("kernel: REM has no vector form");
    }
  }

  /** Computes a choice onto the stack; what only its last operand needs is skipped where no lane takes that. */
  private void selectLikely(Instr.Apply apply, DType type) {
    boolean[] own = ownedBy(apply.c());
    if (!own[apply.c()] && !uniform[apply.c()]) {
      variable(apply.c());
    }
    for (int v = 0; v <= apply.c(); v++) {
      if (own[v] && body.get(v) instanceof Instr.Apply part) {
        part.operands().stream().filter(o -> !own[o] && !uniform[o]).forEach(this::variable);
      }
    }
    Label end = nest.code.newLabel();
    variable(apply.a());
    push(apply.b());
    pushMask(apply.a(), type);
    emitter.invoke(MASK, "allTrue", CD_boolean);
    nest.code.ifne(end);
    push(apply.c());
    nest.code.swap();
    pushMask(apply.a(), type);
    emitter.invoke(VectorTypes.vector(type), "blend", VectorTypes.vector(type), VECTOR, MASK);
    nest.code.labelBinding(end);
  }

  /** For each instruction whether nothing but one value needs it, directly or not; the value itself if it has one use. */
  private boolean[] ownedBy(int value) {
    boolean[] own = new boolean[value + 1];
    int[] ownUses = new int[value + 1];
    ownUses[value] = 1;
    for (int v = value; v >= 0; v--) {
      own[v] = variables[v] < 0 && ownUses[v] == uses[v] && ownUses[v] > 0;
      if (own[v] && body.get(v) instanceof Instr.Apply apply) {
        apply.operands().forEach(o -> ownUses[o]++);
      }
    }
    return own;
  }

  private void applyToMasks(Instr.Apply apply) {
    switch (apply.op()) {
      case CAST -> {
        DType to = apply.type();
        if (to == DType.BOOL) {
          push(apply.a());
        } else {
          ops.zero(to);
          ops.one(to);
          pushMask(apply.a(), to);
          ops.blendScalar(to);
        }
      }
      case SELECT, SELECT_LIKELY -> {
        // (a and b) or (not a and c)
        DType species = maskType(firstMask(apply));
        push(apply.a());
        pushMask(apply.b(), species);
        ops.mask("and");
        pushMask(apply.c(), species);
        push(apply.a());
        ops.mask("andNot");
        ops.mask("or");
      }
      case NOT -> {
        push(apply.a());
        emitter.invoke(MASK, "not", MASK);
      }
      case AND, OR, XOR, EQ, NE, LT, LE, GT, GE, MIN, MAX, MUL -> {
        boolean swapped =
            switch (apply.op()) {
              case LT, GE -> true;
              default -> false;
            };
        DType species = maskType(firstMask(apply));
        pushMask(swapped ? apply.b() : apply.a(), species);
        pushMask(swapped ? apply.a() : apply.b(), species);
        ops.maskOperation(apply.op());
      }
      case NEG, ABS, SQRT, ADD, SUB, MULHI, DIV, REM, SHL, SHR, USHR, FMA, BITCAST ->
          throw new IllegalStateException("kernel: " + apply.op() + " of bool");
    }
  }
}
