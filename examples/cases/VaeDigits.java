import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.datasets.Mnist;
import dev.adjoint.nn.models.VAE;
import dev.adjoint.nn.optim.Adam;

/** The variational autoencoder of PyTorch's examples, with its settings: bin/adjoint examples/cases/VaeDigits.java */
void main() throws IOException {
  Random.seed(1);
  var train = new DataLoader(Mnist.train(), 128).shuffle(1);
  var test = new DataLoader(Mnist.test(), 500);
  var model = new VAE();
  var optimizer = new Adam(model.parameters(), 1e-3);
  for (int epoch = 1; epoch <= 10; epoch++) {
    for (Batch batch : train) {
      optimizer.step(VAE.loss(model.run(batch.x()), batch.x()).backward());
    }
    double sum = 0;
    for (Batch batch : test) {
      Tensor x = batch.x();
      sum += model.predict(() -> VAE.loss(model.run(x), x)).item();
    }
    IO.println("epoch %d: test loss %.2f".formatted(epoch, sum / test.dataset().size()));
  }
}
