package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.schedule.Engine;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How many kernels run for graphs that a user writes every day, forward and backward. */
class LaunchCountTest {
  private final Tensor x = numbers(1, 12, 8).requiresGrad();
  private final Tensor y = numbers(2, 12, 8).requiresGrad();

  @BeforeEach
  void seed() {
    Random.seed(7);
  }

  private static Tensor numbers(long seed, int... shape) {
    return new Random(seed).randn(shape).realize();
  }

  private static long launches(Tensor... results) {
    long before = Engine.statistics().launches();
    Engine.realize(List.of(results).stream().map(Tensor::node).toList());
    return Engine.statistics().launches() - before;
  }

  /** The launches for the gradients of a scalar, whose own value is there already. */
  private static long backward(Tensor loss, Tensor... inputs) {
    loss.realize();
    var gradients = loss.backward();
    return launches(List.of(inputs).stream().map(gradients::of).toArray(Tensor[]::new));
  }

  @Test
  void padding() {
    assertThat(launches(x.pad(1, 2).mul(2).add(1))).isEqualTo(1);
    assertThat(launches(x.relu().pad(1, 1, 2, 0).mul(2).add(1))).isEqualTo(1);
    // The gradient is y, which is there.
    assertThat(backward(x.pad(1, 2).mul(y.pad(1, 2)).sum(), x)).isZero();
    assertThat(backward(x.pad(1, 2).mul(y.pad(1, 2)).sin().sum(), x)).isEqualTo(1);
  }

  @Test
  void joining() {
    assertThat(launches(Tensors.cat(0, x, y).mul(2).relu())).isEqualTo(1);
    assertThat(launches(Tensors.stack(1, x, y).sum(1))).isEqualTo(1);
    assertThat(backward(Tensors.cat(1, x, y).square().sum(), x, y)).isEqualTo(1);
  }

  /** Also the memory is that of the input, and the gradient is y. */
  @Test
  void flattening() {
    Tensor image = numbers(3, 4, 3, 2, 5);
    for (Tensor flat :
        List.of(new Flatten().apply(image), image.flatten(), image.flatten(1, 2), x.flatten())) {
      assertThat(launches(flat)).isZero();
    }
    Tensor flat = new Flatten().apply(image).realize();
    assertThat(flat.node().storage()).isSameAs(image.node().storage());
    assertThat(backward(x.flatten().mul(y.flatten()).sum(), x)).isZero();
    // Where the axes do not join there must be a copy.
    assertThat(launches(image.permute(0, 3, 2, 1).flatten(1))).isEqualTo(1);
  }

  @Test
  void rolling() {
    assertThat(launches(x.roll(3, 0).add(1))).isEqualTo(1);
    assertThat(launches(x.flip(1).add(x))).isEqualTo(1);
  }

  @Test
  void lookingUp() {
    Tensor rows = Tensors.of(new int[] {3, 1, 11, 3}).realize();
    assertThat(launches(x.embedding(rows).add(1))).isEqualTo(1);
    assertThat(launches(x.indexSelect(1, rows.remainder(8)).mul(2))).isEqualTo(1);
    Tensor labels = Tensors.of(new int[] {0, 7, 3, 2, 1, 0, 5, 4, 6, 6, 1, 2}).realize();
    assertThat(launches(Losses.crossEntropy(x, labels))).isEqualTo(2);
  }

  @Test
  void randomNumbers() {
    assertThat(launches(x.mul(Tensors.rand(12, 8)))).isEqualTo(1);
    var dropout = new Dropout(0.25);
    Tensor dropped = dropout.apply(x.relu());
    assertThat(launches(dropped)).isEqualTo(1);
    assertThat(launches(dropped.mul(y).sum().backward().of(x))).isEqualTo(1);
  }

  @Test
  void gradientsOfSlices() {
    Tensor a = x.narrow(0, 0, 4);
    Tensor b = x.narrow(0, 4, 4);
    Tensor c = x.narrow(0, 8, 4);
    assertThat(backward(a.mul(b).add(c.square()).sum(), x)).isEqualTo(1);
  }

  @Test
  void windows() {
    Tensor images = numbers(5, 2, 3, 9, 8).requiresGrad();
    Tensor padded = images.pad(new int[] {1, 1, 1, 1}, "constant", Double.NEGATIVE_INFINITY);
    Tensor pooled = padded.unfold(2, 3, 2).unfold(3, 3, 2).amax(-1, -2);
    assertThat(launches(pooled)).isEqualTo(1);
    Tensor windows =
        new Tensor(
            Graph.unfold(
                images.node(), Axes.of(2, 3), Axes.of(3, 2), Axes.of(2, 1), Axes.of(1, 2)));
    assertThat(launches(windows.sum(-1, -2))).isEqualTo(1);
    assertThat(launches(windows.square().sum().backward().of(images))).isEqualTo(1);
  }

  @Test
  void softmaxAndLayerNorm() {
    assertThat(launches(x.softmax(-1))).isEqualTo(1);
    assertThat(backward(x.softmax(-1).mul(y).sum(), x)).isEqualTo(1);
    Tensor centred = x.sub(x.mean(-1, true));
    Tensor normed = centred.div(centred.square().mean(-1, true).add(1e-5).sqrt());
    assertThat(launches(normed)).isEqualTo(1);
  }

  @Test
  void productsWithEpilogues() {
    Tensor w = numbers(3, 8, 6).requiresGrad();
    Tensor bias = numbers(4, 6).requiresGrad();
    assertThat(launches(x.matmul(w).add(bias).relu())).isEqualTo(1);
    assertThat(launches(x.matmul(w).to(DType.F64).sum())).isEqualTo(2);
  }

  @Test
  void scansWithWhatIsAroundThem() {
    assertThat(launches(x.mul(2).cumsum(0).add(1).relu())).isEqualTo(1);
    assertThat(launches(x.exp().add(y).logcumsumexp(1))).isEqualTo(1);
    assertThat(launches(Tensors.cat(1, x, y).flip(0).t().cumsum(-1).mul(2))).isEqualTo(1);
    assertThat(launches(x.to(DType.BF16).add(1).cumsum(0))).isEqualTo(1);
    assertThat(launches(Tensors.ones(12, 8).cumprod(1), x.square())).isEqualTo(2);
    assertThat(backward(x.mul(y).cumsum(1).square().sum(), x)).isEqualTo(1);
    // The positions are a scan of where the first one has new extremes.
    var most = x.neg().cummax(0);
    assertThat(launches(most.values(), most.indices())).isEqualTo(2);
  }

  @Test
  void sorts() {
    var sorted = x.sort(1);
    assertThat(launches(sorted.values(), sorted.indices())).isEqualTo(2);
    assertThat(launches(x.topk(3).values().mul(2))).isEqualTo(2);
  }

  /** Products whose factors are views, with zeros around and between their elements. */
  @Nested
  class ProductsOfViews {
    private final Tensor images = numbers(1, 2, 4, 9, 8).requiresGrad();
    private final Tensor bias = numbers(2, 6).requiresGrad();

    @Test
    void convolutions() {
      Tensor filters = numbers(3, 6, 4, 3, 3).requiresGrad();
      assertThat(launches(images.conv2d(filters, bias).relu())).isEqualTo(1);
      gradients(images.conv2d(filters, bias), filters);
    }

    @Test
    void convolutionsWithStridePaddingDilationAndGroups() {
      Tensor filters = numbers(3, 6, 2, 3, 3).requiresGrad();
      assertThat(launches(images.conv2d(filters, bias, 2, 1, 2, 2).relu())).isEqualTo(1);
      gradients(images.conv2d(filters, bias, 2, 1, 2, 2), filters);
    }

    private void gradients(Tensor y, Tensor filters) {
      Tensor loss = y.mul(numbers(4, y.shape().dims())).sum();
      // Windows of the gradient are read where they lie, in zeros that are stored around it first.
      assertThat(backward(loss, images)).isEqualTo(2);
      assertThat(backward(loss, filters)).isEqualTo(1);
      assertThat(backward(loss, bias)).isEqualTo(1);
    }

    @Test
    void sumsOverNamedAxes() {
      Tensor a = numbers(5, 2, 3, 4);
      Tensor b = numbers(6, 2, 5, 4);
      assertThat(launches(Tensors.einsum("bij,bkj->bik", a, b))).isEqualTo(1);
      assertThat(launches(Tensors.einsum("bij,bkj->bki", a, b))).isEqualTo(1);
      Tensor queries = numbers(7, 2, 3, 4, 5);
      Tensor keys = numbers(8, 2, 6, 3, 5);
      assertThat(launches(Tensors.einsum("bhqd,bkhd->bhqk", queries, keys))).isEqualTo(1);
      assertThat(launches(Tensors.einsum("bhqd,bkhd->qk", queries, keys))).isEqualTo(1);
      assertThat(launches(Tensors.einsum("bhqd,bkhd->kq", queries, keys))).isEqualTo(1);
    }

    @Test
    void sumsOverPairsOfAxes() {
      Tensor a = numbers(5, 2, 3, 4, 5);
      assertThat(launches(a.tensordot(numbers(6, 4, 5, 7), 2))).isEqualTo(1);
      Tensor b = numbers(6, 5, 7, 3);
      int[] axes = {1, 3};
      assertThat(launches(a.tensordot(b, axes, new int[] {2, 0}))).isEqualTo(1);
    }
  }
}
