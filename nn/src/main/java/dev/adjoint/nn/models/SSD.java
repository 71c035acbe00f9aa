package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * A small detector of objects that looks once (Liu et al. 2015): images [n, 3, size, size] become, for each of many default
 * boxes, logits of classes and how an object's box differs from it.
 *
 * <p>{@code backbone.features} halve the resolution with each pair of convolutions; the last three maps go to {@code
 * head.classification_head.module_list} and {@code head.regression_head.module_list}, whose names are torchvision's. Class 0 is
 * the background.
 */
public final class SSD extends Module {
  private static final String OP = "ssd";
  private static final int MAPS = 3;

  private final int imageSize;
  private final double[] defaults;
  private final Backbone backbone;
  private final SsdHead head;

  /** A detector with 16, 32, 64, 64 and 64 channels: for images of 64 pixels maps of 8 x 8, 4 x 4 and 2 x 2. */
  public SSD(int numClasses, int imageSize) {
    this(numClasses, imageSize, 16, 32, 64, 64, 64);
  }

  /**
   * A detector.
   *
   * @param numClasses the number of classes with the background
   * @param imageSize the side of images, a multiple of two to the number of pairs
   * @param channels of each pair of convolutions, at least three
   * @throws IllegalArgumentException if a number does not fit
   */
  public SSD(int numClasses, int imageSize, int... channels) {
    if (numClasses < 2) {
      throw OpError.of(OP, "needs the background and another class, not " + numClasses);
    }
    if (channels.length < MAPS || imageSize < 1 || imageSize % (1 << channels.length) != 0) {
      throw OpError.of(
          OP,
          "image size "
              + imageSize
              + " must be a multiple of 2^k for k numbers of channels, and k at least 3, not "
              + channels.length);
    }
    this.imageSize = imageSize;
    backbone = new Backbone(channels);
    int[] sides = new int[MAPS];
    int[] widths = new int[MAPS];
    for (int i = 0; i < MAPS; i++) {
      int pair = channels.length - MAPS + i;
      sides[i] = imageSize >> (pair + 1);
      widths[i] = channels[pair];
    }
    head = new SsdHead(numClasses, widths);
    defaults = DefaultBoxes.of(imageSize, sides);
  }

  /** Logits [n, boxes, classes], and how boxes differ from the default ones, [n, boxes, 4]. */
  public record Output(Tensor logits, Tensor differences) {}

  /** The objects of an image: boxes [m, 4] with an area, by their edges in pixels, and classes [m] from 1 on; m may be 0. */
  public record Target(Tensor boxes, Tensor labels) {
    /** Checks the shapes, and that classes are integers. */
    public Target {
      if (boxes.rank() != 2
          || boxes.dim(1) != 4
          || labels.rank() != 1
          || labels.dim(0) != boxes.dim(0)
          || !labels.dtype().isInteger()) {
        throw OpError.of(
            OP,
            "needs boxes [m, 4] and integers [m] as their classes, not "
                + boxes.shape()
                + " and "
                + labels.dtype()
                + labels.shape());
      }
    }
  }

  /** The loss of boxes and that of classes. */
  public record Loss(Tensor boxes, Tensor classes) {
    /** The sum of both. */
    public Tensor total() {
      return boxes.add(classes);
    }
  }

  /** Found objects, the highest score first: boxes [k, 4] by their edges in pixels, probabilities [k] and classes [k]. */
  public record Detections(Tensor boxes, Tensor scores, Tensor labels) {}

  /** The default boxes [boxes, 4], by their edges in pixels. */
  public Tensor defaultBoxes() {
    return Scope.on(
        device(),
        () -> Tensors.of(defaults, defaults.length / 4, 4).to(parameters().getFirst().dtype()));
  }

  /**
   * What the network says of each default box.
   *
   * @throws IllegalArgumentException if images have another size
   */
  public Output run(Tensor x) {
    Require.images(OP, x, 3, imageSize, imageSize);
    return call(List.of(x), () -> head.run(backbone.maps(x)));
  }

  /**
   * The loss of images with the objects that are in them: smooth L1 of boxes and cross-entropy of classes, per default box that
   * stands for an object, with three of the background for each of these, those with the largest loss.
   *
   * @throws IllegalArgumentException if images have another size, or there is not one target for each
   */
  public Loss loss(Tensor x, List<Target> targets) {
    return MultiboxLoss.of(run(x), defaultBoxes(), targets);
  }

  /** The objects in each image, with torchvision's thresholds: scores above 0.01, overlaps up to 0.45, at most 200. */
  public List<Detections> detect(Tensor x) {
    return detect(x, 0.01, 0.45, 200);
  }

  /**
   * The objects in each image, in evaluation mode. Scores and boxes are read, and chosen on the host as {@link Boxes#batchedNms}
   * does it.
   *
   * @param scoreThresh what probabilities are above
   * @param nmsThresh the largest overlap of two boxes of a class
   * @param detectionsPerImg the largest number of objects of an image
   * @throws IllegalArgumentException if images have another size, or that number is not positive
   */
  public List<Detections> detect(
      Tensor x, double scoreThresh, double nmsThresh, int detectionsPerImg) {
    Require.positive(OP, "the largest number of objects", detectionsPerImg);
    SsdDetections found =
        predict(
            () -> {
              Output output = run(x);
              Tensor boxes = BoxCoder.decode(output.differences(), defaultBoxes());
              return new SsdDetections(
                  output.logits().softmax(-1), Boxes.clip(boxes, imageSize, imageSize));
            });
    return found.chosen(scoreThresh, nmsThresh, detectionsPerImg);
  }

  private static final class Backbone extends Module {
    private final Sequential features;

    Backbone(int... channels) {
      var pairs = new ArrayList<Module>();
      int in = 3;
      for (int out : channels) {
        pairs.add(pair(in, out));
        in = out;
      }
      features = Sequential.of(pairs);
      FirstValues.ofTorchvision(this);
    }

    private static Sequential pair(int in, int out) {
      ConvOptions options = ConvOptions.DEFAULT.padding(1).bias(false);
      return Sequential.of(
          new Conv2d(in, out, 3, options.stride(2)),
          new BatchNorm2d(out),
          Activation.RELU,
          new Conv2d(out, out, 3, options),
          new BatchNorm2d(out),
          Activation.RELU);
    }

    /** The last maps. */
    List<Tensor> maps(Tensor x) {
      var maps = new ArrayList<Tensor>();
      Tensor y = x;
      for (Module pair : features.layers()) {
        y = pair.apply(y);
        maps.add(y);
      }
      return maps.subList(maps.size() - MAPS, maps.size());
    }
  }
}
