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
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;

/**
 * Digits in a few numbers: an autoencoder beside as many principal components, and clusters of codes beside clusters of pixels.
 * bin/adjoint examples/cases/Compression.java
 */
void main() throws IOException {
  Tensor train = Mnist.train().batch().x().realize();
  Tensor test = Mnist.test().batch().x().realize();
  int[] labels = Mnist.test().y().toInts();

  Autoencoder exact = trained(train, 128, 784, 512, 128, 32);
  IO.println("mse of the autoencoder %.5f".formatted(Losses.mse(exact.predict(test), test).item()));
  IO.println(
      "mse of 32 components %.5f".formatted(Losses.mse(projected(train, test), test).item()));
  // A code as short as there are digits has room for what tells them apart, and for little else.
  Autoencoder brief = trained(train, 256, 784, 512, 512, 10);
  Tensor codes = brief.predict(() -> brief.encode(test)).realize();
  IO.println("purity of codes %s".formatted(purities(codes, labels)));
  IO.println("purity of pixels %s".formatted(purities(test, labels)));
}

/** An autoencoder of these sizes that has seen the digits. */
Autoencoder trained(Tensor digits, int batchSize, int... sizes) {
  Random.seed(1);
  var model = new Autoencoder(sizes);
  var optimizer = new Adam(model.parameters(), 2e-3);
  var scheduler = new Scheduler(optimizer, Schedules.cosine(EPOCHS, 0.02));
  new Trainer(model, optimizer, Losses::mse)
      .target(Batch::x)
      .callbacks(Callback.afterEpoch(_ -> scheduler.step()))
      .fit(new DataLoader(new TensorDataset(digits), batchSize).shuffle(1), EPOCHS);
  return model;
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

/** The purity from five seeds of k-means. */
String purities(Tensor points, int[] labels) {
  double[] found = new double[5];
  for (int seed = 0; seed < found.length; seed++) {
    Random.seed(seed);
    found[seed] = purity(clusters(points), labels);
  }
  DoubleSummaryStatistics all = Arrays.stream(found).summaryStatistics();
  return "%.4f, from %.4f to %.4f".formatted(all.getAverage(), all.getMin(), all.getMax());
}

/** The best of five runs of k-means (Lloyd 1982) with ten centres: the cluster of each point. */
int[] clusters(Tensor points) {
  Tensor best = null;
  double least = Double.POSITIVE_INFINITY;
  for (int run = 0; run < 5; run++) {
    Tensor centres = firstCentres(points);
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

/** Points far from one another, drawn by their squared distance to those before (Arthur and Vassilvitskii 2007). */
Tensor firstCentres(Tensor points) {
  Tensor centres = points.indexSelect(0, Tensors.randint(0, points.dim(0), 1));
  while (centres.dim(0) < 10) {
    Tensor distances = squaredDistances(points, centres).amin(1).clampMin(0);
    Tensor next = points.indexSelect(0, distances.multinomial(1));
    centres = Tensors.cat(List.of(centres, next), 0).realize();
  }
  return centres;
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
