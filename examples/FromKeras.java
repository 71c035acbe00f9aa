import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.train.History;
import dev.adjoint.nn.train.Model;

/** A model of Keras, its compile and its fit, line for line: bin/adjoint examples/FromKeras.java */
void main() throws IOException {
  Random.seed(42);
  Tensor xTrain = FashionMnist.train().x().div(255);
  Tensor yTrain = FashionMnist.train().y();
  Tensor xTest = FashionMnist.test().x().div(255);
  Tensor yTest = FashionMnist.test().y();

  Sequential layers =
      Sequential.of(
          new Linear(784, 128),
          Activation.RELU,
          new Dropout(0.2),
          new Linear(128, 10),
          Activation.SOFTMAX);
  IO.println(layers.summary(1, 784));
  Model model = layers.compile("adam", "sparse_categorical_crossentropy", "accuracy");
  History history = model.validation(xTest, yTest).fit(xTrain, yTrain, 3, 64);

  Map<String, Double> result = model.evaluate(xTest, yTest);
  IO.println("last training loss %.4f".formatted(history.last().get("loss")));
  IO.println("test accuracy %.4f".formatted(result.get("accuracy")));
  Tensor probabilities = model.predict(xTest.narrow(0, 0, 5));
  IO.println("classes " + probabilities.argmax(1));
}
