package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Maps of functions over batches: axes, nesting, gradients, random numbers and what is rejected. */
class VmapTest {
  private static final Tensor W = Doubles.of(0.5, -1, 2, 0.25, 1.5, -0.75).reshape(2, 3);
  private static final Tensor XS =
      Doubles.of(1, 2, 3, -4, 5, 0.5, 0.1, 0.2, 0.3, 7, -1, 2).reshape(4, 3);

  private static void same(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles(), within(1e-12));
  }

  private static Tensor loop(UnaryOperator<Tensor> f, Tensor xs) {
    var results = new ArrayList<Tensor>();
    for (int i = 0; i < xs.dim(0); i++) {
      results.add(f.apply(xs.select(0, i)));
    }
    return Tensors.stack(results, 0);
  }

  @Test
  void axesOfArgumentsAndResults() {
    Tensor x = Tensors.arange(24).to(DType.F64).reshape(2, 3, 4);
    List<Tensor> results =
        Vmap.over(-1, Vmap.NOT_MAPPED)
            .outAxes(1, Vmap.NOT_MAPPED, -1)
            .apply(
                xs -> List.of(xs.get(0).mul(xs.get(1)), xs.get(1).exp(), xs.get(0).sum()),
                List.of(x, W));
    same(results.get(0), x.mul(W.unsqueeze(-1)).movedim(2, 1));
    same(results.get(1), W.exp());
    same(results.get(2), x.sum(0, 1));
  }

  /** A result that does not depend on what is mapped is repeated. */
  @Test
  void sharedResults() {
    same(Autograd.vmap(x -> W, XS), W.unsqueeze(0).expand(4, 2, 3));
  }

  /** All pairs of two batches, by a map within a map. */
  @Test
  void nestedMaps() {
    Tensor ys = XS.flip(0).narrow(0, 0, 2);
    Tensor pairs = Autograd.vmap(x -> Autograd.vmap(y -> x.mul(y).exp().sum(), ys), XS);
    same(pairs, loop(x -> loop(y -> x.mul(y).exp().sum(), ys), XS));
    Tensor turned = Vmap.overFirst().outAxes(-1).apply(x -> Autograd.vmap(x::add, ys), XS);
    assertThat(turned.shape()).isEqualTo(Shape.of(2, 3, 4));
    same(turned, loop(x -> loop(x::add, ys), XS).movedim(0, -1));
  }

  /** The squared error of a layer: its gradient with respect to the weights is an outer product for each sample. */
  @Test
  void perSampleGradients() {
    Tensor targets = Doubles.of(1, 0, -1, 2, 0.5, 0.25, 3, -2).reshape(4, 2);
    BinaryOperator<Tensor> slope =
        (x, t) -> Autograd.grad(w -> w.matmul(x).tanh().sub(t).square().sum(), W);
    Tensor each = Autograd.vmap(slope, XS, targets);
    var expected = new ArrayList<Tensor>();
    for (int i = 0; i < 4; i++) {
      Tensor y = W.matmul(XS.select(0, i)).tanh();
      Tensor g = y.sub(targets.select(0, i)).mul(2).mul(y.square().rsub(1));
      expected.add(g.outer(XS.select(0, i)));
    }
    same(each, Tensors.stack(expected, 0));
    Tensor leaf = W.requiresGrad();
    Tensor sum = leaf.matmul(XS.transpose(0, 1)).tanh().sub(targets.transpose(0, 1)).square().sum();
    same(each.sum(0), sum.backward().of(leaf));
  }

  /** Tensors from outside get the sum of the gradients of all elements. */
  @Test
  void gradientsThroughAMap() {
    Tensor w = W.requiresGrad();
    Tensor xs = XS.requiresGrad();
    Tensor mapped = Autograd.vmap(x -> w.matmul(x).sin(), xs).square().sum();
    Tensor plain = xs.matmul(w.transpose(0, 1)).sin().square().sum();
    List<Tensor> expected = Autograd.gradient(plain, w, xs);
    same(mapped.backward().of(w), expected.getFirst());
    same(mapped.backward().of(xs), expected.getLast());
    same(
        Autograd.gradient(Autograd.gradient(mapped, w).exp().sum(), xs),
        Autograd.gradient(Autograd.gradient(plain, w).exp().sum(), xs));
  }

  /** Checkpoints and functions with a gradient of their own, also of tensors that they captured. */
  @Test
  void customGradientsThroughAMap() {
    Tensor w = W.select(0, 1).requiresGrad();
    Tensor xs = XS.requiresGrad();
    UnaryOperator<Tensor> plain = x -> x.mul(w).sin().exp().mul(x);
    UnaryOperator<Tensor> again = x -> Autograd.checkpoint(y -> y.mul(w).sin().exp().mul(y), x);
    Tensor expected = loop(plain, xs).square().sum();
    Tensor mapped = Autograd.vmap(again, xs).square().sum();
    same(mapped.backward().of(w), expected.backward().of(w));
    same(mapped.backward().of(xs), expected.backward().of(xs));
    Tensor slope = Autograd.gradient(mapped, w);
    same(
        Autograd.gradient(slope.sum(), xs),
        Autograd.gradient(Autograd.gradient(expected, w).sum(), xs));
  }

  /** {@code x^3}, whose backward pass uses a saved tensor, the output and the input. */
  private static final class Cube extends CustomFunction {
    @Override
    protected Tensor forward(Context context, List<Tensor> inputs) {
      Tensor square = inputs.getFirst().square();
      context.save(square);
      return square.mul(inputs.getFirst());
    }

    @Override
    protected List<Tensor> backward(Context context, Tensor gradient) {
      Tensor third = context.output().div(context.input(0));
      return List.of(gradient.mul(context.saved(0).mul(2).add(third)));
    }
  }

  @Test
  void customFunctionsThroughAMap() {
    Tensor xs = XS.requiresGrad();
    Tensor y = Autograd.vmap(x -> new Cube().apply(x).sum(), xs);
    same(y.sum().backward().of(xs), XS.square().mul(3));
    Tensor slope = Autograd.gradient(y.sum(), xs);
    same(Autograd.gradient(slope.sum(), xs), XS.mul(6));
    same(
        Autograd.vmap(x -> Autograd.grad(z -> new Cube().apply(z).sum(), x), XS),
        XS.square().mul(3));
  }

  @Test
  void backwardInsideAMap() {
    Tensor slopes =
        Autograd.vmap(
            x -> {
              Tensor leaf = x.requiresGrad();
              return leaf.square().mul(leaf).sum().backward().of(leaf);
            },
            XS);
    same(slopes, XS.square().mul(3));
  }

  /** Deeper than what is computed on its own outside of maps. */
  @Test
  void deepFunctions() {
    Tensor y =
        Autograd.vmap(
            x -> {
              Tensor z = x;
              for (int i = 0; i < 5000; i++) {
                z = z.add(1);
              }
              return z;
            },
            XS);
    same(y, XS.add(5000));
  }

  @Test
  void randomNumbers() {
    UnaryOperator<Tensor> noisy = x -> x.add(Random.standard().rand(3));
    assertThatThrownBy(() -> Autograd.vmap(noisy, XS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vmap: the function draws random numbers");
    Tensor zeros = XS.mul(0);
    float[] same = Vmap.overFirst().randomness(Randomness.SAME).apply(noisy, zeros).toFloats();
    assertThat(same).startsWith(same[3], same[4], same[5]).startsWith(same[9], same[10], same[11]);
    assertThat(same[0]).isNotEqualTo(same[1]);
    Random.seed(7);
    Tensor one = Vmap.overFirst().randomness(Randomness.DIFFERENT).apply(noisy, zeros);
    Tensor next = Random.standard().rand(12);
    Random.seed(7);
    Tensor again = Vmap.overFirst().randomness(Randomness.DIFFERENT).apply(noisy, zeros);
    assertThat(again.toFloats()).containsExactly(one.toFloats());
    assertThat(one.toFloats()).doesNotHaveDuplicates().doesNotContain(next.toFloats());
    Tensor outside = Random.standard().rand(3);
    Autograd.vmap(x -> x.add(outside), XS).realize();
  }

  /** Two draws of one function, and the elements of two nested maps, have nothing in common. */
  @Test
  void differentNumbersAreIndependent() {
    // Among 1200 sums, two are equal by chance for some seeds.
    Random.seed(1);
    Vmap map = Vmap.overFirst().randomness(Randomness.DIFFERENT);
    Tensor zeros = Tensors.zeros(20, 30);
    Tensor draws =
        map.apply(
            row -> map.apply(x -> Random.standard().rand(2).add(Random.standard().rand(2)), row),
            zeros);
    assertThat(draws.shape()).isEqualTo(Shape.of(20, 30, 2));
    assertThat(draws.toFloats()).doesNotHaveDuplicates();
    assertThat(draws.mean().item()).isCloseTo(1, within(0.05));
    assertThat(draws.std().item()).isCloseTo(Math.sqrt(1 / 6.0), within(0.03));
  }

  /** Parts of a batch give what the batch gives, with its random numbers and gradients, also inside another map. */
  @Test
  void chunksAreTheWhole() {
    Vmap map = Vmap.over(1, Vmap.NOT_MAPPED).outAxes(-1, 0).randomness(Randomness.DIFFERENT);
    Tensor xs = XS.transpose(0, 1).requiresGrad();
    Function<List<Tensor>, List<Tensor>> f =
        x -> List.of(x.getFirst().mul(Random.standard().rand(2, 3)), x.getLast().mul(x.getFirst()));
    Random.seed(3);
    List<Tensor> whole = map.apply(f, List.of(xs, W));
    Random.seed(3);
    List<Tensor> chunks = map.chunkSize(3).apply(f, List.of(xs, W));
    for (int i = 0; i < 2; i++) {
      assertThat(chunks.get(i).shape()).isEqualTo(whole.get(i).shape());
      assertThat(chunks.get(i).toDoubles()).containsExactly(whole.get(i).toDoubles());
      same(
          Autograd.gradient(chunks.get(i).square().sum(), xs),
          Autograd.gradient(whole.get(i).square().sum(), xs));
    }
    Vmap pairs = Vmap.overFirst().chunkSize(3);
    same(
        pairs.apply(x -> pairs.apply(y -> x.mul(y).exp().sum(), XS), XS),
        loop(x -> loop(y -> x.mul(y).exp().sum(), XS), XS));
    Tensor shared = Vmap.overFirst().outAxes(Vmap.NOT_MAPPED).chunkSize(1).apply(x -> W.exp(), XS);
    same(shared, W.exp());
    assertThatThrownBy(() -> Vmap.overFirst().chunkSize(0))
        .hasMessage("vmap: the chunk size must be positive, it is 0");
  }

  /** Gradients of 64 samples, 256 KiB each, of which only 4 are in memory at a time. */
  @Test
  void chunksTakeTheMemoryOfOne() {
    Tensor w = Tensors.ones(256, 256);
    Tensor xs = Tensors.ones(64, 256);
    UnaryOperator<Tensor> f = x -> Autograd.grad(v -> v.matmul(x).sin().sum(), w).square().sum();
    Tensor whole = Scope.noGrad(() -> Autograd.vmap(f, xs));
    assertThat(Plans.of(whole).peakBytes()).isGreaterThan(64 << 18);
    Tensor chunks = Scope.noGrad(() -> Vmap.overFirst().chunkSize(4).apply(f, xs));
    assertThat(Plans.last().peakBytes()).isBetween(4L << 18, 5L << 18);
    assertThat(chunks.toFloats()).containsExactly(whole.toFloats());
  }

  /** Values inside a function are not known, and what it gives when it is done can be read again. */
  @Test
  void valuesAreNotRead() {
    assertThatThrownBy(() -> Autograd.vmap(x -> x.sum().item() > 0 ? x : x.neg(), XS))
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("f64[]: needs the value")
        .hasMessageContaining("compute with where() instead of branching");
    Tensor[] leaked = new Tensor[1];
    Autograd.vmap(x -> leaked[0] = x.exp(), XS);
    assertThatThrownBy(() -> leaked[0].toDoubles()).isInstanceOf(StaleTensorException.class);
  }

  @Test
  void positionsAreCheckedWhereTheyAreComputed() {
    Tensor table = W.flatten();
    Tensor picked =
        Autograd.vmap(i -> table.indexSelect(0, i), Tensors.of(new int[] {0, 5, 2, 9}, 2, 2));
    assertThatThrownBy(picked::toDoubles)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 9 is out of range")
        .hasMessageContaining("VmapTest.java");
  }

  /** A function that is one kernel is one kernel for a batch, and so are its gradients, unless elements share an argument. */
  @Test
  void ownKernelsStayOneKernel() {
    ScalarFunction roots =
        ScalarFunction.of(
            "roots",
            (a, b) -> {
              Scalar y = a;
              for (int i = 0; i < 30; i++) {
                y = y.sub(y.mul(y).sub(b.mul(b)).div(y.mul(2).add(3)));
              }
              return y.tanh();
            });
    Tensor xs = XS.requiresGrad();
    Tensor ys = XS.cos().requiresGrad();
    Tensor all = Autograd.vmap(roots::apply, xs, ys);
    assertThat(Plans.of(all.detach()).launches()).isEqualTo(1);
    List<Tensor> slopes = Autograd.gradient(all.sum(), xs, ys);
    assertThat(Plans.of(slopes.toArray(Tensor[]::new)).launches()).isEqualTo(1);
    Tensor plain = roots.apply(xs, ys);
    same(all, plain);
    List<Tensor> expected = Autograd.gradient(plain.sum(), xs, ys);
    same(slopes.getFirst(), expected.getFirst());
    same(slopes.getLast(), expected.getLast());
    Tensor one = ys.select(0, 0);
    Tensor shared = Autograd.vmap(x -> roots.apply(x, one), xs);
    same(shared, roots.apply(xs, one));
    same(Autograd.gradient(shared.sum(), ys), Autograd.gradient(roots.apply(xs, one).sum(), ys));
  }

  /** A matrix that all elements share is multiplied once by all of their vectors, and the plan is made once. */
  @Test
  void sharedFactorsMakeOneProduct() {
    Tensor more = XS.add(1).realize();
    Autograd.vmap(x -> W.matmul(x).tanh(), XS.mul(2).realize()).realize();
    Engine.Statistics before = Engine.statistics();
    Tensor y = Autograd.vmap(x -> W.matmul(x).tanh(), more).realize();
    Engine.Statistics after = Engine.statistics();
    assertThat(after.launches() - before.launches()).isEqualTo(1);
    assertThat(after.plans()).isEqualTo(before.plans());
    same(y, more.matmul(W.transpose(0, 1)).tanh());
  }

  @Test
  void batchesWithoutElements() {
    assertThat(Autograd.vmap(x -> W.matmul(x), Tensors.zeros(0, 3).to(W.dtype())).shape())
        .isEqualTo(Shape.of(0, 2));
  }

  @Test
  void whatDoesNotFit() {
    assertThatThrownBy(() -> Autograd.vmap(Tensor::add, XS, W))
        .hasMessage(
            "vmap: sizes of the mapped axes differ: 4, and 2 of argument 1, which is [2, 3]");
    assertThatThrownBy(() -> Vmap.over(Vmap.NOT_MAPPED).apply(Tensor::exp, XS))
        .hasMessage("vmap: needs an argument that is mapped");
    assertThatThrownBy(() -> Vmap.over(0, 1).apply(Tensor::exp, XS))
        .hasMessage("vmap: 2 axes [0, 1] for 1 arguments");
    assertThatThrownBy(() -> Vmap.overFirst().outAxes(0, 0).apply(Tensor::exp, XS))
        .hasMessage("vmap: 2 axes [0, 0] for 1 results");
    assertThatThrownBy(() -> Vmap.over(2).apply(Tensor::exp, XS))
        .hasMessageContaining("vmap: axis 2 is out of range for shape [4, 3]");
    assertThatThrownBy(() -> Vmap.overFirst().outAxes(Vmap.NOT_MAPPED).apply(Tensor::exp, XS))
        .hasMessage("vmap: result 0 depends on a mapped argument, so it needs an axis");
    assertThatThrownBy(Vmap::over).hasMessage("vmap: needs an axis for each argument");
  }
}
