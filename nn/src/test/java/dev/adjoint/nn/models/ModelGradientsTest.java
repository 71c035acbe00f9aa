package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.GradCheck;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.ModuleClasses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of whole models against differences of values, in training and in evaluation. The layers that they are made of are
 * checked one by one in {@code LayerGradientsTest}, so one number is enough here: the derivative along a direction in which all
 * parameters move, and the input if it has floats, of a weighted sum of the output.
 */
class ModelGradientsTest {
  /** Models and blocks without a sample, and why. */
  private static final Map<String, String> WITHOUT =
      Map.of(VGG.class.getName(), "a sequence of checked layers, of a gigabyte and more in f64");

  // Thousands of rectifiers have their kinks near: a step of 1e-6 goes across some in the
  // MobileNet.
  private static final GradCheck CHECK =
      GradCheck.standard().withStep(1e-7).withTolerance(1e-5, 1e-6);

  /** A call of a model for an input, which may be integers. */
  private record Sample(String name, Module model, Tensor x, Function<Tensor, Tensor> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Tensor random(int... dims) {
    return Tensors.randn(dims).realize();
  }

  private static Tensor joined(Tensor... tensors) {
    var flat = new ArrayList<Tensor>();
    for (Tensor tensor : tensors) {
      flat.add(tensor.flatten());
    }
    return Tensors.cat(flat, 0);
  }

  private static Sample of(Module model, Tensor x) {
    return new Sample(model.getClass().getSimpleName(), model, x, model::apply);
  }

  private static List<Sample> samples() {
    return Scope.withDType(
        DType.F64,
        () -> {
          Random.seed(14);
          var all = new ArrayList<Sample>();
          images(all);
          generative(all);
          sequences(all);
          return all;
        });
  }

  private static void images(List<Sample> all) {
    all.add(of(new LeNet(1, 4, 16), random(2, 1, 16, 16)));
    all.add(of(new MnistNet(), random(2, 1, 28, 28)));
    all.add(of(ResNet.resnet18(5), random(2, 3, 40, 40)));
    all.add(of(new Bottleneck(8, 4, 2), random(2, 8, 5, 6)));
    all.add(of(new CifarResNet(8, 3), random(2, 3, 12, 12)));
    all.add(of(new MobileNetV2(5, 0.25, 0.2), random(2, 3, 64, 64)));
    all.add(of(new UNet(2, 3, false, 2), random(1, 2, 33, 34)));
    all.add(of(new UNet(2, 3, true, 4, true), random(1, 2, 33, 34)));
    var detector = new SSD(3, 16, 4, 4, 4);
    all.add(
        new Sample(
            "SSD",
            detector,
            random(2, 3, 16, 16),
            x -> {
              SSD.Output found = detector.run(x);
              return joined(found.logits(), found.differences());
            }));
  }

  private static void generative(List<Sample> all) {
    all.add(of(new Autoencoder(6, 5, 2), random(3, 6)));
    var vae = new VAE(6, 5, 2);
    Tensor data = Tensors.rand(3, 6).realize();
    all.add(new Sample("VAE with its loss", vae, data, x -> VAE.loss(vae.run(x), data)));
    all.add(of(new DCGAN.Generator(8, 4, 1, 12), random(3, 8, 1, 1)));
    all.add(of(new DCGAN.Discriminator(1, 4, 12), random(3, 1, 12, 12)));
  }

  private static void sequences(List<Sample> all) {
    Tensor tokens = Tensors.of(new int[] {3, 5, 2, 4, 6, 0, 1, 1}, 2, 4);
    var classifier = new LSTMClassifier(7, 3, 4, 2, 2, true, 0.3);
    all.add(of(classifier, tokens));
    all.add(
        new Sample(
            "LSTMClassifier with lengths",
            classifier,
            tokens,
            x -> classifier.apply(x, new int[] {4, 2})));
    var translator = new Seq2Seq(7, 4, 5, 0.2, 0, 1);
    all.add(
        new Sample(
            "Seq2Seq",
            translator,
            tokens,
            x -> translator.apply(x, new int[] {4, 2}, tokens.remainder(4))));
    all.add(
        of(
            new GPT(
                GptConfig.DEFAULT
                    .blockSize(6)
                    .vocabSize(11)
                    .nLayer(2)
                    .width(2, 8)
                    .dropout(0.2)
                    .gelu("tanh")),
            tokens));
    var bert =
        new BertModel(
            BertConfig.BASE.vocabSize(13).layers(2).width(2, 8, 12).maxPositions(7).dropout(0.2));
    Tensor mask = Tensors.of(new int[] {1, 1, 1, 0, 1, 1, 1, 1}, 2, 4);
    Tensor types = Tensors.of(new int[] {0, 0, 1, 1, 0, 1, 1, 1}, 2, 4);
    all.add(
        new Sample(
            "BertModel",
            bert,
            // Without 0, the padding, whose vector has no gradient.
            tokens.add(1),
            x -> {
              BertModel.Output output = bert.apply(x, mask, types);
              return joined(output.lastHiddenState(), output.poolerOutput());
            }));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theGradientAlongADirectionIsThatOfDifferences(Sample sample) {
    sample.model().train();
    check(sample);
    sample.model().eval();
    check(sample);
  }

  private static void check(Sample sample) {
    Random.seed(5);
    Map<String, Tensor> from = new LinkedHashMap<>();
    Map<String, Tensor> directions = new LinkedHashMap<>();
    sample
        .model()
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              from.put(name, parameter.value().detach());
              directions.put(name, direction(parameter));
            });
    Tensor ofInput = sample.x().dtype().isFloat() ? direction(sample.x()) : null;
    CHECK.check(
        sample.name() + (sample.model().training() ? " in training" : " in evaluation"),
        step -> {
          // What is drawn must be the same in each call.
          Random.seed(3);
          var moved = new LinkedHashMap<String, Tensor>();
          from.forEach((name, value) -> moved.put(name, directions.get(name).mul(step).add(value)));
          Tensor x = ofInput == null ? sample.x() : ofInput.mul(step).add(sample.x());
          Tensor y = sample.model().functionalCall(moved, () -> sample.call().apply(x)).flatten();
          return y.mul(weights(y.size())).sum();
        },
        Scope.withDType(DType.F64, () -> Tensors.zeros(1)));
  }

  /** Of length one for each parameter, however large it is. */
  private static Tensor direction(Tensor like) {
    Tensor d = Scope.withDType(DType.F64, () -> Tensors.randnLike(like));
    return d.div(Math.sqrt(like.size())).realize();
  }

  private static Tensor weights(long size) {
    double[] weights = LongStream.rangeClosed(1, size).mapToDouble(Math::sin).toArray();
    return Scope.withDType(DType.F64, () -> Tensors.of(weights));
  }

  /** A model or a block of one that no sample calls fails here, and so does a reason for one that has a sample. */
  @Test
  void everyModelHasASample() {
    Set<String> missing = new TreeSet<>(ModuleClasses.all(true));
    for (Sample sample : samples()) {
      sample.model().modules().forEach(module -> missing.remove(module.getClass().getName()));
    }
    assertThat(missing).isEqualTo(WITHOUT.keySet());
  }
}
