package dev.adjoint.codegen;

import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.IntFunction;

/** The maps before and behind a scan, at one element of it. */
final class ScanMaps {
  private final Kernel.Scan kernel;
  private final CodeText text;
  private final Dialect dialect;
  private final Parameters parameters;
  private final Places places;
  private final List<Integer> axes;

  /**
   * The maps of a scan.
   *
   * @param places the places of all operands of the scan
   * @param axes the axes whose index variables the bases of the operands leave out
   */
  ScanMaps(
      Kernel.Scan kernel,
      CodeText text,
      Dialect dialect,
      Parameters parameters,
      Places places,
      List<Integer> axes) {
    this.kernel = kernel;
    this.text = text;
    this.dialect = dialect;
    this.parameters = parameters;
    this.places = places;
    this.axes = axes;
  }

  /** Where an operand of the scan is. */
  String at(int access) {
    return "a" + access + "[" + places.along("b" + access, access, axes) + "]";
  }

  /** Declares {@code x}, an element of the source, which the prologue computes if there is one; nothing reads it from memory. */
  void source() {
    String type = CTypes.register(kernel.dtype());
    if (kernel.prologue() == null) {
      text.line("const " + type + " x = " + at(1) + ";");
      return;
    }
    text.line(type + " x;");
    print(kernel.prologue(), Kernel.Scan.OPERANDS, true);
  }

  /** Prints the epilogue, if there is one. */
  void result() {
    if (kernel.epilogue() != null) {
      print(kernel.epilogue(), kernel.epilogueOperands(), false);
    }
  }

  private void print(Kernel.Loop map, int first, boolean source) {
    var writer = new BodyWriter(text, dialect, parameters, map.accesses(), first);
    IntFunction<String> element = a -> places.along("b" + (first + a), first + a, axes);
    for (Stage stage : map.stages()) {
      if (stage instanceof Stage.Map(var body, var stores)) {
        text.open("");
        writer.body(body, element, ScanMaps::noSlot);
        if (source) {
          text.line("x = v" + stores.getFirst().value() + ";");
        } else {
          writer.stores(stores, element);
        }
        text.close();
      }
    }
  }

  private static String noSlot(int slot) {
    throw new IllegalStateException("scan: a map reads reduction " + slot);
  }
}
