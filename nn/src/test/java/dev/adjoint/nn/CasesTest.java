package dev.adjoint.nn;

import static dev.adjoint.nn.Scripts.number;
import static dev.adjoint.nn.Scripts.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.vision.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts of {@code examples/cases} give what docs/cases.md expects of them. Those that take longer run with {@code
 * -Dadjoint.cases=all}, and need the data sets of the page.
 */
class CasesTest {
  /** The property that runs the cases which take longer. */
  private static final String ALL = "adjoint.cases";

  @Test
  void firstNetworks() throws IOException, InterruptedException {
    String output = run("cases/FirstNetworks.java");
    assertThat(output).contains("AND learned after", "OR  learned after");
    assertThat(number(output, "XOR solved from ([0-9]+) of 20")).isEqualTo(20);
    assertThat(number(output, "spiral accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.9);
    assertThat(number(output, "sine mse ([0-9.]+)")).isLessThan(1e-3);
  }

  @Test
  void threeWaysHaveOneLossCurve() throws IOException, InterruptedException {
    String output = run("cases/ThreeWays.java");
    assertThat(number(output, "largest difference ([0-9.e-]+)")).isLessThan(1e-5);
  }

  @Test
  void gradientFlow() throws IOException, InterruptedException {
    String output = run("cases/GradientFlow.java");
    assertThat(number(output, "sigmoid +([0-9.e+-]+)")).isLessThan(1e-8);
    assertThat(number(output, "He's values +([0-9.e+-]+)")).isGreaterThan(1e-3);
    assertThat(output).containsPattern("not clipped: +loss (Infinity|NaN) after");
    assertThat(number(output, "clipped to 1: loss ([0-9.]+)")).isLessThan(0.5);
    assertThat(number(output, "2.weight +([0-9.e+-]+)")).isPositive();
    assertThat(output)
        .containsPattern("anomaly: -Infinity at .* in log f32\\[16, 3] \\(at Gradient");
  }

  @Test
  void overfitting() throws IOException, InterruptedException {
    String output = run("cases/Overfitting.java");
    assertThat(number(output, "gap cut by ([0-9]+) %")).isGreaterThanOrEqualTo(30);
  }

  @Test
  void sparsity() throws IOException, InterruptedException {
    String output = run("cases/Sparsity.java");
    assertThat(number(output, "no penalty +exactly zero ([0-9.]+)")).isZero();
    assertThat(number(output, "proximal L1 +exactly zero ([0-9.]+)")).isGreaterThan(0.5);
    assertThat(number(output, "L1 penalty.* below 0.01 ([0-9.]+)")).isGreaterThan(0.5);
  }

  @Test
  void transfer() throws IOException, InterruptedException {
    String output = run("cases/Transfer.java");
    double scratch = number(output, "from scratch +([0-9.]+)");
    assertThat(number(output, "fine-tuned +([0-9.]+)")).isGreaterThan(scratch);
  }

  @Test
  void ownImages(@TempDir Path folder) throws IOException, InterruptedException {
    String output = run("cases/OwnImage.java");
    assertThat(number(output, "trousers: trouser, confidence ([0-9.]+)")).isGreaterThan(0.8);
    assertThat(number(output, "T-shirt: T-shirt, confidence ([0-9.]+)")).isGreaterThan(0.5);
    assertThat(number(output, "bag: bag, confidence ([0-9.]+)")).isGreaterThan(0.8);
    // A waist and two legs, black on white.
    Tensor paper = Tensors.full(Shape.of(1, 112, 112), 255, DType.U8);
    Tensor waist = paper.with(0, Index.all(), Index.range(0, 20), Index.range(36, 76));
    Tensor leg = waist.with(0, Index.all(), Index.range(20, 112), Index.range(34, 54));
    Tensor legs = leg.with(0, Index.all(), Index.range(20, 112), Index.range(58, 78));
    Path file = folder.resolve("mine.png");
    Images.writePng(legs, file);
    assertThat(run("cases/OwnImage.java", file.toString())).startsWith("mine.png: trouser,");
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void addingProblem() throws IOException, InterruptedException {
    String output = run("cases/AddingProblem.java");
    assertThat(number(output, "LSTM mse ([0-9.]+)")).isLessThan(0.02);
    assertThat(number(output, "RNN  mse ([0-9.]+)")).isGreaterThan(0.12);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void longTraining() throws IOException, InterruptedException {
    String output = run("cases/LongTraining.java");
    double constant = number(output, "0.05, constant +test ([0-9.]+)");
    assertThat(number(output, "0.05, cosine +test ([0-9.]+)")).isGreaterThan(constant);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void reinforce() throws IOException, InterruptedException {
    String output = run("cases/Reinforce.java");
    assertThat(number(output, "solved from ([0-9]) of 5")).isGreaterThanOrEqualTo(4);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void actorCritic() throws IOException, InterruptedException {
    String output = run("cases/ActorCritic.java");
    assertThat(number(output, "solved from ([0-9]) of 5")).isGreaterThanOrEqualTo(4);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void convolutionsTellClothesApart() throws IOException, InterruptedException {
    String output = run("cases/FashionMnistCnn.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.91);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void batchNormTellsClothesApartBetter() throws IOException, InterruptedException {
    String output = run("cases/FashionMnistBatchNorm.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.925);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void clothesByRows() throws IOException, InterruptedException {
    String output = run("cases/FashionMnistRows.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.88);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void logisticRegression() throws IOException, InterruptedException {
    String output = run("cases/LogisticRegression.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.95);
    assertThat(number(output, "L-BFGS ([0-9.e-]+)")).isLessThan(1e-7);
    assertThat(number(output, "Newton's method ([0-9.e-]+)")).isLessThan(1e-12);
    assertThat(number(output, "largest difference ([0-9.e-]+)")).isLessThan(1e-7);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void smallTables() throws IOException, InterruptedException {
    String output = run("cases/SmallTables.java");
    for (String table : List.of("iris", "wine", "digits")) {
      assertThat(number(output, table + " +accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void diabetes() throws IOException, InterruptedException {
    String output = run("cases/Ridge.java");
    double ridge = number(output, "R2 of ridge regression ([0-9.]+)");
    assertThat(number(output, "R2 of a network ([0-9.]+)")).isGreaterThan(ridge - 0.02);
  }

  @Test
  void passengers() throws IOException, InterruptedException {
    String output = run("cases/Passengers.java");
    double yearAgo = number(output, "rmse of the year before ([0-9.]+)");
    assertThat(number(output, "rmse of the LSTM ([0-9.]+)")).isLessThan(yearAgo);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void spam() throws IOException, InterruptedException {
    String output = run("cases/Spam.java");
    double bayes = number(output, "naive Bayes.* F1 ([0-9.]+)");
    assertThat(number(output, "vectors.* F1 ([0-9.]+)")).isGreaterThan(bayes);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void oneHiddenLayerTellsClothesApart() throws IOException, InterruptedException {
    String output = run("FashionMnist.java", "10");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.88);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void mnistByRows() throws IOException, InterruptedException {
    String output = run("cases/MnistRows.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.975);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void mnistByConvolutions() throws IOException, InterruptedException {
    String output = run("cases/MnistConvolutions.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.988);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void denseNetworkOfKeras() throws IOException, InterruptedException {
    String output = run("cases/KerasMlp.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.982);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void convolutionsOfKeras() throws IOException, InterruptedException {
    String output = run("cases/KerasCnn.java");
    assertThat(number(output, "test accuracy ([0-9.]+)")).isGreaterThanOrEqualTo(0.991);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void makemore() throws IOException, InterruptedException {
    String output = run("cases/Makemore.java");
    double counted = number(output, "bigrams counted ([0-9.]+)");
    assertThat(number(output, "bigrams learned ([0-9.]+)")).isEqualTo(counted, within(2e-4));
    assertThat(number(output, "network, other names ([0-9.]+)")).isLessThan(2.15);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void phonemes() throws IOException, InterruptedException {
    String output = run("cases/Phonemes.java");
    assertThat(number(output, "epoch +8 .* error rate ([0-9.]+)")).isLessThan(0.15);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void variationalAutoencoder() throws IOException, InterruptedException {
    String output = run("cases/VaeDigits.java");
    assertThat(number(output, "epoch 10: test loss ([0-9.]+)")).isLessThanOrEqualTo(107);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void compression() throws IOException, InterruptedException {
    String output = run("cases/Compression.java");
    double components = number(output, "mse of 32 components ([0-9.]+)");
    assertThat(number(output, "mse of the autoencoder ([0-9.]+)")).isLessThan(components);
    double pixels = number(output, "purity of pixels .* to ([0-9.]+)");
    assertThat(pixels).isGreaterThan(0.5);
    assertThat(number(output, "purity of codes .* from ([0-9.]+)")).isGreaterThan(pixels + 0.05);
  }

  @Test
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  void segmentation() throws IOException, InterruptedException {
    String output = run("cases/Segmentation.java");
    assertThat(number(output, "mean iou ([0-9.]+)")).isGreaterThanOrEqualTo(0.9);
  }

  /** The page has the command of every script that is a case, and no other. */
  @Test
  void thePageNamesAllCases() throws IOException {
    String page = Files.readString(Scripts.ROOT.resolve("docs/cases.md"));
    List<String> named =
        Pattern.compile("bin/adjoint examples/cases/([A-Za-z0-9]+\\.java)")
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .sorted()
            .toList();
    try (Stream<Path> files = Files.list(Scripts.EXAMPLES.resolve("cases"))) {
      List<String> scripts =
          files
              .filter(CasesTest::isScript)
              .map(file -> file.getFileName().toString())
              .sorted()
              .toList();
      assertThat(named).isEqualTo(scripts);
    }
  }

  private static boolean isScript(Path file) {
    try {
      return Files.readString(file).contains("void main(");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
