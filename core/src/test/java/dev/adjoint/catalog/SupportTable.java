package dev.adjoint.catalog;

import static java.util.Comparator.naturalOrder;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table of operations in docs/ops.md, a section for each interface of {@link Tensor}: what each is called with, the types
 * that it admits, and its derivatives, as the rows of the {@link OpCatalog} say.
 */
final class SupportTable {
  private static final String HEAD =
      "| operation | called with | types | gradient |%n|---|---|---|---|%n".formatted();

  /** Sets of types that have a name. */
  private static final Map<Set<DType>, String> SETS =
      Map.of(
          OpSpec.ALL,
          "all",
          OpSpec.NUMBERS,
          "all but bool",
          OpSpec.FLOATS,
          "floats",
          OpSpec.INTEGERS,
          "integers",
          with(OpSpec.INTEGERS, DType.BOOL),
          "integers, bool");

  private final Map<String, Map<String, List<OpSpec>>> sections = new LinkedHashMap<>();

  SupportTable() {
    Arrays.stream(Tensor.class.getInterfaces()).forEach(i -> section(i.getSimpleName()));
    OpCatalog.all().forEach(this::add);
    sections.values().removeIf(Map::isEmpty);
  }

  private static Set<DType> with(Set<DType> types, DType another) {
    Set<DType> all = EnumSet.copyOf(types);
    all.add(another);
    return all;
  }

  private Map<String, List<OpSpec>> section(String name) {
    return sections.computeIfAbsent(name, _ -> new TreeMap<>());
  }

  private void add(OpSpec row) {
    String call = row.covers().substring(0, row.covers().indexOf('('));
    int dot = call.indexOf('.');
    String section = dot < 0 ? declaring(call) : call.substring(0, dot);
    section(section).computeIfAbsent(call.substring(dot + 1), _ -> new ArrayList<>()).add(row);
  }

  private static String declaring(String name) {
    return Arrays.stream(Tensor.class.getMethods())
        .filter(m -> m.getName().equals(name))
        .map(Method::getDeclaringClass)
        .map(Class::getSimpleName)
        .min(naturalOrder())
        .orElseThrow();
  }

  /** The table as Markdown. */
  String markdown() {
    var text = new StringBuilder();
    sections.forEach(
        (section, operations) -> {
          text.append("### %s%n%n".formatted(title(section))).append(HEAD);
          operations.forEach((name, rows) -> text.append(line(name, rows)));
          text.append("%n".formatted());
        });
    return text.toString();
  }

  private static String title(String section) {
    return section.replaceFirst("Ops$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
  }

  private static String line(String name, List<OpSpec> rows) {
    String calls =
        rows.stream()
            .map(row -> row.covers().substring(row.covers().indexOf('(')))
            .distinct()
            .map(call -> '`' + call.replace(",", ", ") + '`')
            .collect(Collectors.joining(" "));
    return "| `%s` | %s | %s | %s |%n".formatted(name, calls, types(rows), gradient(rows));
  }

  /** The types of the first operand that one of the rows admits; a call without operands is told what to make. */
  private static String types(List<OpSpec> rows) {
    Set<DType> types = EnumSet.noneOf(DType.class);
    rows.forEach(row -> types.addAll(row.admitted()));
    return SETS.getOrDefault(
        types, types.stream().map(DType::toString).collect(Collectors.joining(" ")));
  }

  private static String gradient(List<OpSpec> rows) {
    Gradient most = rows.stream().map(OpSpec::gradient).max(naturalOrder()).orElseThrow();
    return switch (most) {
      case NONE -> "";
      case FIRST -> "first";
      case SECOND -> "first, second";
    };
  }
}
