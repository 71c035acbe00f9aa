package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.OpSpec;
import dev.adjoint.catalog.Sample;
import dev.adjoint.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operation of the catalog mapped over a batch, with every choice of mapped and shared operands, against a loop over the
 * batch; and so the gradients of those that have one. The reference computes both, since what is tested is the graph.
 *
 * <p>Left out are rows without operands, which have nothing to map, and samples of more than {@value #MOST} elements. Rows that
 * read the values of operands at the call are tried for their error.
 */
class VmapCatalogTest {
  private static final int MOST = 150;
  private static final int BATCH = 3;

  private static Stream<OpSpec> rows() {
    return OpCatalog.all().stream().filter(row -> !row.operands().isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> valuesAreThoseOfALoop() {
    return rows()
        .filter(row -> !row.readsOperands())
        .map(row -> dynamicTest(row.label(), () -> samples(row).forEach(VmapCatalogTest::values)));
  }

  @TestFactory
  Stream<DynamicTest> whatReadsValuesIsRejected() {
    return rows()
        .filter(OpSpec::readsOperands)
        .map(
            row ->
                dynamicTest(
                    row.label(),
                    () -> {
                      List<Tensor> operands = samples(row).getFirst().operands();
                      int[] axes = new int[operands.size()];
                      List<Tensor> batches = operands.stream().map(VmapCatalogTest::batch).toList();
                      assertThatThrownBy(
                              () -> Vmap.over(axes).apply(xs -> List.of(row.apply(xs)), batches))
                          .isInstanceOf(StaleTensorException.class)
                          .hasMessageContaining("a function that vmap maps over a batch");
                    }));
  }

  /** The gradient of a map, and a map of gradients: both are those of a loop. */
  @TestFactory
  Stream<DynamicTest> gradientsAreThoseOfALoop() {
    return OpCatalog.differentiable().stream()
        .filter(row -> !row.readsOperands())
        .map(
            row ->
                dynamicTest(
                    row.label(),
                    () -> {
                      Sample sample = row.gradientSamples().getFirst();
                      gradients(sample, _ -> false);
                      if (sample.operands().size() > 1) {
                        gradients(sample, i -> i > 0);
                      }
                    }));
  }

  private static List<Sample> samples(OpSpec row) {
    DType dtype = row.dtypes().contains(DType.F64) ? DType.F64 : row.dtypes().iterator().next();
    List<Sample> all = row.samples(dtype);
    List<Sample> small = all.stream().filter(s -> size(s) <= MOST).limit(4).toList();
    return small.isEmpty() ? List.of(all.getFirst()) : small;
  }

  private static long size(Sample sample) {
    return sample.shapes().stream().mapToLong(shape -> shape.size()).sum();
  }

  private static void values(Sample sample) {
    List<Tensor> operands = sample.operands();
    for (int mapped = 1; mapped < 1 << operands.size(); mapped++) {
      int mask = mapped;
      List<Tensor> given = batches(operands, i -> (mask >> i & 1) == 0);
      int[] axes = axes(operands.size(), i -> (mask >> i & 1) == 0);
      Random.State state = Random.standard().state();
      Tensor all =
          Vmap.over(axes)
              .randomness(Randomness.SAME)
              .apply(xs -> List.of(sample.op().apply(xs)), given)
              .getFirst();
      same(
          sample + " of " + Arrays.toString(axes),
          all,
          loop(axes, given, sample.op()::apply, state));
    }
  }

  private static void gradients(Sample sample, IntPredicate shared) {
    List<Tensor> operands = sample.operands();
    List<Tensor> given = new ArrayList<>();
    batches(operands, shared).forEach(x -> given.add(x.dtype().isFloat() ? x.requiresGrad() : x));
    int[] axes = axes(operands.size(), shared);
    Random.State state = Random.standard().state();
    Vmap map = Vmap.over(axes).randomness(Randomness.SAME);
    Tensor all = map.apply(xs -> List.of(sample.op().apply(xs)), given).getFirst();
    Tensor each = loop(axes, given, sample.op()::apply, state);
    List<Tensor> floats = given.stream().filter(Tensor::tracked).toList();
    List<Tensor> expected = Autograd.gradient(weighted(each), floats);
    List<Tensor> through = Autograd.gradient(weighted(all), floats);
    for (int i = 0; i < floats.size(); i++) {
      same(sample + " through a map, operand " + i, through.get(i), expected.get(i));
    }
    Random.standard().restore(state);
    for (int i = 0; i < operands.size(); i++) {
      int k = i;
      if (operands.get(i).dtype().isFloat()) {
        Function<List<Tensor>, Tensor> slope =
            xs -> {
              List<Tensor> at = new ArrayList<>(xs);
              at.set(k, xs.get(k).requiresGrad());
              Tensor y = sample.op().apply(at);
              return Autograd.gradient(weighted(y), at.get(k));
            };
        Tensor mapped = map.apply(xs -> List.of(slope.apply(xs)), given).getFirst();
        same(sample + " in a map, operand " + i, mapped, loop(axes, given, slope, state));
      }
    }
  }

  /** A sum in which every element counts in another way. */
  private static Tensor weighted(Tensor y) {
    return y.square().add(y.sin()).sum();
  }

  private static Tensor loop(
      int[] axes, List<Tensor> given, Function<List<Tensor>, Tensor> f, Random.State state) {
    var results = new ArrayList<Tensor>();
    for (int b = 0; b < BATCH; b++) {
      int at = b;
      Random.standard().restore(state);
      List<Tensor> one =
          IntStream.range(0, axes.length)
              .mapToObj(i -> axes[i] == 0 ? given.get(i).select(0, at) : given.get(i))
              .toList();
      results.add(f.apply(one));
    }
    return Tensors.stack(results, 0);
  }

  private static int[] axes(int count, IntPredicate shared) {
    return IntStream.range(0, count).map(i -> shared.test(i) ? Vmap.NOT_MAPPED : 0).toArray();
  }

  private static List<Tensor> batches(List<Tensor> operands, IntPredicate shared) {
    return IntStream.range(0, operands.size())
        .mapToObj(i -> shared.test(i) ? operands.get(i) : batch(operands.get(i)))
        .toList();
  }

  /** Elements that differ in their order, so that each is in the domain of the operand. */
  private static Tensor batch(Tensor operand) {
    var elements = new ArrayList<Tensor>();
    for (int b = 0; b < BATCH; b++) {
      elements.add(operand.flatten().roll(b).reshape(operand.shape().dims()));
    }
    return Tensors.stack(elements, 0);
  }

  private static void same(String what, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.dtype()).as(what).isEqualTo(expected.dtype());
    double[] a = Reference.evaluate(actual);
    double[] e = Reference.evaluate(expected);
    for (int i = 0; i < a.length; i++) {
      if (!(Double.isNaN(e[i]) && Double.isNaN(a[i])) && a[i] != e[i]) {
        assertThat(a[i]).as(what + " at " + i).isCloseTo(e[i], within(1e-9 * (1 + Math.abs(e[i]))));
      }
    }
  }
}
