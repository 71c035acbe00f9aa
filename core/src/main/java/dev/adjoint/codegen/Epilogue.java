package dev.adjoint.codegen;

import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The map that follows a matrix product, at one element (m, n) of the result. */
final class Epilogue {
  private final Kernel.Loop map;
  private final Places places;
  private final BodyWriter writer;
  private final CodeText text;
  private final int first;
  private final int batch;

  /**
   * The epilogue of a product.
   *
   * @param places the places of all operands of the product
   * @param batch the number of batch axes; m and n follow
   */
  Epilogue(
      CodeText text,
      Dialect dialect,
      Parameters parameters,
      Kernel.MatMul product,
      Kernel.Loop map,
      Places places,
      int batch) {
    this.text = text;
    this.first = product.firstOfEpilogue();
    this.map = map;
    this.places = places;
    this.batch = batch;
    this.writer = new BodyWriter(text, dialect, parameters, map.accesses(), first);
  }

  /** Declares {@code e0}, {@code e1}...: where each operand is at the current row. */
  void row() {
    Set<Integer> used = new TreeSet<>();
    map.stages().forEach(stage -> used.addAll(BodyWriter.used(stage)));
    for (int a : used) {
      text.line(
          "const i64 e"
              + a
              + " = "
              + places.along("b" + (first + a), first + a, List.of(batch))
              + ";");
    }
  }

  /** Prints the map at the current column. */
  void element() {
    for (Stage stage : map.stages()) {
      text.open("");
      writer.body(
          stage.body(),
          this::at,
          slot -> {
            throw new IllegalStateException("matmul: the epilogue reads reduction " + slot);
          });
      if (stage instanceof Stage.Map(var _, var stores)) {
        writer.stores(stores, this::at);
      }
      text.close();
    }
  }

  private String at(int access) {
    return places.lane("e" + access, first + access, batch + 1);
  }
}
