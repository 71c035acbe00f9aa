package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.Backend;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Products whose operands are no matrices in memory: one launch, with the elements of a product of copies. A device's tests
 * extend this.
 */
public abstract class ComputedFactorContract {
  private static final double TOLERANCE = 2e-5;

  /** The device. */
  protected abstract Device device();

  /** Whether products of copies have the same bits: no library computes them. */
  protected boolean hasSameBits() {
    return true;
  }

  @TestFactory
  Stream<DynamicTest> productsOfComputedFactors() {
    return Stream.of(
        test("windows of a padded image", ComputedFactorContract::padded),
        test("windows with steps, dilations and groups", ComputedFactorContract::grouped),
        test("sums over images and windows", ComputedFactorContract::weightGradient),
        test("windows of elements that are spread", ComputedFactorContract::imageGradient),
        test("axes that do not join", ComputedFactorContract::axesThatDoNotJoin),
        test("batch axes that must be split", ComputedFactorContract::batches),
        test("joined and looked up", ComputedFactorContract::joinedAndLookedUp),
        test("padding of any number", ComputedFactorContract::paddedWithNumbers),
        test("more than is packed at a time", ComputedFactorContract::deep),
        test("windows of many images", ComputedFactorContract::manyImages),
        DynamicTest.dynamicTest("positions are checked", this::positionsAreChecked));
  }

  private DynamicTest test(String name, Supplier<Tensor[]> factors) {
    return DynamicTest.dynamicTest(name, () -> Scope.on(device(), () -> compared(factors.get())));
  }

  private static Tensor numbers(long seed, int... shape) {
    return new Random(seed).randn(shape).realize();
  }

  private Tensor compared(Tensor[] factors) {
    Tensor copies = factors[0].add(0).realize().matmul(factors[1].add(0).realize());
    Tensor product = factors[0].matmul(factors[1]);
    mustNotCopy(product);
    mustEqual(product, copies);
    Tensor shifted = factors[0].matmul(factors[1]).mul(2).relu();
    mustNotCopy(shifted);
    mustEqual(shifted, copies.mul(2).relu());
    return product;
  }

  /**
   * A device may copy a factor that is only rearranged, cut a product into parts, or store what windows are taken of with what is
   * around it.
   */
  private void mustNotCopy(Tensor product) {
    Backend backend = device().backend();
    int least = backend.readsWindows() ? 2 : 1;
    int most = backend.prefersMatrices() || backend.productTiles() > 1 ? 3 : least;
    assertTrue(Plans.of(product).launches() <= most, () -> "launches of " + Plans.of(product));
  }

  private void mustEqual(Tensor actual, Tensor expected) {
    float[] a = actual.toFloats();
    float[] e = expected.toFloats();
    if (hasSameBits() && device().backend().productTiles() == 1) {
      assertArrayEquals(e, a);
      return;
    }
    assertEquals(e.length, a.length);
    double largest = 1;
    for (float x : e) {
      largest = Math.max(largest, Math.abs(x));
    }
    for (int i = 0; i < e.length; i++) {
      assertEquals(e[i], a[i], TOLERANCE * largest, "element " + i);
    }
  }

  /** Windows of [n, c, h, w] as a matrix [n, groups, c / groups * kh * kw, oh * ow]. */
  private static Tensor patches(Tensor x, int groups, int[] kernel, int[] steps, int[] dilations) {
    Tensor windows =
        new Tensor(
            Graph.unfold(
                x.node(), Axes.of(2, 3), Axes.of(kernel), Axes.of(steps), Axes.of(dilations)));
    int c = x.dim(1) / groups;
    return windows
        .permute(0, 1, 4, 5, 2, 3)
        .reshape(x.dim(0), groups, c * kernel[0] * kernel[1], windows.dim(2) * windows.dim(3));
  }

  private static Tensor[] padded() {
    Tensor x = numbers(1, 2, 3, 9, 8).pad(1, 1, 1, 1);
    Tensor w = numbers(2, 1, 1, 5, 27);
    return new Tensor[] {w, patches(x, 1, new int[] {3, 3}, new int[] {1, 1}, new int[] {1, 1})};
  }

  private static Tensor[] grouped() {
    Tensor x = numbers(1, 2, 4, 11, 10).pad(2, 1, 0, 3);
    Tensor w = numbers(2, 1, 2, 3, 12);
    return new Tensor[] {w, patches(x, 2, new int[] {3, 2}, new int[] {2, 3}, new int[] {2, 1})};
  }

  private static Tensor[] weightGradient() {
    // The gradient of a weight: k runs over images and windows.
    Tensor x = numbers(1, 3, 2, 8, 7).pad(1, 1, 1, 1);
    Tensor y = numbers(2, 3, 4, 8, 7);
    Tensor windows =
        new Tensor(
            Graph.unfold(x.node(), Axes.of(2, 3), Axes.of(3, 3), Axes.of(1, 1), Axes.of(1, 1)));
    return new Tensor[] {
      y.permute(1, 0, 2, 3).reshape(4, 3 * 56),
      windows.permute(0, 2, 3, 1, 4, 5).reshape(3 * 56, 18)
    };
  }

  private static Tensor[] imageGradient() {
    // The gradient of an image under steps of 2: its elements lie 2 apart among zeros.
    Tensor y = numbers(1, 2, 3, 4, 4);
    Tensor zero = Tensors.of(0f);
    var spread =
        new Tensor(
            Graph.pad(
                y.node(),
                zero.node(),
                Axes.of(0, 0, 1, 1),
                Axes.of(1, 1, 2, 2),
                Shape.of(2, 3, 9, 10)));
    return new Tensor[] {
      numbers(2, 3, 2, 3, 3).permute(1, 0, 2, 3).flip(2, 3).reshape(1, 1, 2, 27),
      patches(spread, 1, new int[] {3, 3}, new int[] {1, 1}, new int[] {1, 1})
    };
  }

  private static Tensor[] axesThatDoNotJoin() {
    return new Tensor[] {
      numbers(1, 6, 3, 4).permute(1, 0, 2).reshape(3, 24),
      numbers(2, 4, 5, 6).permute(2, 0, 1).reshape(24, 5)
    };
  }

  private static Tensor[] batches() {
    return new Tensor[] {
      numbers(1, 2, 5, 3, 4).permute(0, 2, 1, 3).reshape(6, 5, 4).pad(1, 0), numbers(2, 6, 5, 3)
    };
  }

  private static Tensor[] joinedAndLookedUp() {
    Tensor rows = Tensors.of(new int[] {4, 0, 2, 2, 1, 3, 3}).realize();
    return new Tensor[] {
      numbers(1, 5, 8).embedding(rows), Tensors.cat(0, numbers(2, 3, 6), numbers(3, 5, 6))
    };
  }

  private static Tensor[] paddedWithNumbers() {
    return new Tensor[] {
      numbers(1, 3, 4).pad(new int[] {1, 2}, "constant", 0.5),
      numbers(2, 5, 4).pad(new int[] {0, 0, 1, 1}, "constant", -2)
    };
  }

  private static Tensor[] deep() {
    return new Tensor[] {
      numbers(1, 3, 7, 5000).permute(1, 0, 2).reshape(7, 15000),
      numbers(2, 2, 3, 5000).permute(1, 2, 0).reshape(15000, 2)
    };
  }

  private static Tensor[] manyImages() {
    Tensor x = numbers(1, 5, 2, 12, 11).pad(1, 1, 1, 1);
    return new Tensor[] {
      numbers(2, 1, 1, 33, 18), patches(x, 1, new int[] {3, 3}, new int[] {1, 1}, new int[] {1, 1})
    };
  }

  private void positionsAreChecked() {
    // Positions that are computed are known to be wrong only when they are used.
    Tensor rows = Scope.on(device(), () -> Tensors.of(new int[] {3, 8}).add(1));
    Tensor product =
        Scope.on(
            device(), () -> numbers(1, 5, 8).embedding(rows.detach()).matmul(numbers(2, 8, 3)));
    String message = assertThrows(IndexOutOfBoundsException.class, product::toFloats).getMessage();
    assertTrue(
        message.startsWith("embedding: index 9 is out of range for a table of 5 rows"), message);
  }
}
