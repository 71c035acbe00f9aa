package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * Boxes by how they differ from others (Girshick et al. 2013): centers in sizes of these, sizes as logarithms of quotients, with
 * torchvision's factors 10 and 5.
 */
final class BoxCoder {
  private static final double CENTER = 10;
  private static final double SIZE = 5;
  // Beyond this the exponential of a wrong prediction would be no size.
  private static final double LARGEST = Math.log(1000.0 / 16);

  private BoxCoder() {}

  /** How boxes [..., 4] differ from the defaults. */
  static Tensor encode(Tensor boxes, Tensor defaults) {
    Tensor box = Boxes.convert(boxes, "xyxy", "cxcywh");
    Tensor from = Boxes.convert(defaults, "xyxy", "cxcywh");
    Tensor center = box.narrow(-1, 0, 2).sub(from.narrow(-1, 0, 2)).div(from.narrow(-1, 2, 2));
    Tensor size = box.narrow(-1, 2, 2).div(from.narrow(-1, 2, 2)).log();
    return Tensors.cat(-1, center.mul(CENTER), size.mul(SIZE));
  }

  /** The boxes that differ so from the defaults. */
  static Tensor decode(Tensor differences, Tensor defaults) {
    Tensor from = Boxes.convert(defaults, "xyxy", "cxcywh");
    Tensor size = from.narrow(-1, 2, 2);
    Tensor center = differences.narrow(-1, 0, 2).div(CENTER).mul(size).add(from.narrow(-1, 0, 2));
    Tensor grown = differences.narrow(-1, 2, 2).div(SIZE).clampMax(LARGEST).exp().mul(size);
    return Boxes.convert(Tensors.cat(-1, center, grown), "cxcywh", "xyxy");
  }
}
