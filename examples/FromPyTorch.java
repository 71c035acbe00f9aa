import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.io.ModelFiles;
import dev.adjoint.nn.optim.Adam;

class Classifier extends Module {
  final Linear fc1 = new Linear(784, 128);
  final Dropout dropout = new Dropout(0.2);
  final Linear fc2 = new Linear(128, 10);

  @Override
  protected Tensor forward(Tensor x) {
    x = fc1.apply(x).relu();
    x = dropout.apply(x);
    return fc2.apply(x);
  }
}

/** A module of PyTorch and its training loop, line for line: bin/adjoint examples/FromPyTorch.java */
void main() throws IOException {
  TensorDataset trainData = FashionMnist.train();
  TensorDataset testData = FashionMnist.test();
  var trainLoader = new DataLoader(trainData, 64).shuffle(42);
  var testLoader = new DataLoader(testData, 1000);

  Random.seed(42);
  var model = new Classifier();
  var optimizer = new Adam(model.parameters(), 1e-3);

  for (int epoch = 0; epoch < 3; epoch++) {
    model.train();
    double runningLoss = 0;
    for (Batch batch : trainLoader) {
      Tensor logits = model.apply(batch.x());
      Tensor loss = Losses.crossEntropy(logits, batch.y());
      optimizer.step(loss.backward());
      runningLoss += loss.item();
    }
    IO.println("epoch %d: loss %.4f".formatted(epoch + 1, runningLoss / trainLoader.batches()));
  }

  model.eval();
  int correct = 0;
  for (Batch batch : testLoader) {
    Tensor predicted = model.predict(batch.x()).argmax(1);
    correct += predicted.eq(batch.y()).sum().itemInt();
  }
  IO.println("test accuracy %.4f".formatted((double) correct / testData.size()));

  Path file = Files.createTempDirectory("adjoint").resolve("model.safetensors");
  ModelFiles.save(model, file);
  ModelFiles.load(model, file);
}
