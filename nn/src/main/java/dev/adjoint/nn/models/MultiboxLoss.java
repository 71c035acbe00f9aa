package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.CrossEntropyOptions;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Reduction;
import java.util.ArrayList;
import java.util.List;

/** Which default boxes stand for which objects, and the loss of a {@link SSD} (Liu et al. 2015, section 2.2). */
final class MultiboxLoss {
  private static final double OVERLAP = 0.5;
  private static final int NEGATIVES = 3;

  private MultiboxLoss() {}

  /** The class [boxes] of each default box, 0 for the background, and how its object differs from it, [boxes, 4]. */
  record Match(Tensor classes, Tensor differences) {}

  /**
   * Has each default box stand for the object that it overlaps most, if that is by half, and for each object the box that
   * overlaps it most.
   *
   * @param boxes of objects [m, 4]
   * @param labels classes of objects [m], from 1 on
   */
  static Match match(Tensor defaults, Tensor boxes, Tensor labels) {
    int objects = boxes.dim(0);
    if (objects == 0) {
      return new Match(
          Tensors.zerosLike(defaults.select(1, 0)).toLong(), Tensors.zerosLike(defaults));
    }
    Tensor overlaps = Boxes.iou(boxes, defaults);
    ValuesAndIndices most = overlaps.max(0);
    Tensor object = most.values().ge(OVERLAP).where(most.indices(), -1);
    Tensor numbers = Scope.on(boxes.device(), () -> Tensors.arange(objects)).to(object.dtype());
    object = object.scatter(0, overlaps.argmax(1), numbers);
    Tensor found = object.ge(0);
    Tensor at = object.clampMin(0);
    return new Match(
        found.where(labels.toLong().indexSelect(0, at), 0),
        BoxCoder.encode(boxes.indexSelect(0, at), defaults));
  }

  /**
   * The loss of boxes and that of classes, per default box that stands for an object. Of the other boxes those with the largest
   * loss count, three for each that does.
   */
  static SSD.Loss of(SSD.Output output, Tensor defaults, List<SSD.Target> targets) {
    int n = output.logits().dim(0);
    if (targets.size() != n) {
      throw OpError.of("ssd", targets.size() + " targets are not one for each of " + n + " images");
    }
    var classes = new ArrayList<Tensor>();
    var differences = new ArrayList<Tensor>();
    for (SSD.Target target : targets) {
      Match match = match(defaults, target.boxes(), target.labels());
      classes.add(match.classes);
      differences.add(match.differences);
    }
    return of(output, Tensors.stack(classes, 0), Tensors.stack(differences, 0));
  }

  private static SSD.Loss of(SSD.Output output, Tensor classes, Tensor differences) {
    Tensor positive = classes.gt(0);
    Tensor counts = positive.toLong().sum(1, true);
    Tensor count = counts.sum().clampMin(1);
    Tensor ofBoxes = Losses.smoothL1(output.differences(), differences, 1, Reduction.NONE).sum(-1);
    Tensor ofClasses =
        Losses.crossEntropy(
                output.logits().flatten(0, 1),
                classes.flatten(),
                CrossEntropyOptions.DEFAULT.reduction(Reduction.NONE))
            .reshape(classes.shape());
    Tensor negative =
        positive.where(Double.NEGATIVE_INFINITY, ofClasses.detach()).argsort(1, true).argsort(1);
    Tensor counted =
        positive.logicalOr(negative.lt(counts.mul(NEGATIVES)).logicalAnd(positive.logicalNot()));
    return new SSD.Loss(
        positive.where(ofBoxes, 0).sum().div(count), counted.where(ofClasses, 0).sum().div(count));
  }
}
