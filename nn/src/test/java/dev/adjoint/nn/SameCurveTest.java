package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;
import dev.adjoint.schedule.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One network, written on raw tensors, with modules and through the trainer, learns in the same way, bit for bit. */
class SameCurveTest {
  private static final int EPOCHS = 4;
  private static final double RATE = 0.1;

  private static DataLoader loader() {
    Random.seed(5);
    Tensor x = Tensors.randn(96, 20).realize();
    Tensor y = Tensors.randint(0, 4, 96).realize();
    return new DataLoader(new TensorDataset(x, y), 32).shuffle(9);
  }

  private static Sequential model() {
    Random.seed(6);
    return Sequential.of(new Linear(20, 16), Activation.RELU, new Linear(16, 4));
  }

  private static List<Float> byModules() {
    DataLoader loader = loader();
    Sequential model = model();
    var optimizer = new SGD(model.parameters(), RATE);
    var losses = new ArrayList<Float>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (Batch batch : loader) {
        Tensor loss = Losses.crossEntropy(model.apply(batch.x()), batch.y());
        optimizer.step(loss.backward());
        losses.add((float) loss.item());
      }
    }
    return losses;
  }

  private static List<Float> byTensors() {
    DataLoader loader = loader();
    List<Parameter> p = model().parameters();
    var losses = new ArrayList<Float>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (Batch batch : loader) {
        Tensor hidden = batch.x().matmul(p.get(0).t()).add(p.get(1)).relu();
        Tensor logits = hidden.matmul(p.get(2).t()).add(p.get(3));
        Tensor picked = logits.logSoftmax(1).gather(1, batch.y().unsqueeze(1));
        Tensor loss = picked.mean().neg();
        Gradients gradients = loss.backward();
        for (Variable variable : p) {
          variable.set(variable.sub(gradients.of(variable).mul(RATE)));
        }
        Engine.step(List.of(loss.node()));
        losses.add((float) loss.item());
      }
    }
    return losses;
  }

  private static List<Float> byTrainer() {
    DataLoader loader = loader();
    Sequential model = model();
    var losses = new ArrayList<Float>();
    var trainer =
        new Trainer(model, new SGD(model.parameters(), RATE), Losses::crossEntropy)
            .verbose(false)
            .callbacks(
                new Callback() {
                  @Override
                  public void onStep(Trainer trainer, int epoch, int step, double loss) {
                    losses.add((float) loss);
                  }
                });
    trainer.fit(loader, EPOCHS);
    return losses;
  }

  @Test
  void modulesAndTrainerGiveTheSameBits() {
    assertThat(byTrainer()).isEqualTo(byModules()).hasSize(3 * EPOCHS);
  }

  /** The loss is written in another way, so the last bits may differ. */
  @Test
  void rawTensorsGiveTheSameCurve() {
    List<Float> expected = byModules();
    List<Float> actual = byTensors();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i))
          .isCloseTo(expected.get(i), org.assertj.core.data.Offset.offset(2e-6f));
    }
  }

  @Test
  void tenRunsGiveTheSameBits() {
    List<Float> first = byModules();
    for (int run = 1; run < 10; run++) {
      assertThat(byModules()).isEqualTo(first);
    }
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() throws IOException, InterruptedException {
    String one = bitsWith("-Dadjoint.threads=1");
    assertThat(one).hasLineCount(3 * EPOCHS);
    assertThat(bitsWith("-Dadjoint.threads=2")).isEqualTo(one);
    assertThat(bitsWith("-Dadjoint.threads=3")).isEqualTo(one);
  }

  @Test
  void plainLoopsAndMachineCodeGiveTheSameBits() throws IOException, InterruptedException {
    assertThat(bitsWith("-Dadjoint.cpu.code=off")).isEqualTo(bitsWith("-Dadjoint.cpu.code=on"));
  }

  private static String bitsWith(String option) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                SameCurveTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String bits = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return bits;
  }

  /** Prints the bits of the losses, one a line, for a test in another JVM. */
  public static void main(String[] args) {
    byModules()
        .forEach(loss -> System.out.println(Integer.toHexString(Float.floatToRawIntBits(loss))));
  }
}
