import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.datasets.Mnist;
import dev.adjoint.nn.train.Model;

/** The network and the training of mnist_mlp, an example of Keras: bin/adjoint examples/cases/KerasMlp.java */
void main() throws IOException {
  Random.seed(1);
  Tensor xTrain = Mnist.train().x().div(255);
  Tensor yTrain = Mnist.train().y().oneHot(10);
  Tensor xTest = Mnist.test().x().div(255);
  Tensor yTest = Mnist.test().y().oneHot(10);

  Sequential layers =
      Sequential.of(
          dense(784, 512),
          Activation.RELU,
          new Dropout(0.2),
          dense(512, 512),
          Activation.RELU,
          new Dropout(0.2),
          dense(512, 10),
          Activation.SOFTMAX);
  Model model = layers.compile("rmsprop", "categorical_crossentropy", "accuracy");
  model.validation(xTest, yTest).fit(xTrain, yTrain, 20, 128);
  IO.println("test accuracy %.4f".formatted(model.evaluate(xTest, yTest).get("accuracy")));
}

/** A layer with the first values of Keras. */
Linear dense(int in, int out) {
  return new Linear(in, out, Init.xavierUniform(), Init.zeros());
}
