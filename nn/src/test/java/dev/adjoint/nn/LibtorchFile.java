package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/** A file of what libtorch computes, in the form that libtorch-layers.txt describes; all floats are f64. */
final class LibtorchFile {
  private LibtorchFile() {}

  private record Numbers(int[] sizes, double[] elements) {}

  /**
   * A call of libtorch.
   *
   * @param expected the result and the gradients of the operands of floats
   */
  record Entry(String name, List<Tensor> operands, List<Numbers> expected) {
    /** Requires that a result and its gradients by the operands are those of libtorch; buffers have none here. */
    void check(Tensor y, List<? extends Tensor> leaves) {
      assertNear("result", expected.getFirst(), y);
      double[] seed = LongStream.rangeClosed(1, y.size()).mapToDouble(Math::sin).toArray();
      Tensor cotangent = Scope.withDType(DType.F64, () -> Tensors.of(seed, y.shape().dims()));
      Gradients gradients = y.tracked() ? y.backward(cotangent) : null;
      int line = 1;
      for (int i = 0; i < leaves.size(); i++) {
        Tensor leaf = leaves.get(i);
        if (leaf.dtype().isFloat()) {
          Numbers theirs = expected.get(line++);
          boolean isBuffer = leaf instanceof Variable && !(leaf instanceof Parameter);
          if (gradients != null && !isBuffer) {
            Tensor gradient = gradients.byLeaf().getOrDefault(leaf.node(), Tensors.zerosLike(leaf));
            assertNear("gradient of operand " + i, theirs, gradient);
          }
        }
      }
      assertEquals(expected.size(), line);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static void assertNear(String what, Numbers expected, Tensor actual) {
    assertArrayEquals(expected.sizes(), actual.shape().dims(), what);
    double[] elements = actual.toDoubles();
    for (int k = 0; k < elements.length; k++) {
      double e = expected.elements()[k];
      assertEquals(e, elements[k], 1e-8 * (1 + Math.abs(e)), what + " at " + k);
    }
  }

  static List<Entry> read(String file) {
    return Scope.withDType(DType.F64, () -> entries(file));
  }

  private static List<Entry> entries(String file) {
    var entries = new ArrayList<Entry>();
    for (String line : lines(file)) {
      if (line.contains("|")) {
        String[] parts = line.split(" \\| ", 3);
        entries.add(new Entry(parts[0], operands(parts[1]), new ArrayList<>()));
      } else if (!line.startsWith("#")) {
        entries.getLast().expected().add(numbers(line));
      }
    }
    return entries;
  }

  private static List<String> lines(String file) {
    try (InputStream in =
        Objects.requireNonNull(LibtorchFile.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Tensor> operands(String specs) {
    var operands = new ArrayList<Tensor>();
    for (String spec : specs.split(" (?=[+<\\[])")) {
      operands.add(operand(spec, operands.size()));
    }
    return operands;
  }

  private static Tensor operand(String spec, int i) {
    int[] dims = dims(spec);
    int size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    if (spec.startsWith("<")) {
      int bound = Integer.parseInt(spec.substring(1, spec.indexOf('>')));
      long[] values = new long[size];
      Arrays.setAll(values, k -> 7L * k % bound);
      return Tensors.of(values, dims);
    }
    double[] values = new double[size];
    double shift = spec.startsWith("+") ? 1.5 : 0;
    Arrays.setAll(values, k -> Math.sin(1.7 * k + 0.9 * i + 0.3) + shift);
    return Tensors.of(values, dims);
  }

  private static int[] dims(String spec) {
    return Arrays.stream(spec.substring(spec.indexOf('[') + 1, spec.indexOf(']')).split(", "))
        .filter(size -> !size.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static Numbers numbers(String line) {
    String elements = line.substring(line.indexOf(']') + 1).strip();
    return new Numbers(
        dims(line),
        elements.isEmpty()
            ? new double[0]
            : Arrays.stream(elements.split(" ")).mapToDouble(Double::parseDouble).toArray());
  }
}
