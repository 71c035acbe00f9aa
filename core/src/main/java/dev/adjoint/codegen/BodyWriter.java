package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Prints straight-line code: value k of a body becomes the constant {@code vk}. */
final class BodyWriter {
  private final CodeText text;
  private final Dialect dialect;
  private final Parameters parameters;
  private final List<Access> accesses;
  private final int first;
  private final CScalars scalars;

  /**
   * A writer of the bodies of one kernel.
   *
   * @param first the number of the first access among those of the whole kernel
   */
  BodyWriter(
      CodeText text, Dialect dialect, Parameters parameters, List<Access> accesses, int first) {
    this.text = text;
    this.dialect = dialect;
    this.parameters = parameters;
    this.accesses = accesses;
    this.first = first;
    this.scalars = new CScalars(text, dialect);
  }

  /** The accesses that a stage uses. */
  static Set<Integer> used(Stage stage) {
    var used = new TreeSet<Integer>();
    for (Instr instr : stage.body()) {
      switch (instr) {
        case Instr.Load load -> used.add(load.access());
        case Instr.Index index -> used.add(index.access());
        case Instr.Scalar _, Instr.Literal _, Instr.Reduced _, Instr.Apply _, Instr.Check _ -> {}
      }
    }
    switch (stage) {
      case Stage.Reduce _ -> {}
      case Stage.Map(var _, var stores) -> stores.forEach(s -> used.add(s.access()));
      case Stage.Finish(var _, var stores) -> stores.forEach(s -> used.add(s.access()));
    }
    return used;
  }

  /**
   * Prints a body.
   *
   * @param element the element of an access at the current point
   * @param slot the result of an earlier reduction
   */
  void body(List<Instr> body, IntFunction<String> element, IntFunction<String> slot) {
    body(body, element, slot, false);
  }

  /** Prints the same for points where all {@link ScalarOp#SELECT_LIKELY} take the likely value. */
  void likely(List<Instr> body, IntFunction<String> element, IntFunction<String> slot) {
    body(body, element, slot, true);
  }

  /** Whether a likely body is that of a point, behind its text; empty if it is that of all points. */
  static String isLikely(List<Instr> body) {
    return body.stream()
        .filter(i -> i instanceof Instr.Apply apply && apply.op() == ScalarOp.SELECT_LIKELY)
        .map(i -> "v" + ((Instr.Apply) i).a())
        .distinct()
        .collect(Collectors.joining(" & "));
  }

  private void body(
      List<Instr> body, IntFunction<String> element, IntFunction<String> slot, boolean likely) {
    for (int v = 0; v < body.size(); v++) {
      Instr instr = body.get(v);
      String value =
          switch (instr) {
            case Instr.Load load -> load(load, element.apply(load.access()));
            case Instr.Check(int position, int size, int condition) ->
                (condition < 0 ? "" : "v" + condition + " && ")
                    + scalars.check(body.get(position).type(), "v" + position, "v" + size);
            case Instr.Index(int access) -> "(i32) (" + element.apply(access) + ")";
            case Instr.Scalar(int argument, var type) -> parameters.scalar(argument, type);
            case Instr.Literal(var type, long bits) -> CTypes.literal(dialect, type, bits);
            case Instr.Reduced(int number, var _) -> slot.apply(number);
            case Instr.Apply(var op, var _, int _, int b, int _)
                when likely && op == ScalarOp.SELECT_LIKELY ->
                "v" + b;
            case Instr.Apply(var op, var type, int a, int b, int c) -> {
              DType from = body.get(op.isSelect() ? b : a).type();
              yield scalars.expression(op, from, type, "v" + a, "v" + b, "v" + c);
            }
          };
      text.line("const " + CTypes.register(instr.type()) + " v" + v + " = " + value + ";");
    }
  }

  private String load(Instr.Load load, String element) {
    String at = load.at() < 0 ? "" : " + v" + load.at();
    String loaded = "a" + (first + load.access()) + "[" + element + at + "]";
    String value = load.type() == DType.BOOL ? loaded + " != 0" : loaded;
    return load.condition() < 0
        ? value
        : "v" + load.condition() + " ? " + value + " : " + CTypes.literal(dialect, load.type(), 0);
  }

  /** The address that a load reads. */
  String address(Instr.Load load, String element) {
    return "a"
        + (first + load.access())
        + " + "
        + element
        + (load.at() < 0 ? "" : " + v" + load.at());
  }

  /** Prints the stores of a stage. */
  void stores(List<Stage.Store> stores, IntFunction<String> element) {
    for (Stage.Store store : stores) {
      DType type = accesses.get(store.access()).dtype();
      String value = (type.bytes() < 4 ? "(" + CTypes.memory(type) + ") v" : "v") + store.value();
      text.line(
          "a"
              + (first + store.access())
              + "["
              + element.apply(store.access())
              + "] = "
              + value
              + ";");
    }
  }
}
