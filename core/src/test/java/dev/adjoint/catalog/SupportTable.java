package dev.adjoint.catalog;

import static java.util.Comparator.naturalOrder;

import dev.adjoint.DType;
import dev.adjoint.ReadingOps;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table of operations in docs/ops.md, a section for each interface of {@link Tensor}: what each is called with, the types
 * that it admits, and its derivatives, as the rows of the {@link OpCatalog} say. What reads values has no rows: its types are
 * tried.
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

  private final Map<String, Map<String, List<Line>>> sections = new LinkedHashMap<>();

  /**
   * One call of an operation.
   *
   * @param parameters their types, in parentheses
   * @param types those of the first operand that the call admits
   */
  private record Line(String parameters, Set<DType> types, Gradient gradient) {}

  SupportTable() {
    Arrays.stream(Tensor.class.getInterfaces()).forEach(i -> section(i.getSimpleName()));
    OpCatalog.all().forEach(this::add);
    Arrays.stream(ReadingOps.class.getMethods())
        .sorted(Comparator.comparing(Method::getParameterCount))
        .forEach(this::add);
    sections.values().removeIf(Map::isEmpty);
  }

  private static Set<DType> with(Set<DType> types, DType another) {
    Set<DType> all = EnumSet.copyOf(types);
    all.add(another);
    return all;
  }

  private Map<String, List<Line>> section(String name) {
    return sections.computeIfAbsent(name, _ -> new TreeMap<>());
  }

  private void add(OpSpec row) {
    int parenthesis = row.covers().indexOf('(');
    String call = row.covers().substring(0, parenthesis);
    int dot = call.indexOf('.');
    String section = dot < 0 ? declaring(call) : call.substring(0, dot);
    String parameters = row.covers().substring(parenthesis);
    line(section, call.substring(dot + 1), parameters, row.admitted(), row.gradient());
  }

  private void add(Method reading) {
    String parameters =
        Arrays.stream(reading.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(",", "(", ")"));
    Set<DType> types = EnumSet.noneOf(DType.class);
    Arrays.stream(DType.values()).filter(t -> gives(reading, t)).forEach(types::add);
    line("ReadingOps", reading.getName(), parameters, types, Gradient.NONE);
  }

  private void line(
      String section, String name, String parameters, Set<DType> types, Gradient gradient) {
    section(section)
        .computeIfAbsent(name, _ -> new ArrayList<>())
        .add(new Line(parameters, types, gradient));
  }

  /** Whether a method that reads an element does so for a type. */
  private static boolean gives(Method reading, DType dtype) {
    Tensor one = Tensors.ones(Shape.of(1), dtype);
    Object[] arguments =
        Arrays.stream(reading.getParameterTypes()).map(type -> argument(type, one)).toArray();
    try {
      return reading.invoke(one, arguments) != null;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false;
      }
      throw new AssertionError(reading + " of " + dtype, e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(reading.toString(), e);
    }
  }

  private static Object argument(Class<?> type, Tensor one) {
    if (type == Tensor.class) {
      return one;
    } else if (type == Arena.class) {
      return Arena.ofAuto();
    } else if (type == boolean.class) {
      return true;
    }
    return 0.5;
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
          operations.forEach((name, lines) -> text.append(line(name, lines)));
          text.append("%n".formatted());
        });
    return text.toString();
  }

  private static String title(String section) {
    return section.replaceFirst("Ops$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
  }

  private static String line(String name, List<Line> lines) {
    String calls =
        lines.stream()
            .map(Line::parameters)
            .distinct()
            .sorted(Comparator.comparing(SupportTable::count))
            .map(call -> '`' + call.replace(",", ", ") + '`')
            .collect(Collectors.joining(" "));
    return "| `%s` | %s | %s | %s |%n".formatted(name, calls, types(lines), gradient(lines));
  }

  private static long count(String parameters) {
    return parameters.equals("()") ? 0 : 1 + parameters.chars().filter(c -> c == ',').count();
  }

  /** The types that one of the calls admits; a call without operands is told what to make. */
  private static String types(List<Line> lines) {
    Set<DType> types = EnumSet.noneOf(DType.class);
    lines.forEach(line -> types.addAll(line.types()));
    return SETS.getOrDefault(
        types, types.stream().map(DType::toString).collect(Collectors.joining(" ")));
  }

  private static String gradient(List<Line> lines) {
    Gradient most = lines.stream().map(Line::gradient).max(naturalOrder()).orElseThrow();
    return switch (most) {
      case NONE -> "";
      case FIRST -> "first";
      case SECOND -> "first, second";
    };
  }
}
