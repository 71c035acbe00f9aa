package dev.adjoint.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.Softmax;
import dev.adjoint.nn.metrics.Average;
import dev.adjoint.nn.metrics.ConfusionMatrix;
import dev.adjoint.nn.metrics.RegressionAccuracy;
import dev.adjoint.nn.optim.SGD;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are compiled and fitted in the manner of Keras. */
class ModelTest {
  private static final int SAMPLES = 300;
  private static final int CLASSES = 3;

  private Tensor x;
  private Tensor labels;

  /** Three clouds around the corners of a triangle, which lie apart. */
  @BeforeEach
  void clouds() {
    Random.seed(11);
    labels = Tensors.arange(SAMPLES).remainder(CLASSES).toLong().realize();
    Tensor corners = Tensors.of(new float[] {0, 4, 4, -2, -4, -2}, 3, 2);
    x = corners.indexSelect(0, labels).add(Tensors.randn(SAMPLES, 2).mul(0.5)).realize();
  }

  private static Sequential net(int outputs) {
    return Sequential.of(new Linear(2, 8), Activation.RELU, new Linear(8, outputs));
  }

  @Test
  void aChainThatEndsInASoftmaxLearnsOneHotRows() {
    Model model =
        Sequential.of(new Linear(8), Activation.RELU, new Linear(8, 3), new Softmax(-1))
            .compile("adam", "categorical_crossentropy", "accuracy")
            .verbose(false);
    Tensor y = labels.oneHot(CLASSES).toFloat();
    History history = model.fit(x, y, 40, 32);
    assertThat(history.epochs()).hasSize(40);
    assertThat(history.last().get("loss")).isLessThan(0.5 * history.values("loss")[0]);
    assertThat(history.last().get("accuracy")).isGreaterThan(0.98);
    assertThat(model.evaluate(x, y).get("accuracy")).isGreaterThan(0.98);
    assertThat(model.predictClasses(x).toLongs()).isEqualTo(labels.toLongs());
    Tensor confidences = model.confidences(x);
    assertThat(confidences.sum(-1).sub(1).abs().max().item()).isLessThan(1e-5);
    assertThat(confidences.toFloats()).containsExactly(model.predict(x).toFloats());
  }

  @Test
  void scoresAndProbabilitiesHaveTheSameLoss() {
    Sequential scores = net(CLASSES);
    Sequential probabilities =
        Sequential.of(
            scores.layers().get(0),
            scores.layers().get(1),
            scores.layers().get(2),
            Activation.SOFTMAX);
    Map<String, Double> a =
        scores.compile("sgd", "sparse_categorical_crossentropy", "accuracy").evaluate(x, labels);
    Map<String, Double> b =
        probabilities
            .compile("sgd", "categorical_crossentropy", "accuracy")
            .evaluate(x, labels.oneHot(CLASSES));
    assertThat(b.get("loss")).isEqualTo(a.get("loss"), within(1e-5));
    assertThat(b.get("accuracy")).isEqualTo(a.get("accuracy"));
  }

  @Test
  void questionsOfYesAndNo() {
    Tensor y = labels.eq(0).toFloat().unsqueeze(1);
    Sequential net = net(1);
    Model model =
        net.compile(new SGD(net.parameters(), 0.5), "binary_crossentropy", "accuracy")
            .validation(x, y)
            .verbose(false);
    History history = model.fit(x, y, 20, 30);
    assertThat(history.last().get("val_accuracy")).isGreaterThan(0.98);
    assertThat(model.predictClasses(x).shape().dims()).containsExactly(SAMPLES, 1);
    assertThat(Arrays.stream(model.confidences(x).toDoubles())).allMatch(p -> p >= 0 && p <= 1);
  }

  @Test
  void aRegression() {
    Tensor y = x.sum(-1, true).mul(0.5);
    Sequential net = Sequential.of(new Linear(2, 1));
    Model model =
        net.compile(new SGD(net.parameters(), 0.05), "mse", "mae", "r2_score").verbose(false);
    Map<String, Double> last = model.fit(x, y, 30, 50).last().values();
    assertThat(last.get("loss")).isLessThan(1e-3);
    assertThat(last.keySet()).hasSize(3);
    assertThatThrownBy(() -> model.confidences(x))
        .hasMessage("confidences: the loss mean_squared_error has none");
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    double[][] losses = new double[2][];
    for (int i = 0; i < losses.length; i++) {
      Random.seed(4);
      losses[i] =
          net(CLASSES)
              .compile("rmsprop", "sparse_categorical_crossentropy")
              .verbose(false)
              .fit(x, labels, 3, 32)
              .values("loss");
    }
    assertThat(losses[0]).containsExactly(losses[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "rmsprop", "adam", "adamw", "nadam", "adagrad", "adadelta"})
  void allOptimizersMakeTheLossSmaller(String optimizer) {
    double[] losses =
        net(CLASSES)
            .compile(optimizer, "sparse_categorical_crossentropy")
            .verbose(false)
            .fit(x, labels, 5, 16)
            .values("loss");
    assertThat(losses[4]).isLessThan(losses[0]);
  }

  @Test
  void unknownNamesAreErrors() {
    Sequential net = net(1);
    assertThatThrownBy(() -> net.compile("adm", "mse"))
        .hasMessageStartingWith("compile: no optimizer 'adm', there are sgd, rmsprop, adam");
    assertThatThrownBy(() -> net.compile("adam", "msle"))
        .hasMessageStartingWith("compile: no loss 'msle', there are [categorical_crossentropy, ");
    assertThatThrownBy(() -> net.compile("adam", "mse", "auc"))
        .hasMessage(
            "compile: no metric 'auc', there are accuracy, precision, recall, f1, mae, mse and r2_score");
    assertThatThrownBy(() -> net.compile("adam", "mse", "accuracy"))
        .hasMessage(
            "compile: the metric 'accuracy' is one of classes, of which the loss mean_squared_error has none; there are mae,"
                + " mse and r2_score, and RegressionAccuracy by Model.metrics");
  }

  @Test
  void scoresOfClassesByTheirNames() {
    Tensor rows = labels.oneHot(CLASSES).toFloat();
    Sequential net = net(CLASSES);
    Map<String, Double> one =
        net.compile("sgd", "categorical_crossentropy", "precision", "recall", "f1")
            .evaluate(x, rows);
    Map<String, Double> other =
        net.compile("sgd", "sparse_categorical_crossentropy", "precision", "recall", "f1")
            .evaluate(x, labels);
    var matrix = new ConfusionMatrix(CLASSES);
    matrix.update(net.predict(x), labels);
    assertThat(one.get("precision")).isEqualTo(matrix.precision(Average.MACRO));
    assertThat(one.get("recall")).isEqualTo(matrix.recall(Average.MACRO));
    assertThat(one.get("f1")).isEqualTo(matrix.f1(Average.MACRO));
    for (String name : new String[] {"precision", "recall", "f1"}) {
      assertThat(other.get(name)).isEqualTo(one.get(name));
    }
    Map<String, Double> divergence =
        net.compile("sgd", "kl_divergence", "accuracy").evaluate(x, rows);
    assertThat(divergence.get("accuracy")).isEqualTo(matrix.accuracy());
  }

  @Test
  void scoresOfYesByTheirNames() {
    Tensor y = labels.eq(0).toFloat().unsqueeze(1);
    Sequential net = net(1);
    Map<String, Double> values =
        net.compile("sgd", "binary_crossentropy", "precision", "recall", "f1").evaluate(x, y);
    var matrix = new ConfusionMatrix(2);
    matrix.update(net.predict(x).gt(0).toLong().squeeze(1), labels.eq(0).toLong());
    assertThat(values.get("precision")).isEqualTo(matrix.precision(1));
    assertThat(values.get("recall")).isEqualTo(matrix.recall(1));
    assertThat(values.get("f1")).isEqualTo(matrix.f1(1));
  }

  @Test
  void anAccuracyOfNumbersHasATolerance() {
    Tensor y = x.sum(-1, true).mul(0.5);
    Sequential net = Sequential.of(new Linear(2, 1));
    Model model =
        net.compile(new SGD(net.parameters(), 0.05), "mse")
            .metrics(new RegressionAccuracy(y.std().item() / 250))
            .verbose(false);
    assertThat(model.evaluate(x, y).get("accuracy")).isLessThan(0.2);
    assertThat(model.fit(x, y, 60, 50).last().get("accuracy")).isGreaterThan(0.98);
    assertThatThrownBy(() -> new RegressionAccuracy(0))
        .hasMessage("regression accuracy: the tolerance must be positive, not 0.0");
  }
}
