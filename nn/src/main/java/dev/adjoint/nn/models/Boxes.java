package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.List;

/**
 * Operations on boxes of images, after those of torchvision. Boxes are [n, 4]: left, top, right and bottom edge, {@code xyxy},
 * unless said otherwise, with {@code left <= right} and {@code top <= bottom}.
 */
public final class Boxes {
  private Boxes() {}

  /** The areas of boxes, [n]. */
  public static Tensor area(Tensor boxes) {
    requireBoxes("area", boxes);
    return edge(boxes, 2).sub(edge(boxes, 0)).mul(edge(boxes, 3).sub(edge(boxes, 1)));
  }

  private static Tensor edge(Tensor boxes, int number) {
    return boxes.select(-1, number);
  }

  /** The area that a box [n, 4] and a box [m, 4] share over the area that they cover, [n, m]; NaN for two boxes without area. */
  public static Tensor iou(Tensor boxes1, Tensor boxes2) {
    Overlap overlap = overlap("iou", boxes1, boxes2);
    return overlap.shared.div(overlap.covered);
  }

  private record Overlap(Tensor shared, Tensor covered) {}

  private static Overlap overlap(String op, Tensor boxes1, Tensor boxes2) {
    requireBoxes(op, boxes1);
    requireBoxes(op, boxes2);
    Tensor a = boxes1.unsqueeze(1);
    Tensor size =
        a.narrow(-1, 2, 2)
            .minimum(boxes2.narrow(-1, 2, 2))
            .sub(a.narrow(-1, 0, 2).maximum(boxes2.narrow(-1, 0, 2)))
            .clampMin(0);
    Tensor shared = size.select(-1, 0).mul(size.select(-1, 1));
    Tensor covered = area(boxes1).unsqueeze(1).add(area(boxes2)).sub(shared);
    return new Overlap(shared, covered);
  }

  /**
   * The {@link #iou} less the part of the smallest box around both that they do not cover, [n, m], from -1 to 1 (Rezatofighi et
   * al. 2019).
   */
  public static Tensor generalizedIou(Tensor boxes1, Tensor boxes2) {
    Overlap overlap = overlap("generalizedIou", boxes1, boxes2);
    Tensor a = boxes1.unsqueeze(1);
    Tensor size =
        a.narrow(-1, 2, 2)
            .maximum(boxes2.narrow(-1, 2, 2))
            .sub(a.narrow(-1, 0, 2).minimum(boxes2.narrow(-1, 0, 2)));
    Tensor around = size.select(-1, 0).mul(size.select(-1, 1));
    Tensor iou = overlap.shared.div(overlap.covered);
    return iou.sub(around.sub(overlap.covered).div(around));
  }

  /**
   * Boxes [..., 4] in another format.
   *
   * @param inFmt {@code "xyxy"} for edges, {@code "xywh"} for left, top, width and height, or {@code "cxcywh"} for the center,
   *     width and height
   * @param outFmt one of these too
   * @throws IllegalArgumentException if a format is none of these, or the last axis is not 4
   */
  public static Tensor convert(Tensor boxes, String inFmt, String outFmt) {
    if (boxes.rank() < 1 || boxes.dim(-1) != 4) {
      throw OpError.of("convert", "boxes must be [..., 4], not " + boxes.shape());
    }
    for (String format : List.of(inFmt, outFmt)) {
      if (!List.of("xyxy", "xywh", "cxcywh").contains(format)) {
        throw OpError.of("convert", "format '" + format + "' must be xyxy, xywh or cxcywh");
      }
    }
    if (inFmt.equals(outFmt)) {
      return boxes;
    }
    Tensor first = boxes.narrow(-1, 0, 2);
    Tensor second = boxes.narrow(-1, 2, 2);
    Tensor corner = inFmt.equals("cxcywh") ? first.sub(second.mul(0.5)) : first;
    Tensor size = inFmt.equals("xyxy") ? second.sub(first) : second;
    return switch (outFmt) {
      case "xyxy" -> Tensors.cat(-1, corner, corner.add(size));
      case "xywh" -> Tensors.cat(-1, corner, size);
      default -> Tensors.cat(-1, corner.add(size.mul(0.5)), size);
    };
  }

  /** Boxes [..., 4] with the parts outside an image cut off. */
  public static Tensor clip(Tensor boxes, int height, int width) {
    if (boxes.rank() < 1 || boxes.dim(-1) != 4) {
      throw OpError.of("clip", "boxes must be [..., 4], not " + boxes.shape());
    }
    Tensor x = boxes.slice(-1, 0, 4, 2).clamp(0, width);
    Tensor y = boxes.slice(-1, 1, 4, 2).clamp(0, height);
    return Tensors.stack(List.of(x, y), -1).flatten(-2);
  }

  /**
   * The positions (i64) of boxes that are left when, from the highest score on, each box takes away those of lower scores whose
   * {@link #iou} with it is above a threshold; the highest score first, and of equal ones the first.
   *
   * <p>Boxes and scores are read, and the rest is done on the host, in double precision: each decision depends on those before.
   *
   * @param scores [n]
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static Tensor nms(Tensor boxes, Tensor scores, double iouThreshold) {
    requireBoxes("nms", boxes);
    requireEach("nms", "scores", scores, boxes);
    return kept(boxes, scores, new long[boxes.dim(0)], iouThreshold);
  }

  /**
   * {@link #nms} of each class by itself: a box takes away only boxes of its own class.
   *
   * @param scores [n]
   * @param idxs the classes of the boxes, integers [n]
   * @throws IllegalArgumentException if shapes or types do not fit
   */
  public static Tensor batchedNms(Tensor boxes, Tensor scores, Tensor idxs, double iouThreshold) {
    requireBoxes("batchedNms", boxes);
    requireEach("batchedNms", "scores", scores, boxes);
    requireEach("batchedNms", "classes", idxs, boxes);
    if (!idxs.dtype().isInteger()) {
      throw OpError.of("batchedNms", "classes must be integers, not " + idxs.dtype());
    }
    return kept(boxes, scores, idxs.toLongs(), iouThreshold);
  }

  private static Tensor kept(Tensor boxes, Tensor scores, long[] classes, double threshold) {
    int[] kept = Suppression.kept(boxes.toDoubles(), scores.toDoubles(), classes, threshold);
    return Scope.on(boxes.device(), () -> Tensors.of(kept).toLong());
  }

  private static void requireBoxes(String op, Tensor boxes) {
    if (boxes.rank() != 2 || boxes.dim(1) != 4) {
      throw OpError.of(op, "boxes must be [n, 4], not " + boxes.shape());
    }
  }

  private static void requireEach(String op, String what, Tensor values, Tensor boxes) {
    if (values.rank() != 1 || values.dim(0) != boxes.dim(0)) {
      throw OpError.of(
          op, what + " must be [" + boxes.dim(0) + "], one for each box, not " + values.shape());
    }
  }
}
