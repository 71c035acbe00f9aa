package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomResizedCropTest {
  private static final int HIGH = 20;
  private static final int WIDE = 30;

  private static Tensor images(int... shape) {
    return new Random(5).uniform(Shape.of(shape), DType.F64, Devices.current()).realize();
  }

  /** The part of image i: top, left, height, width. */
  private static int[] part(RandomResizedCrop.Parts parts, int i) {
    return new int[] {
      (int) parts.top().get(i, 0, 0, 0).item(),
      (int) parts.left().get(i, 0, 0, 0).item(),
      (int) parts.height().get(i, 0, 0, 0).item(),
      (int) parts.width().get(i, 0, 0, 0).item()
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partsAreCutAndResized(boolean antialias) {
    int n = 12;
    Tensor x = images(n, 2, HIGH, WIDE);
    var crop = new RandomResizedCrop(6, 9).antialias(antialias);
    RandomResizedCrop.Parts parts = crop.random(new Random(3)).parts(x);
    Tensor y = crop.random(new Random(3)).apply(x);
    assertThat(y.shape().dims()).containsExactly(n, 2, 6, 9);
    for (int i = 0; i < n; i++) {
      int[] p = part(parts, i);
      Tensor cut = x.select(0, i).narrow(1, p[0], p[2]).narrow(2, p[1], p[3]);
      Tensor expected = new Resize(6, 9).antialias(antialias).apply(cut);
      assertThat(y.select(0, i).toDoubles())
          .usingComparatorWithPrecision(1e-12)
          .containsExactly(expected.toDoubles());
    }
  }

  @Test
  void areasAndRatiosAreInTheirRanges() {
    int n = 400;
    Tensor x = images(n, 1, HIGH, WIDE);
    Set<Integer> tops = new HashSet<>();
    double areas = 0;
    RandomResizedCrop.Parts parts =
        new RandomResizedCrop(4).scale(0.1, 0.6).random(new Random(1)).parts(x);
    for (int i = 0; i < n; i++) {
      int[] p = part(parts, i);
      assertThat(p[0]).isBetween(0, HIGH - p[2]);
      assertThat(p[1]).isBetween(0, WIDE - p[3]);
      // Sides are rounded, so a side is at most half a pixel off.
      assertThat((p[2] + 0.5) * (p[3] + 0.5)).isGreaterThan(0.1 * HIGH * WIDE);
      assertThat((p[2] - 0.5) * (p[3] - 0.5)).isLessThan(0.6 * HIGH * WIDE);
      assertThat((p[3] + 0.5) / (p[2] - 0.5)).isGreaterThan(3.0 / 4);
      assertThat((p[3] - 0.5) / (p[2] + 0.5)).isLessThan(4.0 / 3);
      areas += (double) p[2] * p[3] / (HIGH * WIDE);
      tops.add(p[0]);
    }
    assertThat(areas / n).isCloseTo(0.35, within(0.05));
    assertThat(tops).hasSizeGreaterThan(9);
  }

  @Test
  void theMiddleIsTakenWhereNothingFits() {
    Tensor x = images(2, 1, HIGH, WIDE);
    // A part of the whole area has the ratio of the image, 1.5, or does not fit.
    var square = new RandomResizedCrop(5).scale(1, 1).ratio(1, 1);
    assertThat(part(square.parts(x), 1)).containsExactly(0, 5, 20, 20);
    assertThat(square.apply(x).allClose(new Resize(5).apply(x.narrow(3, 5, 20)))).isTrue();
    var wide = new RandomResizedCrop(5).scale(1, 1).ratio(2, 2);
    assertThat(part(wide.parts(x), 0)).containsExactly(2, 0, 15, 30);
    var same = new RandomResizedCrop(HIGH, WIDE).scale(1, 1).ratio(1.5, 1.5);
    assertThat(same.apply(x).allClose(x)).isTrue();
  }

  @Test
  void badRangesAreErrors() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomResizedCrop(0))
        .withMessage("randomResizedCrop: the height must be positive, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomResizedCrop(4).scale(0.5, 2))
        .withMessage("randomResizedCrop: the scale must be in [0, 1], it is 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomResizedCrop(4).ratio(2, 1))
        .withMessageStartingWith("randomResizedCrop: the ratio must be a range of numbers from");
  }
}
