import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.MaxPool2d;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.datasets.Mnist;
import dev.adjoint.nn.optim.Adadelta;
import dev.adjoint.nn.train.Model;

/** The network and the training of mnist_cnn, an example of Keras: bin/adjoint examples/cases/KerasCnn.java */
void main() throws IOException {
  Random.seed(1);
  Tensor xTrain = Mnist.train().x().reshape(60_000, 1, 28, 28).div(255);
  Tensor yTrain = Mnist.train().y().oneHot(10);
  Tensor xTest = Mnist.test().x().reshape(10_000, 1, 28, 28).div(255);
  Tensor yTest = Mnist.test().y().oneHot(10);

  Sequential layers =
      Sequential.of(
          new Conv2d(1, 32, 3),
          Activation.RELU,
          new Conv2d(32, 64, 3),
          Activation.RELU,
          new MaxPool2d(2),
          new Dropout(0.25),
          new Flatten(),
          new Linear(9216, 128),
          Activation.RELU,
          new Dropout(0.5),
          new Linear(128, 10),
          Activation.SOFTMAX);
  likeKeras(layers);
  var optimizer = new Adadelta(layers.parameters(), 1).rho(0.95).epsilon(1e-7);
  Model model = layers.compile(optimizer, "categorical_crossentropy", "accuracy");
  model.validation(xTest, yTest).fit(xTrain, yTrain, 12, 128);
  IO.println("test accuracy %.4f".formatted(model.evaluate(xTest, yTest).get("accuracy")));
}

/** Gives parameters the first values that Keras gives them. */
void likeKeras(Sequential layers) {
  layers.parameters().forEach(p -> (p.rank() > 1 ? Init.xavierUniform() : Init.zeros()).fill(p));
}
