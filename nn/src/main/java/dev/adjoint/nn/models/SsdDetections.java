package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link SSD} finds at its default boxes, from which objects are chosen on the host.
 *
 * @param probabilities of classes [n, boxes, classes]
 * @param boxes by their edges in pixels [n, boxes, 4]
 */
record SsdDetections(Tensor probabilities, Tensor boxes) {
  /** The objects of each image. */
  List<SSD.Detections> chosen(double scoreThresh, double nmsThresh, int most) {
    double[] all = probabilities.toDoubles();
    double[] edges = boxes.toDoubles();
    int n = boxes.dim(0);
    var images = new ArrayList<SSD.Detections>();
    for (int i = 0; i < n; i++) {
      double[] ofImage = Arrays.copyOfRange(all, all.length / n * i, all.length / n * (i + 1));
      double[] places = Arrays.copyOfRange(edges, edges.length / n * i, edges.length / n * (i + 1));
      images.add(image(ofImage, places, scoreThresh, nmsThresh, most));
    }
    return images;
  }

  private SSD.Detections image(
      double[] all, double[] edges, double scoreThresh, double nmsThresh, int most) {
    int classes = probabilities.dim(2);
    int[] candidates = new int[all.length];
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      if (i % classes > 0 && all[i] > scoreThresh) {
        candidates[count++] = i;
      }
    }
    double[] scores = new double[count];
    double[] places = new double[4 * count];
    long[] labels = new long[count];
    for (int k = 0; k < count; k++) {
      scores[k] = all[candidates[k]];
      labels[k] = candidates[k] % classes;
      System.arraycopy(edges, candidates[k] / classes * 4, places, 4 * k, 4);
    }
    int[] kept = Suppression.kept(places, scores, labels, nmsThresh);
    return detections(places, scores, labels, Arrays.copyOf(kept, Math.min(kept.length, most)));
  }

  private SSD.Detections detections(double[] places, double[] scores, long[] labels, int[] kept) {
    double[] edges = new double[4 * kept.length];
    for (int k = 0; k < kept.length; k++) {
      System.arraycopy(places, 4 * kept[k], edges, 4 * k, 4);
    }
    double[] best = Arrays.stream(kept).mapToDouble(k -> scores[k]).toArray();
    long[] numbers = Arrays.stream(kept).mapToLong(k -> labels[k]).toArray();
    return Scope.on(
        boxes.device(),
        () ->
            new SSD.Detections(
                Tensors.of(edges, kept.length, 4).to(boxes.dtype()),
                Tensors.of(best).to(boxes.dtype()),
                Tensors.of(numbers)));
  }
}
