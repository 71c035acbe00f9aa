package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What large products take by NVIDIA's compiler: no form spills, and as many blocks fit on a multiprocessor as it was told of,
 * which are two where factors are in memory: one multiplies while the other waits.
 */
class ProductTextsTest {
  private static final Pattern NAME = Pattern.compile("(matmul_\\w+)\\(");
  private static final Pattern ATTENTION = Pattern.compile("(attention_\\w+)\\(");
  private static final int THREADS = 256;

  private static final List<UnaryOperator<Tensor>> EPILOGUES =
      List.of(x -> x, x -> x.add(Tensors.zeros(Shape.of(x.dim(1))).to(x.dtype()).realize()).gelu());

  private static Tensor zeros(int rows, int columns, DType dtype) {
    return Tensors.zeros(Shape.of(rows, columns)).to(dtype).realize();
  }

  /** A product for each order of elements in memory, alone and with an epilogue; rows are aligned or not. */
  private static boolean multiply(DType dtype, int n) {
    for (UnaryOperator<Tensor> epilogue : EPILOGUES) {
      for (int order = 0; order < 4; order++) {
        Tensor left = order % 2 == 0 ? zeros(n, n, dtype) : zeros(n, n, dtype).t();
        Tensor right = order / 2 == 0 ? zeros(n, n, dtype) : zeros(n, n, dtype).t();
        epilogue.apply(left.matmul(right)).realize();
      }
    }
    return true;
  }

  /** The kernels of products of all types and precisions. */
  private static synchronized List<String> texts() {
    FakeDriver driver = FakeProvider.driver(FakeProvider.SILENT_TOO);
    if (driver.texts.isEmpty()) {
      for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
        for (Precision precision : Precision.values()) {
          Scope.on(
              Device.of(FakeProvider.KIND + ":" + FakeProvider.SILENT_TOO),
              () ->
                  Scope.withPrecision(
                      precision, () -> multiply(dtype, 504) && multiply(dtype, 501)));
        }
      }
    }
    return driver.texts.stream().filter(text -> text.contains("void __launch_bounds__")).toList();
  }

  /** Attention and its gradients, whose heads have 64 and 128 elements and, of one that is not aligned, 61. */
  private static boolean attend() {
    for (int head : new int[] {61, 64, 128}) {
      Tensor q = Tensors.zeros(Shape.of(8, 512, head)).realize();
      Tensor x = q.requiresGrad();
      q.scaledDotProductAttention(q, q).realize();
      x.scaledDotProductAttention(x, x, null, 0, true).backward(q).of(x).realize();
    }
    return true;
  }

  /** Attention on tensor cores keeps scores and sums in registers. */
  @ParameterizedTest
  @ValueSource(ints = {80, 90})
  void attention(int capability) {
    Nvrtc nvrtc = Resources.compiler();
    FakeDriver driver = FakeProvider.driver(FakeProvider.ATTENDING);
    if (driver.texts.isEmpty()) {
      for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
        Scope.on(
            Device.of(FakeProvider.KIND + ":" + FakeProvider.ATTENDING),
            () -> Scope.withPrecision(precision, () -> attend()));
      }
    }
    List<String> texts = driver.texts.stream().filter(text -> text.contains("mma.sync")).toList();
    assertThat(texts).hasSizeGreaterThanOrEqualTo(16);
    for (String text : texts) {
      var resources = Resources.of(nvrtc.resources(text, capability));
      Matcher name = ATTENTION.matcher(text);
      assertThat(name.find()).isTrue();
      String line = name.group(1) + ": " + resources;
      System.out.println(line);
      assertThat(resources.spills()).describedAs(line).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"80, 164", "90, 228"})
  void largeProducts(int capability, int kibibytes) {
    Nvrtc nvrtc = Resources.compiler();
    List<String> texts = texts();
    assertThat(texts.stream().filter(text -> text.contains("mma.sync"))).hasSizeGreaterThan(24);
    assertThat(texts).hasSizeGreaterThan(32);
    for (String text : texts) {
      var resources = Resources.of(nvrtc.resources(text, capability));
      int blocks = resources.blocks(THREADS, kibibytes << 10);
      Matcher name = NAME.matcher(text);
      assertThat(name.find()).isTrue();
      String line = name.group(1) + ": " + resources + ", blocks " + blocks;
      System.out.println(line);
      assertThat(resources.spills()).describedAs(line).isZero();
      assertThat(blocks)
          .describedAs(line)
          .isGreaterThanOrEqualTo(text.contains("(256, 2)") ? 2 : 1);
    }
  }
}
