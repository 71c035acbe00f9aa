package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.io.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, shapes and order of states against those of PyTorch's models in states.txt, and published numbers of parameters. */
class StatesTest {
  private static final Map<String, Supplier<Module>> MODELS = new LinkedHashMap<>();
  private static final Map<String, Long> PUBLISHED = new LinkedHashMap<>();

  static {
    GptConfig gpt = GptConfig.DEFAULT.blockSize(16).vocabSize(20).nLayer(2).width(2, 8);
    BertConfig bert = BertConfig.BASE.vocabSize(30).layers(2).width(2, 8, 16).maxPositions(12);
    published("lenet", 61_706, LeNet::new);
    published("lenet_28", 44_426, () -> new LeNet(1, 10, 28));
    published("mnist", 1_199_882, MnistNet::new);
    published("vgg11_bn", 132_868_840, () -> VGG.vgg11Bn(1000));
    published("vgg16", 138_357_544, () -> VGG.vgg16(1000));
    published("vgg19_bn", 143_678_248, () -> VGG.vgg19Bn(1000));
    published("resnet18", 11_689_512, () -> ResNet.resnet18(1000));
    published("resnet34", 21_797_672, () -> ResNet.resnet34(1000));
    published("resnet50", 25_557_032, () -> ResNet.resnet50(1000));
    published("resnet101", 44_549_160, () -> ResNet.resnet101(1000));
    published("resnet152", 60_192_808, () -> ResNet.resnet152(1000));
    published("cifar_resnet20", 269_722, () -> CifarResNet.resnet20(10));
    published("cifar_resnet32", 464_154, () -> CifarResNet.resnet32(10));
    published("cifar_resnet44", 658_586, () -> CifarResNet.resnet44(10));
    published("cifar_resnet56", 853_018, () -> CifarResNet.resnet56(10));
    published("cifar_resnet110", 1_727_962, () -> CifarResNet.resnet110(10));
    published("mobilenet_v2", 3_504_872, () -> new MobileNetV2(1000));
    published("mobilenet_v2_050", 1_968_680, () -> new MobileNetV2(1000, 0.5, 0.2));
    published("unet", 31_037_698, () -> new UNet(3, 2));
    published("gpt2", 124_439_808, () -> new GPT(GptConfig.GPT2));
    published("bert_base", 109_482_240, () -> new BertModel(BertConfig.BASE));
    published("vae", 652_824, VAE::new);
    MODELS.put("unet_bilinear", () -> new UNet(3, 2, true));
    MODELS.put("unet_with_biases", () -> new UNet(3, 2, false, 64, true));
    MODELS.put("gpt", () -> new GPT(gpt));
    MODELS.put("gpt_without_biases", () -> new GPT(gpt.nLayer(1).bias(false)));
    MODELS.put("bert", () -> new BertModel(bert));
    MODELS.put("dcgan_generator", () -> new DCGAN.Generator(100, 64, 3, 64));
    MODELS.put("dcgan_discriminator", () -> new DCGAN.Discriminator(3, 64, 64));
    MODELS.put("lstm_classifier", () -> new LSTMClassifier(10, 4, 5, 3, 2, true, 0.1));
    MODELS.put("seq2seq", () -> new Seq2Seq(7, 8, 6));
  }

  @TempDir Path folder;

  private static void published(String name, long count, Supplier<Module> model) {
    MODELS.put(name, model);
    PUBLISHED.put(name, count);
  }

  private static List<String> models() {
    return List.copyOf(MODELS.keySet());
  }

  /** A model in 16 bits, as large ones would take 600 MB of floats. */
  private static Module small(String name) {
    return Scope.withDType(DType.BF16, MODELS.get(name));
  }

  /** The lines of a model, none if the file does not have it. */
  private static List<String> expected(String name) {
    try (InputStream in = StatesTest.class.getResourceAsStream("states.txt")) {
      var text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      int title = lines.indexOf("[" + name + "]");
      return title < 0
          ? List.of()
          : lines.stream().skip(title + 1).takeWhile(line -> !line.startsWith("[")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each name with its sizes. */
  private static List<String> lines(Map<String, Variable> state) {
    var lines = new ArrayList<String>();
    state.forEach(
        (path, variable) -> {
          var line = new StringBuilder(path);
          Arrays.stream(variable.shape().dims()).forEach(size -> line.append(' ').append(size));
          lines.add(line.toString());
        });
    return lines;
  }

  @ParameterizedTest
  @MethodSource("models")
  void statesAndCountsAreThosePublished(String name) {
    Module model = small(name);
    List<String> state = expected(name);
    assertThat(!state.isEmpty() || PUBLISHED.containsKey(name)).isTrue();
    if (!state.isEmpty()) {
      assertThat(lines(model.state())).containsExactlyElementsOf(state);
    }
    if (PUBLISHED.containsKey(name)) {
      assertThat(model.parameterCount()).isEqualTo(PUBLISHED.get(name));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mnist",
        "cifar_resnet20",
        "gpt_without_biases",
        "bert",
        "dcgan_generator",
        "lstm_classifier",
        "seq2seq"
      })
  void whatIsSavedLoadsStrictly(String name) throws IOException {
    Module model = small(name);
    model
        .state()
        .values()
        .forEach(
            variable -> variable.copyFrom(Tensors.full(variable.shape(), 3, variable.dtype())));
    Path file = folder.resolve(name + ".safetensors");
    ModelFiles.save(model, file);
    Module other = small(name);
    ModelFiles.load(other, file);
    for (Variable variable : other.state().values()) {
      Tensor all = variable.ne(3).toInt().sum();
      assertThat(all.itemLong()).as(variable.name()).isZero();
    }
  }
}
