package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.models.SSD.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The detector: default boxes, what stands for an object, the loss by plain loops, and objects that it finds. */
class SSDTest {
  @BeforeEach
  void seed() {
    Random.seed(12);
  }

  @Test
  void defaultBoxesFollowRowsThenColumnsThenShapes() {
    double[] boxes = DefaultBoxes.of(100, 2, 1);
    assertThat(boxes).hasSize(4 * (4 * 4 + 4));
    // Scale 0.15 in a cell around (25, 25): a square, and twice as long as high.
    assertNear(Arrays.copyOfRange(boxes, 0, 4), 17.5, 17.5, 32.5, 32.5);
    double between = 50 * Math.sqrt(0.15 * 0.9);
    assertNear(
        Arrays.copyOfRange(boxes, 4, 8), 25 - between, 25 - between, 25 + between, 25 + between);
    double length = 7.5 * Math.sqrt(2);
    assertNear(
        Arrays.copyOfRange(boxes, 8, 12),
        25 - length,
        25 - length / 2,
        25 + length,
        25 + length / 2);
    // The second cell is to the right, the third below the first.
    assertNear(Arrays.copyOfRange(boxes, 16, 20), 67.5, 17.5, 82.5, 32.5);
    assertNear(Arrays.copyOfRange(boxes, 32, 36), 17.5, 67.5, 32.5, 82.5);
    // None is larger than the image.
    assertNear(
        Arrays.copyOfRange(boxes, 72, 76), 0, 50 - 45 / Math.sqrt(2), 100, 50 + 45 / Math.sqrt(2));
  }

  private static void assertNear(double[] actual, double... expected) {
    assertThat(actual).usingComparatorWithPrecision(1e-9).containsExactly(expected);
  }

  @Test
  void differencesAreUndone() {
    Tensor defaults = Tensors.of(DefaultBoxes.of(64, 4, 2), 80, 4);
    Tensor corner = Tensors.rand(80, 2).mul(30);
    Tensor boxes = Tensors.cat(1, corner, corner.add(Tensors.rand(80, 2).mul(20).add(4))).realize();
    Tensor again = BoxCoder.decode(BoxCoder.encode(boxes, defaults), defaults);
    assertThat(again.allClose(boxes, 1e-4, 1e-3)).isTrue();
    // By hand: centers differ by 2 of 20 and -1 of 10 pixels, sizes are twice and half.
    Tensor from = Tensors.of(new float[] {0, 0, 20, 10}, 1, 4);
    Tensor to = Tensors.of(new float[] {-8, 1.5f, 32, 6.5f}, 1, 4);
    double[] found = BoxCoder.encode(to, from).toDoubles();
    assertThat(found)
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(1, -1, 5 * Math.log(2), -5 * Math.log(2));
  }

  @Test
  void eachObjectHasABoxAndEachBoxTheObjectThatItOverlapsMost() {
    Tensor defaults =
        Tensors.of(new float[] {0, 0, 10, 10, 0, 0, 8, 10, 20, 20, 30, 30, 50, 50, 60, 60}, 4, 4);
    Tensor objects = Tensors.of(new float[] {0, 0, 10, 9, 27, 27, 33, 33}, 2, 4);
    var match = MultiboxLoss.match(defaults, objects, Tensors.of(3L, 5L));
    // The third overlaps the second object by less than half, but no other does by more.
    assertThat(match.classes().toLongs()).containsExactly(3, 3, 5, 0);
    Tensor expected = BoxCoder.encode(objects.narrow(0, 0, 1), defaults.narrow(0, 0, 1));
    assertThat(match.differences().narrow(0, 0, 1).allClose(expected)).isTrue();
    var none = MultiboxLoss.match(defaults, Tensors.zeros(0, 4), Tensors.zeros(0).toLong());
    assertThat(none.classes().toLongs()).containsOnly(0);
    assertThat(none.classes().shape().dims()).containsExactly(4);
  }

  @Test
  void theLossIsThatOfPlainLoops() {
    SSD model = Scope.withDType(DType.F64, () -> new SSD(3, 16, 4, 4, 4));
    Tensor x = Scope.withDType(DType.F64, () -> Tensors.randn(2, 3, 16, 16).realize());
    // Of all sizes, so that boxes of each map stand for one.
    Tensor objects =
        f64(new double[] {2, 3, 9, 11, 8, 8, 15, 14, 0, 0, 16, 9, 4, 4, 6.5, 6.5}, 4, 4);
    List<Target> targets =
        List.of(
            new Target(objects, Tensors.of(1L, 2L, 2L, 1L)),
            new Target(f64(new double[] {1, 1, 6, 12}, 1, 4), Tensors.of(new long[] {2})));
    model.eval();
    SSD.Output output = model.run(x);
    int boxes = output.logits().dim(1);
    assertThat(boxes).isEqualTo((64 + 16 + 4) * 4);
    assertThat(output.differences().shape().dims()).containsExactly(2, boxes, 4);
    double ofBoxes = 0;
    double ofClasses = 0;
    int all = 0;
    for (int image = 0; image < 2; image++) {
      Target target = targets.get(image);
      var match = MultiboxLoss.match(model.defaultBoxes(), target.boxes(), target.labels());
      long[] classes = match.classes().toLongs();
      double[] logs = output.logits().select(0, image).logSoftmax(-1).toDoubles();
      double[] differences = output.differences().select(0, image).toDoubles();
      double[] wanted = match.differences().toDoubles();
      double[] others = new double[boxes];
      int positive = 0;
      for (int i = 0; i < boxes; i++) {
        double loss = -logs[3 * i + (int) classes[i]];
        if (classes[i] == 0) {
          others[i] = loss;
        } else {
          positive++;
          ofClasses += loss;
          for (int k = 4 * i; k < 4 * i + 4; k++) {
            double d = Math.abs(differences[k] - wanted[k]);
            ofBoxes += d < 1 ? d * d / 2 : d - 0.5;
          }
        }
      }
      Arrays.sort(others);
      for (int i = 0; i < 3 * positive; i++) {
        ofClasses += others[boxes - 1 - i];
      }
      all += positive;
    }
    SSD.Loss loss = model.loss(x, targets);
    assertThat(all).isGreaterThan(2);
    assertThat(loss.boxes().item()).isBetween(ofBoxes / all - 1e-9, ofBoxes / all + 1e-9);
    assertThat(loss.classes().item()).isBetween(ofClasses / all - 1e-9, ofClasses / all + 1e-9);
    assertThat(Trained.withoutGradient(model, loss.total())).isEmpty();
  }

  private static Tensor f64(double[] values, int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values, shape).toDouble());
  }

  @Test
  void objectsAreFoundAfterTraining() {
    var model = new SSD(3, 32, 8, 16, 16);
    float[][] squares = {{4, 4, 14, 14}, {14, 16, 28, 30}, {18, 2, 28, 12}, {2, 18, 12, 28}};
    long[] labels = {1, 2, 2, 1};
    float[] pixels = new float[4 * 3 * 32 * 32];
    for (int i = 0; i < 4; i++) {
      for (int y = (int) squares[i][1]; y < squares[i][3]; y++) {
        for (int x = (int) squares[i][0]; x < squares[i][2]; x++) {
          pixels[((i * 3 + (int) labels[i]) * 32 + y) * 32 + x] = 1;
        }
      }
    }
    Tensor images = Tensors.of(pixels, 4, 3, 32, 32);
    List<Target> targets =
        List.of(0, 1, 2, 3).stream()
            .map(i -> new Target(Tensors.of(squares[i], 1, 4), Tensors.of(new long[] {labels[i]})))
            .toList();
    Trained.learns(model, 80, 0.01, 0.1, () -> model.loss(images, targets).total());
    List<SSD.Detections> found = model.detect(images, 0.5, 0.45, 10);
    for (int i = 0; i < 4; i++) {
      assertThat(found.get(i).labels().toLongs()).isNotEmpty();
      assertThat(found.get(i).labels().toLongs()[0]).isEqualTo(labels[i]);
      assertThat(found.get(i).scores().toFloats()[0]).isBetween(0.5f, 1f);
      Tensor best = found.get(i).boxes().narrow(0, 0, 1);
      assertThat(Boxes.iou(best, targets.get(i).boxes()).item()).isGreaterThan(0.6);
    }
    List<SSD.Detections> many = model.detect(images);
    assertThat(many.getFirst().boxes().dim(0)).isLessThanOrEqualTo(200);
    assertThat(model.detect(images, 0.999999, 0.45, 10).getFirst().boxes().shape().dims())
        .containsExactly(0, 4);
    assertThat(
            model
                .loss(
                    images.narrow(0, 0, 1),
                    List.of(new Target(Tensors.zeros(0, 4), Tensors.zeros(0).toLong())))
                .total()
                .item())
        .isZero();
  }

  @Test
  void namesAreThoseOfTorchvision() {
    var model = new SSD(3, 64);
    assertThat(model.state().keySet())
        .startsWith("backbone.features.0.0.weight", "backbone.features.0.1.weight")
        .containsSequence(
            "head.classification_head.module_list.0.weight",
            "head.classification_head.module_list.0.bias",
            "head.classification_head.module_list.1.weight")
        .endsWith(
            "head.regression_head.module_list.2.weight", "head.regression_head.module_list.2.bias");
    assertThat(model.run(Tensors.randn(1, 3, 64, 64)).logits().shape().dims())
        .containsExactly(1, 336, 3);
  }

  @Test
  void errorsNameTheRule() {
    assertThatThrownBy(() -> new SSD(1, 64))
        .hasMessageContaining("ssd: needs the background and another class, not 1");
    assertThatThrownBy(() -> new SSD(3, 60))
        .hasMessageContaining(
            "ssd: image size 60 must be a multiple of 2^k for k numbers of channels");
    var model = new SSD(3, 16, 4, 4, 4);
    assertThatThrownBy(() -> model.run(Tensors.zeros(1, 3, 32, 32)))
        .hasMessageContaining("ssd: needs images [n, 3, 16, 16], the input is [1, 3, 32, 32]");
    assertThatThrownBy(() -> model.loss(Tensors.zeros(1, 3, 16, 16), List.of()))
        .hasMessageContaining("ssd: 0 targets are not one for each of 1 images");
    assertThatThrownBy(() -> new Target(Tensors.zeros(1, 4), Tensors.of(2L)))
        .hasMessageContaining(
            "ssd: needs boxes [m, 4] and integers [m] as their classes, not [1, 4] and i64[]");
    assertThatThrownBy(() -> model.detect(Tensors.zeros(1, 3, 16, 16), 0.5, 0.45, 0))
        .hasMessageContaining("ssd: the largest number of objects must be positive, not 0");
  }
}
