package dev.adjoint.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.GradCheck;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/ops.md shows the functions of this module; {@code -Dadjoint.docs=write} writes them there. */
class LinalgTableTest {
  private static final Path PAGE = Path.of("..", "docs", "ops.md");
  private static final String BEGIN = "<!-- Written by LinalgTableTest. -->\n";
  private static final String END = "<!-- From here on written by SupportTableTest. -->\n";
  private static final String HEAD =
      """
      ### Linalg

      | operation | called with | types | gradient |
      |---|---|---|---|
      """;
  private static final GradCheck FIRST = new GradCheck(1e-6, 1e-5, 1e-6, 64, 0);
  private static final GradCheck SECOND = new GradCheck(1e-6, 1e-4, 1e-5, 12, 0);

  /**
   * A function of this module.
   *
   * @param call what it is and the types of its parameters
   * @param function what is asked of it: nothing that depends on the signs of vectors
   * @param differentiable whether it has derivatives of both orders
   */
  private record Row(String call, UnaryOperator<Tensor> function, boolean differentiable) {
    String name() {
      return call.substring(0, call.indexOf('('));
    }

    boolean admits(DType dtype) {
      try {
        return function.apply(Tensors.eye(3).add(1).to(dtype)).size() > 0;
      } catch (IllegalArgumentException _) {
        return false;
      }
    }
  }

  private static final List<Row> ROWS =
      List.of(
          new Row("cond(Tensor)", Linalg::cond, true),
          new Row("cond(Tensor,double)", x -> Linalg.cond(x, -2), true),
          new Row("cond(Tensor,String)", x -> Linalg.cond(x, "nuc"), true),
          new Row(
              "eigh(Tensor)",
              x -> {
                Eigen f = Linalg.eigh(symmetric(x));
                return f.values().add(f.vectors().square());
              },
              true),
          new Row(
              "eigh(Tensor,String)",
              x -> {
                Eigen f = Linalg.eigh(symmetric(x), "U");
                return f.values().add(f.vectors().square());
              },
              true),
          new Row("eigvalsh(Tensor)", x -> Linalg.eigvalsh(symmetric(x)), true),
          new Row("eigvalsh(Tensor,String)", x -> Linalg.eigvalsh(symmetric(x), "U"), true),
          new Row(
              "lstsq(Tensor,Tensor)",
              x -> Linalg.lstsq(x.narrow(1, 0, 2), x.narrow(1, 2, 1)).solution(),
              true),
          new Row(
              "lstsq(Tensor,Tensor,double)",
              x -> Linalg.lstsq(x.narrow(1, 0, 2), x.narrow(1, 2, 1), 1e-9).solution(),
              true),
          new Row("matrixNorm(Tensor,double)", x -> Linalg.matrixNorm(x, 2), true),
          new Row("matrixNorm(Tensor,String)", x -> Linalg.matrixNorm(x, "nuc"), true),
          new Row("matrixRank(Tensor)", Linalg::matrixRank, false),
          new Row("matrixRank(Tensor,double)", x -> Linalg.matrixRank(x, 0.1), false),
          new Row("pinv(Tensor)", Linalg::pinv, true),
          new Row("pinv(Tensor,double)", x -> Linalg.pinv(x, 1e-9), true),
          new Row(
              "svd(Tensor)",
              x -> {
                Singular f = Linalg.svd(x);
                return f.s().add(f.u().square()).add(f.vh().square());
              },
              true),
          new Row("svdvals(Tensor)", Linalg::svdvals, true));

  private static Tensor symmetric(Tensor x) {
    return x.add(x.transpose(-2, -1));
  }

  @Test
  void everyFunctionHasARow() {
    var functions = new TreeSet<String>();
    for (Method m : Linalg.class.getMethods()) {
      if (Modifier.isStatic(m.getModifiers())) {
        functions.add(
            Arrays.stream(m.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", m.getName() + "(", ")")));
      }
    }
    assertEquals(
        functions, ROWS.stream().map(Row::call).collect(Collectors.toCollection(TreeSet::new)));
  }

  @TestFactory
  Stream<DynamicTest> gradientsAgreeWithDifferences() {
    Tensor x = new Random(5).uniform(-1d, 1d, 3, 3).to(DType.F64);
    return ROWS.stream()
        .map(
            row ->
                dynamicTest(
                    row.call(),
                    () -> {
                      assertEquals(
                          row.differentiable(), row.function().apply(x.requiresGrad()).tracked());
                      if (row.differentiable()) {
                        FIRST.check(
                            row.call(), in -> row.function().apply(in.getFirst()), List.of(x));
                        SECOND.checkSecond(
                            row.call(), in -> row.function().apply(in.getFirst()), List.of(x));
                      }
                    }));
  }

  @Test
  void thePageShowsTheFunctions() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String expected = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if ("write".equals(System.getProperty("adjoint.docs"))) {
      Files.writeString(PAGE, expected);
    } else {
      assertEquals(
          expected,
          page,
          "stale: mvn test -pl linalg -am -Dtest=LinalgTableTest -Dadjoint.docs=write");
    }
  }

  private static String table() {
    Map<String, List<Row>> byName =
        ROWS.stream().collect(Collectors.groupingBy(Row::name, TreeMap::new, Collectors.toList()));
    var text = new StringBuilder(HEAD);
    byName.forEach(
        (name, rows) ->
            text.append(
                "| `%s` | %s | %s | %s |%n"
                    .formatted(
                        name,
                        rows.stream()
                            .map(LinalgTableTest::parameters)
                            .collect(Collectors.joining(" ")),
                        types(rows),
                        rows.getFirst().differentiable() ? "first, second" : "")));
    return text.append("%n".formatted()).toString();
  }

  private static String parameters(Row row) {
    return '`' + row.call().substring(row.name().length()).replace(",", ", ") + '`';
  }

  private static String types(List<Row> rows) {
    return Arrays.stream(DType.values())
        .filter(dtype -> rows.stream().anyMatch(row -> row.admits(dtype)))
        .map(DType::toString)
        .collect(Collectors.joining(" "));
  }
}
