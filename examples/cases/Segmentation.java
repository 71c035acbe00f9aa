import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.metrics.Average;
import dev.adjoint.nn.metrics.ConfusionMatrix;
import dev.adjoint.nn.models.UNet;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.train.Trainer;

/**
 * A small U-Net tells which pixels of noisy images are of discs, of squares, or of neither: bin/adjoint
 * examples/cases/Segmentation.java
 */
void main() {
  Random.seed(1);
  var model = new UNet(1, 3, false, 8);
  var optimizer = new Adam(model.parameters(), 2e-3);
  new Trainer(model, optimizer, Losses::crossEntropy)
      .fit(new DataLoader(shapes(512, 1), 16).shuffle(1), 12);

  var matrix = new ConfusionMatrix(3);
  for (Batch batch : new DataLoader(shapes(128, 2), 32)) {
    Tensor classes = model.predict(batch.x()).argmax(1);
    matrix.update(classes.flatten(), batch.y().flatten());
  }
  IO.println(
      "iou of background %.3f  discs %.3f  squares %.3f"
          .formatted(matrix.iou(0), matrix.iou(1), matrix.iou(2)));
  IO.println("mean iou %.3f".formatted(matrix.iou(Average.MACRO)));
}

static final int SIZE = 48;

/** Images [1, 48, 48] with three shapes on noise, of which a later one hides others, and the class of each pixel. */
TensorDataset shapes(int count, long seed) {
  var random = new java.util.Random(seed);
  float[] images = new float[count * SIZE * SIZE];
  int[] classes = new int[images.length];
  for (int i = 0; i < count; i++) {
    int first = i * SIZE * SIZE;
    for (int shape = 0; shape < 3; shape++) {
      boolean disc = random.nextBoolean();
      float light = 0.4f + 0.6f * random.nextFloat();
      int radius = 5 + random.nextInt(6);
      int row = radius + random.nextInt(SIZE - 2 * radius);
      int column = radius + random.nextInt(SIZE - 2 * radius);
      for (int y = row - radius; y < row + radius; y++) {
        for (int x = column - radius; x < column + radius; x++) {
          double distance = Math.hypot(y + 0.5 - row, x + 0.5 - column);
          if (!disc || distance < radius) {
            images[first + y * SIZE + x] = light;
            classes[first + y * SIZE + x] = disc ? 1 : 2;
          }
        }
      }
    }
    for (int p = first; p < first + SIZE * SIZE; p++) {
      images[p] += 0.1f * (float) random.nextGaussian();
    }
  }
  return new TensorDataset(
      Tensors.of(images).reshape(count, 1, SIZE, SIZE),
      Tensors.of(classes).reshape(count, SIZE, SIZE));
}
