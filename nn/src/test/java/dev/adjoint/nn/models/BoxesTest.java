package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.GradCheck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operations on boxes against counting cells, against all pairs, and published examples. */
class BoxesTest {
  /** Boxes with whole numbers as edges, so that areas are numbers of cells of a grid of 12 x 12. */
  private static Tensor boxes(int count) {
    return Scope.withDType(
        DType.F64,
        () -> {
          Tensor first = Tensors.randint(6, new int[] {count, 2}).toDouble();
          Tensor size = Tensors.randint(1, 7, count, 2).toDouble();
          return Tensors.cat(1, first, first.add(size)).realize();
        });
  }

  private static boolean covers(double[] boxes, int box, int x, int y) {
    return x >= boxes[4 * box]
        && x < boxes[4 * box + 2]
        && y >= boxes[4 * box + 1]
        && y < boxes[4 * box + 3];
  }

  @Test
  void overlapsAreCountsOfCells() {
    Random.seed(1);
    double[] a = boxes(20).toDoubles();
    double[] b = boxes(15).toDoubles();
    double[] iou = Boxes.iou(Tensors.of(a, 20, 4), Tensors.of(b, 15, 4)).toDoubles();
    double[] general = Boxes.generalizedIou(Tensors.of(a, 20, 4), Tensors.of(b, 15, 4)).toDoubles();
    double[] area = Boxes.area(Tensors.of(a, 20, 4)).toDoubles();
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 15; j++) {
        int both = 0;
        int either = 0;
        int one = 0;
        for (int cell = 0; cell < 144; cell++) {
          boolean inA = covers(a, i, cell % 12, cell / 12);
          boolean inB = covers(b, j, cell % 12, cell / 12);
          both += inA && inB ? 1 : 0;
          either += inA || inB ? 1 : 0;
          one += inA ? 1 : 0;
        }
        double width = Math.max(a[4 * i + 2], b[4 * j + 2]) - Math.min(a[4 * i], b[4 * j]);
        double height = Math.max(a[4 * i + 3], b[4 * j + 3]) - Math.min(a[4 * i + 1], b[4 * j + 1]);
        assertThat(area[i]).isEqualTo(one);
        double expected = (double) both / either;
        assertThat(iou[15 * i + j]).isBetween(expected - 1e-6, expected + 1e-6);
        expected -= (width * height - either) / (width * height);
        assertThat(general[15 * i + j]).isBetween(expected - 1e-6, expected + 1e-6);
      }
    }
  }

  @Test
  void formatsAreConverted() {
    Tensor xyxy = Tensors.of(new float[] {10, 20, 30, 50, 0, 0, 2, 1}, 2, 4);
    Tensor xywh = Tensors.of(new float[] {10, 20, 20, 30, 0, 0, 2, 1}, 2, 4);
    Tensor cxcywh = Tensors.of(new float[] {20, 35, 20, 30, 1, 0.5f, 2, 1}, 2, 4);
    List<String> names = List.of("xyxy", "xywh", "cxcywh");
    List<Tensor> all = List.of(xyxy, xywh, cxcywh);
    for (int from = 0; from < 3; from++) {
      for (int to = 0; to < 3; to++) {
        Tensor found = Boxes.convert(all.get(from), names.get(from), names.get(to));
        assertThat(found.toFloats()).containsExactly(all.get(to).toFloats());
      }
    }
    Tensor batch = Boxes.convert(xyxy.unsqueeze(0), "xyxy", "xywh");
    assertThat(batch.shape().dims()).containsExactly(1, 2, 4);
    Tensor outside = Tensors.of(new float[] {-3, 5, 40, 70, 90, -9, 95, -2}, 2, 4);
    assertThat(Boxes.clip(outside, 60, 50).toFloats()).containsExactly(0, 5, 40, 60, 50, 0, 50, 0);
  }

  @Test
  void gradients() {
    Random.seed(2);
    Tensor a =
        Scope.withDType(DType.F64, () -> Tensors.of(new double[] {0, 0, 4, 3, 1, 5, 2, 9}, 2, 4));
    Tensor b = Scope.withDType(DType.F64, () -> Tensors.of(new double[] {1, 2, 5, 6.5}, 1, 4));
    GradCheck check = GradCheck.standard();
    check.check("iou", x -> Boxes.iou(x, b), a);
    check.check("generalizedIou", x -> Boxes.generalizedIou(x, b), a);
    check.check("convert", x -> Boxes.convert(x, "cxcywh", "xyxy"), a);
  }

  /** The positions that are left, by taking boxes away from a list until it is empty. */
  private static List<Long> left(
      double[] boxes, double[] scores, long[] classes, double threshold) {
    double[] iou =
        Boxes.iou(Tensors.of(boxes, scores.length, 4), Tensors.of(boxes, scores.length, 4))
            .toDoubles();
    var open = new ArrayList<Integer>();
    for (int i = 0; i < scores.length; i++) {
      open.add(i);
    }
    var left = new ArrayList<Long>();
    while (!open.isEmpty()) {
      int best = open.getFirst();
      for (int i : open) {
        best = scores[i] > scores[best] ? i : best;
      }
      int first = best;
      left.add((long) first);
      open.removeIf(
          i ->
              i == first
                  || classes[i] == classes[first] && iou[first * scores.length + i] > threshold);
    }
    return left;
  }

  @Test
  void whatOverlapsMuchIsTakenAway() {
    Random.seed(3);
    for (double threshold : new double[] {0.11, 0.36, 0.71}) {
      double[] boxes = boxes(60).toDoubles();
      double[] scores = Tensors.rand(60).toDoubles();
      long[] none = new long[60];
      long[] classes = Tensors.randint(3, new int[] {60}).toLongs();
      Tensor all = Tensors.of(boxes, 60, 4);
      Tensor found = Boxes.nms(all, Tensors.of(scores), threshold);
      assertThat(found.dtype()).isEqualTo(DType.I64);
      assertThat(found.toLongs())
          .containsExactly(
              left(boxes, scores, none, threshold).stream().mapToLong(i -> i).toArray());
      assertThat(
              Boxes.batchedNms(all, Tensors.of(scores), Tensors.of(classes), threshold).toLongs())
          .containsExactly(
              left(boxes, scores, classes, threshold).stream().mapToLong(i -> i).toArray());
    }
  }

  @Test
  void equalScoresKeepTheirOrder() {
    Tensor same = Tensors.of(new float[] {0, 0, 1, 1, 0, 0, 1, 1, 5, 5, 6, 6}, 3, 4);
    assertThat(Boxes.nms(same, Tensors.of(0.5f, 0.5f, 0.5f), 0.9).toLongs()).containsExactly(0, 2);
    // An overlap that is the threshold is none too many.
    assertThat(Boxes.nms(same, Tensors.of(0.1f, 0.5f, 0.2f), 1).toLongs()).containsExactly(1, 2, 0);
    assertThat(Boxes.nms(Tensors.zeros(0, 4), Tensors.zeros(0), 0.5).shape().dims())
        .containsExactly(0);
  }

  @Test
  void errorsNameTheRule() {
    Tensor two = Tensors.zeros(2, 4);
    assertThatThrownBy(() -> Boxes.area(Tensors.zeros(4)))
        .hasMessageContaining("area: boxes must be [n, 4], not [4]");
    assertThatThrownBy(() -> Boxes.iou(two, Tensors.zeros(2, 3)))
        .hasMessageContaining("iou: boxes must be [n, 4], not [2, 3]");
    assertThatThrownBy(() -> Boxes.convert(two, "xyxy", "xyhw"))
        .hasMessageContaining("convert: format 'xyhw' must be xyxy, xywh or cxcywh");
    assertThatThrownBy(() -> Boxes.nms(two, Tensors.zeros(3), 0.5))
        .hasMessageContaining("nms: scores must be [2], one for each box, not [3]");
    assertThatThrownBy(() -> Boxes.batchedNms(two, Tensors.zeros(2), Tensors.zeros(2), 0.5))
        .hasMessageContaining("batchedNms: classes must be integers, not f32");
  }
}
