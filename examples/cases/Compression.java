import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.linalg.Linalg;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.Mnist;
import dev.adjoint.nn.models.Autoencoder;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import dev.adjoint.nn.preprocessing.StandardScaler;
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;

/**
 * Digits in 32 numbers: an autoencoder beside the 32 principal components, and clusters of its codes beside clusters of pixels.
 * bin/adjoint examples/cases/Compression.java
 */
void main() throws IOException {
  Tensor train = Mnist.train().batch().x().realize();
  Tensor test = Mnist.test().batch().x().realize();
  int[] labels = Mnist.test().y().toInts();

  Random.seed(1);
  var model = new Autoencoder(784, 512, 128, 32);
  var optimizer = new Adam(model.parameters(), 2e-3);
  var scheduler = new Scheduler(optimizer, Schedules.cosine(EPOCHS, 0.02));
  new Trainer(model, optimizer, Losses::mse)
      .target(Batch::x)
      .callbacks(Callback.afterEpoch(_ -> scheduler.step()))
      .fit(new DataLoader(new TensorDataset(train), 128).shuffle(1), EPOCHS);

  IO.println("mse of the autoencoder %.5f".formatted(Losses.mse(model.predict(test), test).item()));
  IO.println(
      "mse of 32 components %.5f".formatted(Losses.mse(projected(train, test), test).item()));
  Tensor codes = new StandardScaler().fitTransform(model.predict(() -> model.encode(test)));
  IO.println("purity of codes %.4f".formatted(purity(clusters(codes.realize()), labels)));
  IO.println("purity of pixels %.4f".formatted(purity(clusters(test), labels)));
}

static final int EPOCHS = 8;

/** The test images by the 32 directions along which the training images vary most. */
Tensor projected(Tensor train, Tensor test) {
  Tensor mean = train.mean(0);
  Tensor centered = train.sub(mean);
  Tensor covariance = centered.t().matmul(centered).div(train.dim(0));
  Tensor vectors = Linalg.eigh(covariance).vectors().narrow(1, 784 - 32, 32);
  return test.sub(mean).matmul(vectors).matmul(vectors.t()).add(mean);
}

/** The best of five runs of k-means (Lloyd 1982) with ten centres, which begin at random points: the cluster of each point. */
int[] clusters(Tensor points) {
  Tensor best = null;
  double least = Double.POSITIVE_INFINITY;
  for (int run = 0; run < 5; run++) {
    Tensor centres = points.indexSelect(0, Tensors.randperm(points.dim(0)).narrow(0, 0, 10));
    Tensor nearest = null;
    for (int i = 0; i < 50; i++) {
      nearest = squaredDistances(points, centres).argmin(1);
      Tensor members = nearest.oneHot(10).toFloat();
      Tensor counts = members.sum(0).unsqueeze(1);
      centres = members.t().matmul(points).div(counts.clampMin(1)).realize();
    }
    double inertia = squaredDistances(points, centres).amin(1).sum().item();
    if (inertia < least) {
      least = inertia;
      best = nearest;
    }
  }
  return best.toInts();
}

Tensor squaredDistances(Tensor points, Tensor centres) {
  Tensor products = points.matmul(centres.t());
  return centres.square().sum(1).sub(products.mul(2)).add(points.square().sum(1, true));
}

/** The part of the points that have the label which is most frequent in their cluster. */
double purity(int[] clusters, int[] labels) {
  int[][] counts = new int[10][10];
  for (int i = 0; i < labels.length; i++) {
    counts[clusters[i]][labels[i]]++;
  }
  int most = Arrays.stream(counts).mapToInt(row -> Arrays.stream(row).max().getAsInt()).sum();
  return (double) most / labels.length;
}
