package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Adam;
import java.util.ArrayList;
import java.util.function.UnaryOperator;

/** A perceptron that learns to tell made-up images apart: each class has a picture, and an example is a noisy copy of one. */
final class Training {
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final float NOISE = 0.5f;
  private static final int BATCHES = 16;

  private final Device device;
  private final Module model;
  private final Adam optimizer;
  private final Tensor[] images;
  private final Tensor[] labels;
  private int next;

  /** A network with layers of given sizes between the pixels and the classes. */
  Training(Device device, int batch, int... hidden) {
    this.device = device;
    Random.seed(42);
    model = Scope.on(device, () -> model(hidden));
    optimizer = new Adam(model.parameters(), 1e-3);
    images = new Tensor[BATCHES];
    labels = new Tensor[BATCHES];
    var random = new java.util.Random(7);
    float[][] pictures = new float[CLASSES][PIXELS];
    for (float[] picture : pictures) {
      for (int i = 0; i < PIXELS; i++) {
        picture[i] = random.nextFloat();
      }
    }
    for (int b = 0; b < BATCHES; b++) {
      float[] pixels = new float[batch * PIXELS];
      int[] classes = new int[batch];
      for (int e = 0; e < batch; e++) {
        classes[e] = random.nextInt(CLASSES);
        for (int i = 0; i < PIXELS; i++) {
          pixels[e * PIXELS + i] = pictures[classes[e]][i] + NOISE * (random.nextFloat() - 0.5f);
        }
      }
      images[b] = Scope.on(device, () -> Tensors.of(pixels).reshape(batch, PIXELS).realize());
      labels[b] = Scope.on(device, () -> Tensors.of(classes).realize());
    }
  }

  private static Module model(int[] hidden) {
    var layers = new ArrayList<UnaryOperator<Tensor>>();
    int inputs = PIXELS;
    for (int units : hidden) {
      layers.add(new Linear(inputs, units));
      layers.add(Activation.RELU);
      inputs = units;
    }
    layers.add(new Linear(inputs, CLASSES));
    return Sequential.of(layers);
  }

  /** Trains on the next batch; the loss is computed when it is read. */
  Tensor step() {
    return Scope.on(
        device,
        () -> {
          int b = next++ % BATCHES;
          Tensor loss = Losses.crossEntropy(model.apply(images[b]), labels[b]);
          optimizer.step(loss.backward());
          return loss;
        });
  }

  /** The losses of a number of steps. */
  double[] losses(int steps) {
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      losses[i] = step().item();
    }
    return losses;
  }
}
