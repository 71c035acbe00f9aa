package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RandomTransformsTest {
  private static Tensor images(int... shape) {
    return new Random(5).uniform(Shape.of(shape), DType.F32, Devices.current()).realize();
  }

  private static List<UnaryOperator<Tensor>> all(long seed) {
    return List.of(
        new RandomCrop(5, 1).random(new Random(seed)),
        new RandomHorizontalFlip().random(new Random(seed)),
        new RandomVerticalFlip().random(new Random(seed)),
        new RandomRotation(45).random(new Random(seed)),
        new RandomAffine(10).translate(0.3, 0.3).scale(0.5, 2).shear(20).random(new Random(seed)),
        new RandomResizedCrop(6, 7).random(new Random(seed)),
        new ColorJitter(0.5, 0.5, 0.5, 0.5).random(new Random(seed)),
        new RandomErasing().random(new Random(seed)));
  }

  @Test
  void drawsFollowTheSeedAndDifferWithinABatch() {
    Tensor one = images(1, 3, 8, 8);
    Tensor same = one.expand(16, 3, 8, 8);
    for (int i = 0; i < all(1).size(); i++) {
      Tensor first = all(1).get(i).apply(same).realize();
      String name = all(1).get(i).getClass().getSimpleName();
      assertThat(first.allEqual(all(1).get(i).apply(same))).as(name).isTrue();
      assertThat(first.allEqual(all(2).get(i).apply(same))).as(name).isFalse();
      Set<List<Float>> different = new HashSet<>();
      for (int n = 0; n < 16; n++) {
        different.add(floats(first.select(0, n)));
      }
      assertThat(different).as(name).hasSizeGreaterThan(1);
    }
  }

  private static List<Float> floats(Tensor x) {
    float[] values = x.toFloats();
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return List.of(boxed);
  }

  @Test
  void drawsFollowTheStandardGeneratorOtherwise() {
    Tensor x = images(8, 1, 4, 4);
    Random.seed(12);
    Tensor first = new RandomErasing(1).apply(x).realize();
    Random.seed(12);
    assertThat(new RandomErasing(1).apply(x).allEqual(first)).isTrue();
    assertThat(new RandomErasing(1).apply(x).allEqual(first)).isFalse();
  }

  @Test
  void bytesKeepTheirType() {
    Tensor x = images(4, 3, 8, 8).mul(255).to(DType.U8);
    for (UnaryOperator<Tensor> transform : all(1)) {
      if (!(transform instanceof ColorJitter)) {
        assertThat(transform.apply(x).realize().dtype()).isEqualTo(DType.U8);
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ColorJitter(1, 1, 1).apply(x))
        .withMessageStartingWith("colorJitter: needs floats, not u8");
  }

  @Test
  void cropsAreCutAtEveryPlace() {
    int n = 400;
    // The value of a pixel is its number, so a crop says where it was cut.
    Tensor x = Tensors.arange(0, 30, 1, DType.F32).reshape(1, 1, 5, 6).expand(n, 2, 5, 6);
    float[] y = new RandomCrop(3, 4, 0).random(new Random(1)).apply(x).toFloats();
    Set<Float> places = new HashSet<>();
    for (int i = 0; i < n; i++) {
      float first = y[i * 24];
      places.add(first);
      for (int j = 0; j < 24; j++) {
        assertThat(y[i * 24 + j]).isEqualTo(first + j % 12 / 4 * 6 + j % 4);
      }
    }
    assertThat(places).containsExactlyInAnyOrder(0f, 1f, 2f, 6f, 7f, 8f, 12f, 13f, 14f);
  }

  @Test
  void cropsAreSurroundedAsAsked() {
    Tensor x = images(2, 3, 4, 4).add(1);
    Tensor padded = new RandomCrop(8, 2).fill(-1).apply(x);
    assertThat(padded.allEqual(x.pad(new int[] {2, 2, 2, 2}, "constant", -1))).isTrue();
    Tensor reflected = new RandomCrop(8, 2).paddingMode("reflect").apply(x);
    assertThat(reflected.allEqual(x.pad(new int[] {2, 2, 2, 2}, "reflect"))).isTrue();
    Tensor edge = new RandomCrop(8, 2).paddingMode("edge").apply(x);
    assertThat(edge.allEqual(x.pad(new int[] {2, 2, 2, 2}, "replicate"))).isTrue();
    assertThat(new RandomCrop(6).padIfNeeded(true).apply(x).shape().dims())
        .containsExactly(2, 3, 6, 6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomCrop(6).apply(x))
        .withMessage("randomCrop: cannot cut 6x6 out of 4x4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomCrop(6).paddingMode("symmetric"))
        .withMessage("randomCrop: there is no padding \"symmetric\": constant, edge, reflect");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomCrop(6, -1))
        .withMessage("randomCrop: the padding must not be negative, it is -1");
  }

  @Test
  void flipsTurnTheirShareOfImages() {
    int n = 1000;
    Tensor x = Tensors.of(1f, 2, 3, 4).reshape(1, 1, 2, 2).expand(n, 1, 2, 2);
    float[] across = new RandomHorizontalFlip(0.3).random(new Random(1)).apply(x).toFloats();
    float[] down = new RandomVerticalFlip(0.3).random(new Random(2)).apply(x).toFloats();
    int acrossCount = 0;
    int downCount = 0;
    for (int i = 0; i < n; i++) {
      List<Float> a =
          List.of(across[4 * i], across[4 * i + 1], across[4 * i + 2], across[4 * i + 3]);
      assertThat(a).isIn(List.of(1f, 2f, 3f, 4f), List.of(2f, 1f, 4f, 3f));
      acrossCount += a.getFirst() == 2 ? 1 : 0;
      List<Float> d = List.of(down[4 * i], down[4 * i + 1], down[4 * i + 2], down[4 * i + 3]);
      assertThat(d).isIn(List.of(1f, 2f, 3f, 4f), List.of(3f, 4f, 1f, 2f));
      downCount += d.getFirst() == 3 ? 1 : 0;
    }
    // Five standard deviations of the binomial distribution.
    assertThat(acrossCount).isBetween(300 - 73, 300 + 73);
    assertThat(downCount).isBetween(300 - 73, 300 + 73);
    assertThat(new RandomHorizontalFlip(1).apply(x).allEqual(x.flip(3))).isTrue();
    assertThat(new RandomVerticalFlip(0).apply(x).allEqual(x)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomHorizontalFlip(1.5))
        .withMessage("randomHorizontalFlip: the probability must be in [0, 1], it is 1.5");
  }

  @Test
  void colorsChangeByOneFactorForEachImage() {
    Tensor x = images(3, 3, 4, 4).mul(0.5);
    Tensor bright = new ColorJitter(0.9, 0, 0).random(new Random(1)).apply(x).div(x);
    for (int i = 0; i < 3; i++) {
      double factor = bright.get(i, 0, 0, 0).item();
      assertThat(factor).isBetween(0.1, 1.9);
      Tensor expected = x.select(0, i).mul(factor).clamp(0, 1);
      assertThat(bright.mul(x).select(0, i).allClose(expected, 1e-5, 1e-6)).isTrue();
    }
    // A saturation leaves grays, and a contrast their mean.
    Tensor soft = x.mul(0.2).add(0.4);
    Tensor gray = new Grayscale().apply(soft);
    Tensor saturated = new ColorJitter(0, 0, 0.5).random(new Random(1)).apply(soft);
    assertThat(new Grayscale().apply(saturated).allClose(gray, 1e-3, 1e-3)).isTrue();
    assertThat(saturated.allClose(soft)).isFalse();
    Tensor contrasted = new ColorJitter(0, 0.5, 0).random(new Random(1)).apply(soft);
    Tensor mean = gray.mean(1, 2, 3);
    assertThat(new Grayscale().apply(contrasted).mean(1, 2, 3).allClose(mean, 1e-3, 1e-3)).isTrue();
    Tensor ratio = contrasted.sub(mean.reshape(3, 1, 1, 1)).div(soft.sub(mean.reshape(3, 1, 1, 1)));
    for (int i = 0; i < 3; i++) {
      double factor = ratio.get(i, 0, 0, 0).item();
      assertThat(factor).isBetween(0.5, 1.5);
      assertThat(ratio.get(i, 2, 3, 1).item()).isCloseTo(factor, within(1e-3));
    }
    assertThat(new ColorJitter(0, 0, 0).apply(x)).isSameAs(x);
    assertThat(new ColorJitter(3, 3, 3).apply(x).amax(0, 1, 2, 3).item()).isLessThanOrEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ColorJitter(-1, 0, 0))
        .withMessageStartingWith("colorJitter: brightness, contrast and saturation must not be");
  }

  @Test
  void erasesOneRectangleOfTheAskedSize() {
    int n = 300;
    int size = 16;
    Tensor x = Tensors.ones(n, 2, size, size);
    float[] y = new RandomErasing(0.7).random(new Random(4)).value(5, 6).apply(x).toFloats();
    int erased = 0;
    Set<Integer> tops = new HashSet<>();
    for (int i = 0; i < n; i++) {
      int at = i * 2 * size * size;
      int top = size;
      int bottom = -1;
      int left = size;
      int right = -1;
      int count = 0;
      for (int j = 0; j < size * size; j++) {
        if (y[at + j] != 1) {
          assertThat(y[at + j]).isEqualTo(5);
          assertThat(y[at + size * size + j]).isEqualTo(6);
          top = Math.min(top, j / size);
          bottom = Math.max(bottom, j / size);
          left = Math.min(left, j % size);
          right = Math.max(right, j % size);
          count++;
        }
      }
      if (count > 0) {
        erased++;
        tops.add(top);
        int high = bottom - top + 1;
        int wide = right - left + 1;
        assertThat(count).isEqualTo(high * wide);
        // Sides are rounded, so a side is at most half a pixel off.
        assertThat((high + 0.5) * (wide + 0.5)).isGreaterThan(0.02 * size * size);
        assertThat((high - 0.5) * (wide - 0.5)).isLessThan(0.33 * size * size);
        assertThat((high - 0.5) / (wide + 0.5)).isLessThan(3.3);
        assertThat((high + 0.5) / (wide - 0.5)).isGreaterThan(0.3);
      }
    }
    assertThat(erased).isBetween(210 - 40, 210 + 40);
    assertThat(tops).hasSizeGreaterThan(10);
  }

  @Test
  void erasingChecksAndNoise() {
    Tensor x = Tensors.ones(4, 3, 16, 16);
    Tensor noisy = new RandomErasing(1).randomValue().random(new Random(2)).apply(x);
    Tensor changed = noisy.maskedSelect(noisy.ne(1));
    assertThat((double) changed.size()).isGreaterThan(0.02 * x.size());
    assertThat(changed.mean().item()).isCloseTo(0, within(0.3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomErasing().value(1, 2).apply(x))
        .withMessage("randomErasing: 2 values for the channels of [4, 3, 16, 16]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomErasing().scale(0.5, 0.1))
        .withMessage(
            "randomErasing: the scale must be a range of numbers from 0.0 on, not 0.5 to 0.1");
    // Nothing fits where the area is that of the image.
    assertThat(new RandomErasing(1).scale(1, 1).ratio(1, 1).apply(x).allEqual(x)).isTrue();
  }
}
