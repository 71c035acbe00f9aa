package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.OpSpec;
import dev.adjoint.catalog.Sample;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Mixed precision: which operations are narrow and which are wide, as {@code torch.autocast} has them. */
class AutocastTest {
  /** Operations whose operands are converted, by their names in the catalog up to what follows them. */
  private static final Set<String> NARROW =
      Set.of(
          "matmul",
          "mm",
          "mv",
          "bmm",
          "addmm",
          "addmv",
          "addbmm",
          "baddbmm",
          "inner",
          "tensordot",
          "multiDot",
          "einsum",
          "linear",
          "conv1d",
          "conv2d",
          "conv3d",
          "convTranspose1d",
          "convTranspose2d",
          "convTranspose3d",
          "scaledDotProductAttention");

  /** All rows but those that draw, and those that make their own operands by products. */
  private static Stream<OpSpec> rows() {
    return OpCatalog.all().stream()
        .filter(row -> row.dtypes().contains(DType.F32))
        .filter(row -> !name(row).startsWith("rand") && !name(row).startsWith("cholesky"));
  }

  private static String name(OpSpec row) {
    return row.label().replace("Tensors.", "").split("[^A-Za-z0-9]", 2)[0];
  }

  /** For operands of f32, all other operations are what they are without mixed precision, to the bit. */
  @TestFactory
  Stream<DynamicTest> operandsOfProductsAreConvertedAndNoOthers() {
    return rows()
        .map(
            row ->
                dynamicTest(
                    row.label(),
                    () -> {
                      Sample sample = row.samples(DType.F32).getFirst();
                      Tensor plain = row.apply(sample.operands());
                      Tensor mixed = Scope.autocast(DType.BF16, () -> row.apply(sample.operands()));
                      if (NARROW.contains(name(row)) && !plain.dtype().equals(mixed.dtype())) {
                        assertThat(mixed.dtype()).isEqualTo(DType.BF16);
                        assertThat(mixed.shape()).isEqualTo(plain.shape());
                      } else {
                        assertThat(NARROW).doesNotContain(name(row));
                        assertThat(mixed.dtype()).isEqualTo(plain.dtype());
                        assertThat(mixed.toDoubles()).containsExactly(plain.toDoubles());
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> whatNeedsMoreBitsIsOfF32() {
    Tensor x = new Random(1).uniform(0.1, 0.9, 4, 6).to(DType.BF16);
    return Stream.of(
            new Named("softmax", x.softmax(-1), () -> x.softmax(-1)),
            new Named("logSoftmax", x.logSoftmax(-1), () -> x.logSoftmax(-1)),
            new Named("layerNorm", x.layerNorm(6), () -> x.layerNorm(6)),
            new Named("groupNorm", x.groupNorm(2), () -> x.groupNorm(2)),
            new Named("rmsNorm", x.rmsNorm(6), () -> x.rmsNorm(6)),
            new Named("sum", x.sum(0), () -> x.sum(0)),
            new Named("prod", x.prod(0), () -> x.prod(0)),
            new Named("cumsum", x.cumsum(0), () -> x.cumsum(0)),
            new Named("norm", x.norm(), x::norm),
            new Named("pow", x.pow(1.5), () -> x.pow(1.5)),
            new Named("exp", x.exp(), x::exp),
            new Named("log", x.log(), x::log),
            new Named("rsqrt", x.rsqrt(), x::rsqrt),
            new Named("cdist", x.cdist(x), () -> x.cdist(x)))
        .map(
            each ->
                dynamicTest(
                    each.name,
                    () -> {
                      assertThat(each.plain.dtype()).isEqualTo(DType.BF16);
                      Tensor wide = Scope.autocast(DType.BF16, each.again::get);
                      assertThat(wide.dtype()).isEqualTo(DType.F32);
                      assertThat(wide.to(DType.BF16).toDoubles())
                          .containsExactly(each.plain.toDoubles());
                    }));
  }

  private record Named(String name, Tensor plain, Supplier<Tensor> again) {}

  @Test
  void aNetworkIsWhatConversionsByHandMakeOfIt() {
    var random = new Random(2);
    Tensor x = random.randn(5, 3, 6, 6);
    Tensor kernel = random.randn(4, 3, 3, 3).requiresGrad();
    Tensor weight = random.randn(7, 64).requiresGrad();
    Tensor bias = random.randn(7).requiresGrad();
    Tensor mixed =
        Scope.autocast(
            DType.BF16,
            () -> x.conv2d(kernel).relu().flatten(1).linear(weight, bias).logSoftmax(-1).mean());
    Tensor byHand =
        x.to(DType.BF16)
            .conv2d(kernel.to(DType.BF16))
            .relu()
            .flatten(1)
            .linear(weight.to(DType.BF16), bias.to(DType.BF16))
            .to(DType.F32)
            .logSoftmax(-1)
            .mean();
    assertThat(mixed.dtype()).isEqualTo(DType.F32);
    assertThat(mixed.item()).isEqualTo(byHand.item());
    Gradients gradients = mixed.backward();
    Gradients expected = byHand.backward();
    for (Tensor leaf : new Tensor[] {kernel, weight, bias}) {
      assertThat(gradients.of(leaf).dtype()).isEqualTo(DType.F32);
      assertThat(gradients.of(leaf).toDoubles()).containsExactly(expected.of(leaf).toDoubles());
    }
  }

  /** A backward pass within the scope gives what one outside gives. */
  @Test
  void gradientsDoNotDependOnTheScope() {
    Tensor a = new Random(3).randn(4, 4).requiresGrad();
    Tensor spd = a.matmul(a.t()).add(Tensors.eye(4).mul(4));
    double[] outside = spd.cholesky().sum().backward().of(a).toDoubles();
    double[] inside =
        Scope.autocast(DType.BF16, () -> spd.cholesky().sum().backward().of(a).toDoubles());
    assertThat(inside).containsExactly(outside);
  }

  @Test
  void doublesStayAndTheInnermostScopeCounts() {
    Tensor x = Tensors.of(new double[] {1, 2, 3, 4}, 2, 2);
    Tensor wide = x.to(DType.F64);
    Scope.autocast(
        DType.F16,
        () -> {
          assertThat(x.matmul(x).dtype()).isEqualTo(DType.F16);
          assertThat(x.to(DType.BF16).matmul(x).dtype()).isEqualTo(DType.F16);
          assertThat(wide.matmul(wide).dtype()).isEqualTo(DType.F64);
          assertThat(Scope.autocast(DType.F32, () -> x.matmul(x)).dtype()).isEqualTo(DType.F32);
          return x;
        });
    assertThat(x.matmul(x).dtype()).isEqualTo(DType.F32);
    assertThatThrownBy(() -> Scope.autocast(DType.F64, () -> x))
        .hasMessage("autocast: the type of products must be f16, bf16 or f32, not f64");
  }
}
