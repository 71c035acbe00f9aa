package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.LibtorchFile.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** The layers of libtorch-layers.txt, with inputs and what libtorch computes. */
final class LayerSamples {
  private LayerSamples() {}

  /** A layer whose state has been filled as an entry says: its operands are the inputs, and then the state. */
  record Sample(Entry entry, Module layer) {
    String name() {
      return entry.name();
    }

    List<Tensor> inputs() {
      return entry.operands().subList(0, entry.operands().size() - layer.state().size());
    }

    /** The output of the layer for other inputs. */
    Tensor call(List<Tensor> x) {
      return switch (layer) {
        case CosineSimilarity l -> l.apply(x.get(0), x.get(1));
        case PairwiseDistance l -> l.apply(x.get(0), x.get(1));
        case Bilinear l -> l.apply(x.get(0), x.get(1));
        case EmbeddingBag l when name().endsWith("of a matrix") ->
            l.apply(x.get(0), null, x.get(1));
        case EmbeddingBag l when x.size() == 2 -> l.apply(x.get(0), x.get(1));
        case EmbeddingBag l when x.size() == 3 -> l.apply(x.get(0), x.get(1), x.get(2));
        case ConvTranspose2d l when name().endsWith("of a size") -> l.apply(x.getFirst(), 6);
        default -> layer.apply(x.getFirst());
      };
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static List<Sample> all() {
    return Scope.withDType(DType.F64, LayerSamples::read);
  }

  private static List<Sample> read() {
    Map<String, Supplier<Module>> layers = layers();
    var samples = new ArrayList<Sample>();
    for (Entry entry : LibtorchFile.read("libtorch-layers.txt")) {
      Module layer = Objects.requireNonNull(layers.remove(entry.name()), entry.name()).get();
      if (entry.name().endsWith(" evaluated")) {
        layer.eval();
      }
      fill(layer, entry.operands());
      samples.add(new Sample(entry, layer));
    }
    if (!layers.isEmpty()) {
      throw new AssertionError("not in libtorch-layers.txt: " + layers.keySet());
    }
    return samples;
  }

  /** Gives the state of a layer the last ones of some operands. */
  static void fill(Module layer, List<Tensor> operands) {
    int i = operands.size() - layer.state().size();
    for (var variable : layer.state().values()) {
      variable.set(operands.get(i++));
    }
    Tensor.realize(List.of());
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static Map<String, Supplier<Module>> layers() {
    var all = new LinkedHashMap<String, Supplier<Module>>();
    convolutions(all);
    pooling(all);
    normalisations(all);
    others(all);
    paddings(all);
    activations(all);
    parametrized(all);
    all.put("Dropout evaluated", Dropout::new);
    all.put("Dropout1d evaluated", Dropout1d::new);
    all.put("Dropout2d evaluated", Dropout2d::new);
    all.put("Dropout3d evaluated", Dropout3d::new);
    all.put("AlphaDropout evaluated", AlphaDropout::new);
    all.put("FeatureAlphaDropout evaluated", FeatureAlphaDropout::new);
    return all;
  }

  private static void convolutions(Map<String, Supplier<Module>> all) {
    ConvOptions conv = ConvOptions.DEFAULT;
    ConvTransposeOptions transposed = ConvTransposeOptions.DEFAULT;
    all.put("Conv1d", () -> new Conv1d(2, 3, 3));
    all.put(
        "Conv1d with options",
        () -> new Conv1d(4, 4, 3, conv.stride(2).padding(2).dilation(2).groups(2)));
    all.put("Conv1d circular", () -> new Conv1d(2, 2, 3, conv.padding(2).paddingMode("circular")));
    all.put("Conv2d", () -> new Conv2d(2, 3, 3));
    all.put("Conv2d of one", () -> new Conv2d(2, 3, 2));
    all.put("Conv2d strided", () -> new Conv2d(2, 2, 3, 2, 1));
    all.put(
        "Conv2d with options",
        () ->
            new Conv2d(
                4,
                2,
                ints(3, 2),
                conv.stride(2, 1).padding(1, 0).dilation(1, 2).groups(2).bias(false)));
    all.put("Conv2d same", () -> new Conv2d(2, 2, ints(3, 2), conv.padding("same").dilation(1, 2)));
    all.put("Conv2d valid", () -> new Conv2d(2, 2, ints(3, 2), conv.padding("valid")));
    all.put(
        "Conv2d reflect same",
        () -> new Conv2d(2, 2, ints(3, 4), conv.padding("same").paddingMode("reflect")));
    all.put(
        "Conv2d replicate", () -> new Conv2d(2, 2, 3, conv.padding(1, 2).paddingMode("replicate")));
    all.put("Conv3d", () -> new Conv3d(2, 2, 2));
    all.put(
        "Conv3d with options",
        () ->
            new Conv3d(
                2,
                2,
                ints(2, 3, 1),
                conv.stride(1, 2, 1).padding(1, 1, 0).dilation(1, 1, 2).groups(2)));
    all.put("ConvTranspose1d", () -> new ConvTranspose1d(2, 3, 3));
    all.put(
        "ConvTranspose1d with options",
        () ->
            new ConvTranspose1d(
                4, 2, 3, transposed.stride(3).padding(1).outputPadding(2).groups(2).dilation(2)));
    all.put("ConvTranspose2d", () -> new ConvTranspose2d(2, 2, 2));
    all.put(
        "ConvTranspose2d with options",
        () ->
            new ConvTranspose2d(
                2,
                3,
                ints(3, 2),
                transposed
                    .stride(2, 1)
                    .padding(1, 0)
                    .outputPadding(1, 0)
                    .dilation(1, 2)
                    .bias(false)));
    all.put("ConvTranspose2d of a size", () -> new ConvTranspose2d(2, 1, 3, 2, 1));
    all.put("ConvTranspose3d", () -> new ConvTranspose3d(2, 2, 2, 2, 1));
  }

  private static void pooling(Map<String, Supplier<Module>> all) {
    all.put("MaxPool1d", () -> new MaxPool1d(2));
    all.put("MaxPool1d with options", () -> new MaxPool1d(3, 2, 1, 2, true));
    all.put("MaxPool2d", () -> new MaxPool2d(2));
    all.put(
        "MaxPool2d with options",
        () -> new MaxPool2d(ints(3, 2), ints(2, 3), ints(1, 0), ints(1, 2), true));
    all.put("MaxPool3d", () -> new MaxPool3d(2, 2, 1));
    all.put("AvgPool1d", () -> new AvgPool1d(3, 2, 1));
    all.put("AvgPool1d with options", () -> new AvgPool1d(3, 2, 1, true, false));
    all.put("AvgPool2d", () -> new AvgPool2d(2));
    all.put(
        "AvgPool2d with options",
        () -> new AvgPool2d(ints(3, 2), ints(2, 3), ints(1, 0), true, false, null));
    all.put(
        "AvgPool2d with a divisor", () -> new AvgPool2d(ints(2), ints(2), ints(0), false, true, 3));
    all.put("AvgPool3d", () -> new AvgPool3d(2, 2, 1));
    all.put("LPPool1d", () -> new LPPool1d(2, 3, 2, true));
    all.put("LPPool2d", () -> new LPPool2d(3, 2));
    all.put("LPPool3d", () -> new LPPool3d(2, ints(2, 3, 1), ints(1, 1, 2), false));
    all.put("AdaptiveAvgPool1d", () -> new AdaptiveAvgPool1d(3));
    all.put("AdaptiveAvgPool2d", () -> new AdaptiveAvgPool2d(2, 3));
    all.put("AdaptiveAvgPool3d", () -> new AdaptiveAvgPool3d(2));
    all.put("AdaptiveMaxPool1d", () -> new AdaptiveMaxPool1d(3));
    all.put("AdaptiveMaxPool2d", () -> new AdaptiveMaxPool2d(2, 3));
    all.put("AdaptiveMaxPool3d", () -> new AdaptiveMaxPool3d(2, 2, 3));
  }

  private static void normalisations(Map<String, Supplier<Module>> all) {
    all.put("BatchNorm1d", () -> new BatchNorm1d(3));
    all.put("BatchNorm1d evaluated", () -> new BatchNorm1d(3));
    all.put("BatchNorm2d", () -> new BatchNorm2d(3));
    all.put("BatchNorm2d evaluated", () -> new BatchNorm2d(3));
    all.put("BatchNorm2d not affine", () -> new BatchNorm2d(3, 0.01, 0.1, false, true));
    all.put("BatchNorm2d untracked evaluated", () -> new BatchNorm2d(3, 1e-5, 0.1, true, false));
    all.put("BatchNorm3d", () -> new BatchNorm3d(2));
    all.put("InstanceNorm1d", () -> new InstanceNorm1d(3));
    all.put("InstanceNorm2d affine", () -> new InstanceNorm2d(3, 1e-5, 0.1, true, false));
    all.put("InstanceNorm2d of one", () -> new InstanceNorm2d(3));
    all.put("InstanceNorm2d tracked evaluated", () -> new InstanceNorm2d(3, 1e-5, 0.1, true, true));
    all.put("InstanceNorm3d", () -> new InstanceNorm3d(2));
    all.put("LayerNorm", () -> new LayerNorm(3, 4));
    all.put("LayerNorm without bias", () -> new LayerNorm(ints(4), 0.01, true, false));
    all.put("LayerNorm not affine", () -> new LayerNorm(ints(4), 1e-5, false, true));
    all.put("RMSNorm", () -> new RMSNorm(4));
    all.put("RMSNorm with eps", () -> new RMSNorm(ints(3, 4), 0.01, false));
    all.put("GroupNorm", () -> new GroupNorm(2, 4));
    all.put("GroupNorm not affine", () -> new GroupNorm(4, 4, 0.01, false));
    all.put("LocalResponseNorm", () -> new LocalResponseNorm(3, 0.5, 0.75, 2));
  }

  private static void others(Map<String, Supplier<Module>> all) {
    all.put("Linear", () -> new Linear(4, 3));
    all.put("Linear without bias", () -> new Linear(4, 3, false));
    all.put("Bilinear", () -> new Bilinear(3, 4, 2));
    all.put("Embedding", () -> new Embedding(5, 3));
    all.put("Embedding with padding", () -> new Embedding(5, 3, -2));
    all.put("EmbeddingBag", () -> new EmbeddingBag(5, 3));
    all.put("EmbeddingBag of offsets", () -> new EmbeddingBag(5, 3, "max"));
    all.put("EmbeddingBag with weights", () -> new EmbeddingBag(5, 3, "sum"));
    all.put("EmbeddingBag with weights of a matrix", () -> new EmbeddingBag(5, 3, "sum"));
    all.put("EmbeddingBag with padding", () -> new EmbeddingBag(5, 3, "mean", false, -2));
    all.put("EmbeddingBag with the last offset", () -> new EmbeddingBag(5, 3, "sum", true, null));
    all.put("Flatten", () -> new Flatten(1, 2));
    all.put("Unflatten", () -> new Unflatten(1, 2, 3));
    all.put("PixelShuffle", () -> new PixelShuffle(2));
    all.put("PixelUnshuffle", () -> new PixelUnshuffle(2));
    all.put("ChannelShuffle", () -> new ChannelShuffle(3));
    all.put("Unfold", () -> new Unfold(ints(2, 3), ints(1), ints(1, 0), ints(2, 1)));
    all.put("Fold", () -> new Fold(ints(4, 5), 2));
    all.put("CosineSimilarity", CosineSimilarity::new);
    all.put("PairwiseDistance", PairwiseDistance::new);
    all.put("PairwiseDistance with options", () -> new PairwiseDistance(3, 0.1, true));
    all.put("Upsample nearest", () -> Upsample.scaleFactor(2, 1.5));
    all.put("Upsample bilinear", () -> Upsample.size(5, 4).mode("bilinear").alignCorners(true));
    all.put("Upsample linear", () -> Upsample.scaleFactor(2).mode("linear"));
  }

  private static void parametrized(Map<String, Supplier<Module>> all) {
    all.put("Linear with weight norm", () -> Parametrizations.weightNorm(new Linear(4, 3)));
    all.put(
        "ConvTranspose1d with weight norm",
        () -> Parametrizations.weightNorm(new ConvTranspose1d(2, 3, 2), "weight", 1));
    all.put(
        "Linear with weight norm of all",
        () -> Parametrizations.weightNorm(new Linear(4, 3, false), "weight", null));
    all.put(
        "Linear with spectral norm evaluated",
        () -> Parametrizations.spectralNorm(new Linear(4, 3)));
    all.put(
        "ConvTranspose2d with spectral norm evaluated",
        () -> Parametrizations.spectralNorm(new ConvTranspose2d(2, 3, 2)));
  }

  private static void paddings(Map<String, Supplier<Module>> all) {
    all.put("ZeroPad1d", () -> new ZeroPad1d(1, 2));
    all.put("ZeroPad2d", () -> new ZeroPad2d(1, 2, 0, 1));
    all.put("ZeroPad3d", () -> new ZeroPad3d(1));
    all.put("ConstantPad1d", () -> new ConstantPad1d(ints(2, 1), 3.5));
    all.put("ConstantPad2d", () -> new ConstantPad2d(ints(1, -1, 0, 1), -2));
    all.put("ConstantPad3d", () -> new ConstantPad3d(1, 1));
    all.put("ReflectionPad1d", () -> new ReflectionPad1d(2, 3));
    all.put("ReflectionPad2d", () -> new ReflectionPad2d(1, 2, 2, 1));
    all.put("ReflectionPad3d", () -> new ReflectionPad3d(1));
    all.put("ReplicationPad1d", () -> new ReplicationPad1d(2));
    all.put("ReplicationPad2d", () -> new ReplicationPad2d(1, 2, 0, 3));
    all.put("ReplicationPad3d", () -> new ReplicationPad3d(1));
    all.put("CircularPad1d", () -> new CircularPad1d(2, 1));
    all.put("CircularPad2d", () -> new CircularPad2d(1, 2, 2, 0));
    all.put("CircularPad3d", () -> new CircularPad3d(1));
  }

  private static void activations(Map<String, Supplier<Module>> all) {
    all.put("LeakyReLU", () -> new LeakyReLU(0.2));
    all.put("ELU", () -> new ELU(1.5));
    all.put("CELU", () -> new CELU(1.5));
    all.put("GELU", GELU::new);
    all.put("GELU tanh", () -> new GELU("tanh"));
    all.put("Softplus", () -> new Softplus(2, 0.5));
    all.put("Hardtanh", () -> new Hardtanh(-0.3, 0.6));
    all.put("Hardshrink", () -> new Hardshrink(0.4));
    all.put("Softshrink", () -> new Softshrink(0.4));
    all.put("Threshold", () -> new Threshold(0.1, 20));
    all.put("GLU", () -> new GLU(0));
    all.put("Softmax", () -> new Softmax(0));
    all.put("Softmax2d", Softmax2d::new);
    all.put("LogSoftmax", () -> new LogSoftmax(1));
    all.put("Softmin", () -> new Softmin(1));
    all.put("PReLU", PReLU::new);
    all.put("PReLU per channel", () -> new PReLU(3, 0.25));
    all.put("RReLU evaluated", RReLU::new);
    for (Activation activation :
        List.of(
            Activation.CELU,
            Activation.GLU,
            Activation.HARDSHRINK,
            Activation.SOFTSHRINK,
            Activation.SOFTMIN,
            Activation.TANHSHRINK)) {
      all.put("Activation." + activation.name(), () -> Lambda.of(activation));
    }
  }
}
