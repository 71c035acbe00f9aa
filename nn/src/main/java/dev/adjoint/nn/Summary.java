package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table that {@link Module#summary} returns. */
final class Summary {
  private static final String GAP = "  ";

  private Summary() {}

  static String of(Module root, Tensor input) {
    Map<Module, Shape> outputs = new IdentityHashMap<>();
    Module.observing(
        (module, inputs, y) -> outputs.put(module, y.shape()),
        () -> Module.evaluating(() -> root.apply(input)));

    var rows = new ArrayList<List<String>>();
    rows.add(List.of("module", "type", "output", "parameters"));
    root.namedModules()
        .forEach(
            (path, module) -> {
              Shape output = outputs.get(module);
              long own = ownParameters(module);
              rows.add(
                  List.of(
                      path.isEmpty() ? "(input " + input.shape() + ")" : path,
                      module.label(),
                      output == null ? "not called" : output.toString(),
                      own == 0 ? "" : grouped(own)));
            });
    return table(rows) + totals(root);
  }

  private static long ownParameters(Module module) {
    long[] count = {0};
    module.members(
        (name, member) -> {
          if (member instanceof Parameter parameter) {
            count[0] += parameter.shape().size();
          }
        });
    return count[0];
  }

  private static String totals(Module root) {
    long bytes = 0;
    long trainable = 0;
    for (Parameter parameter : root.parameters()) {
      bytes += parameter.shape().size() * parameter.dtype().bytes();
      trainable += parameter.trainable() ? parameter.shape().size() : 0;
    }
    return String.format(
        Locale.ROOT,
        "%s parameters, %s trainable, %.1f KiB%n",
        grouped(root.parameterCount()),
        grouped(trainable),
        bytes / 1024.0);
  }

  private static String table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String padding = " ".repeat(widths[c] - row.get(c).length());
        boolean number = c == columns - 1;
        line.append(c == 0 ? "" : GAP).append(number ? padding + row.get(c) : row.get(c) + padding);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
