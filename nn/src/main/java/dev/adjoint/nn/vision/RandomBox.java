package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;

/**
 * What transforms share that draw a rectangle for each image: its area, a uniform fraction of the image's, and its ratio of
 * sides, whose logarithm is uniform. Ten are proposed, of which the first that will do is taken.
 */
abstract class RandomBox extends RandomTransform {
  private static final int PROPOSALS = 10;

  private double[] scale;
  private double[] ratio;

  /** Rectangles with these fractions of the area and these ratios, the smallest and the largest of each. */
  RandomBox(String op, double[] scale, double[] ratio) {
    super(op);
    this.scale = scale.clone();
    this.ratio = ratio.clone();
  }

  /** Sets the fractions of the area. */
  final void areas(double smallest, double largest) {
    requireRange("the scale", smallest, unit("the scale", largest), 0);
    scale = new double[] {smallest, largest};
  }

  /** Sets the ratios of one side to the other. */
  final void ratios(double smallest, double largest) {
    requireRange("the ratio", smallest, largest, Double.MIN_NORMAL);
    ratio = new double[] {smallest, largest};
  }

  /** A ratio as near to this one as the range allows. */
  final double nearestRatio(double value) {
    return Math.clamp(value, ratio[0], ratio[1]);
  }

  /**
   * Proposed sides, whole numbers (f32) [10, n].
   *
   * @param first those that are as many times longer than the others as the ratio says
   */
  record Sides(Tensor first, Tensor second) {
    /** The sides of the first proposals that will do, [n] each; where none does, those of the first one. */
    Sides firstOf(Tensor fits) {
      // Of equal ones, argmax takes the first.
      Tensor number = fits.toInt().argmax(0, true);
      return new Sides(first.gather(0, number).squeeze(0), second.gather(0, number).squeeze(0));
    }
  }

  /** Ten proposals for each image of a batch. */
  final Sides propose(Tensor x) {
    Tensor area = proposals(x, scale[0], scale[1]).mul((double) x.dim(2) * x.dim(3));
    Tensor form = proposals(x, Math.log(ratio[0]), Math.log(ratio[1])).exp();
    return new Sides(area.mul(form).sqrt().round(), area.div(form).sqrt().round());
  }

  private Tensor proposals(Tensor x, double low, double high) {
    Tensor unit = source().uniform(Shape.of(PROPOSALS, x.dim(0)), DType.F32, x.device());
    return unit.mul(high - low).add(low);
  }

  /** Where sides [n] within a length begin: a whole number at which they end by the length, each as likely. */
  final Tensor begins(Tensor x, Tensor side, int length) {
    // The product may be rounded up to the count of places.
    return uniform(x, 0, 1).mul(side.rsub(length + 1)).floor().minimum(side.rsub(length));
  }
}
