package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.fft.Fft;
import dev.adjoint.fft.Signals;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every public operation has a row, and every row covers one. */
class CatalogCompletenessTest {
  /** Methods that return tensors but compute nothing; their own tests are elsewhere. */
  private static final Set<String> NO_OPERATIONS =
      Set.of(
          "requiresGrad()",
          "detach()",
          "registerHook(UnaryOperator)",
          "to(Device)",
          "realize()",
          "keep()",
          "Tensors.fromBuffer(ByteBuffer,DType,int[])",
          "Tensors.fromSegment(MemorySegment,DType,int[])",
          "Random.standard()");

  /** Methods of complex tensors that do to both parts what tensors do. */
  private static final Set<String> PARTS =
      Set.of(
          "real",
          "imag",
          "of",
          "each",
          "realize",
          "reshape",
          "get",
          "sum",
          "add",
          "sub",
          "neg",
          "mul(Tensor)",
          "mul(Number)",
          "div(Tensor)",
          "div(Number)");

  @Test
  void everyOperationHasARow() {
    Set<String> covered = OpCatalog.all().stream().map(OpSpec::covers).collect(Collectors.toSet());
    Set<String> missing = operations();
    missing.removeAll(covered);
    assertTrue(missing.isEmpty(), () -> "no row in the OpCatalog for " + missing);
  }

  @Test
  void everyRowCoversAnOperation() {
    Set<String> covered =
        OpCatalog.all().stream().map(OpSpec::covers).collect(Collectors.toCollection(TreeSet::new));
    covered.removeAll(operations());
    assertTrue(
        covered.isEmpty(), () -> "rows of the OpCatalog for no public operation: " + covered);
  }

  @Test
  void labelsAreDistinct() {
    var seen = new HashSet<String>();
    List<String> twice =
        OpCatalog.all().stream().map(OpSpec::label).filter(label -> !seen.add(label)).toList();
    assertEquals(List.of(), twice);
  }

  private static Set<String> operations() {
    Set<String> all =
        Stream.of(
                Arrays.stream(Tensor.class.getMethods())
                    .filter(m -> !Modifier.isStatic(m.getModifiers()))
                    .map(m -> signature("", m)),
                statics(Tensors.class, "Tensors."),
                statics(Fft.class, "Fft."),
                statics(Signals.class, "Signals."),
                Arrays.stream(ComplexTensor.class.getMethods())
                    .filter(m -> !isOfParts(m))
                    .map(m -> signature("ComplexTensor.", m)),
                Arrays.stream(Random.class.getMethods()).map(m -> signature("Random.", m)))
            .flatMap(s -> s)
            .filter(s -> !s.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    all.removeAll(NO_OPERATIONS);
    all.removeIf(s -> s.startsWith("Tensors.of("));
    return all;
  }

  private static boolean isOfParts(Method method) {
    return PARTS.contains(method.getName()) || PARTS.contains(signature("", method));
  }

  private static Stream<String> statics(Class<?> type, String prefix) {
    return Arrays.stream(type.getMethods())
        .filter(m -> Modifier.isStatic(m.getModifiers()))
        .map(m -> signature(prefix, m));
  }

  /** Whether a type is a record that has only tensors. */
  private static boolean isOfTensors(Class<?> type) {
    return type.isRecord()
        && Arrays.stream(type.getRecordComponents()).allMatch(c -> c.getType() == Tensor.class);
  }

  /** The signature of a method that makes tensors, or nothing. */
  private static String signature(String prefix, Method method) {
    boolean makesTensors =
        method
                .getGenericReturnType()
                .getTypeName()
                .matches("(.*<)?dev\\.adjoint\\.(Complex)?Tensor>?")
            || isOfTensors(method.getReturnType());
    if (!makesTensors || method.isSynthetic()) {
      return "";
    }
    Stream<String> types = Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName);
    return prefix + method.getName() + types.collect(Collectors.joining(",", "(", ")"));
  }
}
