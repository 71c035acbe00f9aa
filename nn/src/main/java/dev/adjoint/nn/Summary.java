package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The table that {@link Module#summary} returns. */
final class Summary {
  private static final String GAP = "  ";

  /** How many columns at the end are numbers. */
  private static final int NUMBERS = 2;

  private Summary() {}

  static String of(Module root, Supplier<?> call) {
    Map<Module, Call> calls = new IdentityHashMap<>();
    Module.observing(
        (module, inputs, outputs) -> calls.put(module, new Call(inputs, outputs)),
        () -> Module.evaluating(call::get));

    var rows = new ArrayList<List<String>>();
    rows.add(List.of("module", "type", "output", "parameters", "multiply-adds"));
    root.namedModules()
        .forEach(
            (path, module) -> {
              Call seen = calls.get(module);
              long own = ownParameters(module);
              long products = seen == null ? 0 : seen.multiplyAdds();
              String name = seen == null ? "(not called)" : "(input " + shapes(seen.inputs()) + ")";
              rows.add(
                  List.of(
                      path.isEmpty() ? name : path,
                      module.label(),
                      seen == null ? "not called" : shapes(seen.outputs()),
                      own == 0 ? "" : grouped(own),
                      products == 0 ? "" : grouped(products)));
            });
    return table(rows) + totals(root);
  }

  private static String shapes(List<Tensor> tensors) {
    return tensors.stream().map(x -> x.shape().toString()).collect(Collectors.joining(", "));
  }

  /** The last call of a module. */
  private record Call(List<Tensor> inputs, List<Tensor> outputs) {
    /** The multiplications of all matrix products between inputs and outputs, those within attention included. */
    long multiplyAdds() {
      Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      inputs.forEach(input -> seen.add(input.node()));
      var next = new ArrayDeque<Node>();
      outputs.forEach(output -> next.add(output.node()));
      long sum = 0;
      while (!next.isEmpty()) {
        Node node = next.pop();
        if (seen.add(node)) {
          sum += products(node);
          next.addAll(node.inputs());
        }
      }
      return sum;
    }
  }

  private static long products(Node node) {
    if (node.op() instanceof Op.MatMul) {
      return node.shape().size() * node.input(0).shape().dim(-1);
    }
    if (node.op() instanceof Op.Attention) {
      // Each query is multiplied by each key, and each weight by a value.
      Shape queries = node.input(0).shape();
      Shape values = node.input(2).shape();
      return queries.size() / queries.dim(-1) * values.dim(-2) * (queries.dim(-1) + values.dim(-1));
    }
    return 0;
  }

  private static long ownParameters(Module module) {
    long[] count = {0};
    module.allMembers(
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
        boolean number = c >= columns - NUMBERS;
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
