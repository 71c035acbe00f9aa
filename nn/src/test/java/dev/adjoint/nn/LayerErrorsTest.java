package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Tensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers refuse, at the call that is wrong. */
class LayerErrorsTest {
  private static Arguments[] errors() {
    ConvOptions conv = ConvOptions.DEFAULT;
    return new Arguments[] {
      error("linear: the output size must be positive, not 0", () -> new Linear(3, 0)),
      error("linear: the input size must be positive, not -1", () -> new Linear(-1, 3)),
      error(
          "conv2d: the number of input channels must be positive, not 0",
          () -> new Conv2d(0, 3, 3)),
      error(
          "conv2d: the kernel size [3, 3, 3] must be one number, or 2",
          () -> new Conv2d(1, 3, new int[] {3, 3, 3}, conv)),
      error("conv1d: the stride [0] must be from 1 on", () -> new Conv1d(1, 3, 3, conv.stride(0))),
      error(
          "conv3d: the padding [-1] must be from 0 on",
          () -> new Conv3d(1, 3, 3, conv.padding(-1))),
      error(
          "conv2d: 2 groups do not divide 3 input channels",
          () -> new Conv2d(3, 4, 3, conv.groups(2))),
      error(
          "conv2d: 2 groups do not divide 3 output channels",
          () -> new Conv2d(3, 3, conv.groups(2))),
      error("conv: the number of groups must be positive, not 0", () -> conv.groups(0)),
      error("conv: padding 'full' must be numbers, same or valid", () -> conv.padding("full")),
      error(
          "conv: padding mode 'edge' must be zeros, reflect, replicate or circular",
          () -> conv.paddingMode("edge")),
      error(
          "conv2d: padding same needs stride 1, not [2, 2]",
          () -> new Conv2d(1, 1, 3, conv.padding("same").stride(2))),
      error(
          "conv2d: needs [n, channels, ...] or [channels, ...] with 2 further axes, the input is [2, 3] (in Conv2d)",
          () -> new Conv2d(3, 1, 1).apply(Tensors.ones(2, 3))),
      error(
          "convTranspose2d: size 9 of axis 1 must be from 5 to 6 for input [1, 1, 3, 3] (in ConvTranspose2d)",
          () -> new ConvTranspose2d(1, 1, 3, 2, 1).apply(Tensors.ones(1, 1, 3, 3), 5, 9)),
      error("maxPool2d: the kernel size [0] must be from 1 on", () -> new MaxPool2d(0)),
      error("avgPool1d: the padding [-1] must be from 0 on", () -> new AvgPool1d(2, 2, -1)),
      error("lpPool2d: the norm type must be above 0, not 0.0", () -> new LPPool2d(0, 2)),
      error(
          "adaptiveAvgPool2d: the output size [0] must be from 1 on",
          () -> new AdaptiveAvgPool2d(0)),
      error("embedding: padding 5 is no row of a table of 5", () -> new Embedding(5, 2, 5)),
      error("embedding: padding -6 is no row of a table of 5", () -> new Embedding(5, 2, -6)),
      error(
          "embedding: vectors must be [count, size], not [3]",
          () -> Embedding.fromPretrained(Tensors.ones(3))),
      error(
          "embeddingBag: mode is 'min', it must be sum, mean or max",
          () -> new EmbeddingBag(5, 2, "min")),
      error(
          "pad: padding [1, 2, 3] must be one number, or 4: before and after each of 2 axes",
          () -> new ZeroPad2d(1, 2, 3)),
      error(
          "pad: needs [n, channels, ...] or [channels, ...] with 1 further axes, the input is [3] (in ReflectionPad1d)",
          () -> new ReflectionPad1d(1).apply(Tensors.ones(3))),
      error(
          "dropout3d: needs an input of 5 axes, or one less, not [2, 3] (in Dropout3d)",
          () -> new Dropout3d().apply(Tensors.ones(2, 3))),
      error("dropout: the probability must be in [0, 1], it is -0.1", () -> new Dropout(-0.1)),
      error("hardtanh: 1.0 must be below -1.0", () -> new Hardtanh(1, -1)),
      error("celu: alpha must not be 0", () -> new CELU(0)),
      error("softshrink: lambd must not be negative, it is -1.0", () -> new Softshrink(-1)),
      error("gelu: approximation 'erf' must be none or tanh", () -> new GELU("erf")),
      error("rrelu: lower 2.0 must not be above upper 1.0", () -> new RReLU(2, 1)),
      error(
          "prelu: slopes of shape [2] for 3 channels of [1, 3]: must be one, or a vector with one for each channel (in PReLU)",
          () -> new PReLU(2, 0.1).apply(Tensors.ones(1, 3))),
      error(
          "softmax2d: needs [n, channels, height, width], or without n, not [2, 3] (in Softmax2d)",
          () -> new Softmax2d().apply(Tensors.ones(2, 3))),
      error("upsample: factors [0.0] must be positive", () -> Upsample.scaleFactor(0)),
      error("unflatten: needs the sizes of the new axes", () -> new Unflatten(1)),
      error(
          "forward: CosineSimilarity has no forward(Tensor): call its method with other inputs (in CosineSimilarity)",
          () -> new CosineSimilarity().apply(Tensors.ones(2, 2))),
    };
  }

  private static Arguments error(String message, Runnable call) {
    return Arguments.of(message, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void namesTheLayerTheValuesAndTheRule(String message, Runnable call) {
    var e = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, e.getMessage());
  }
}
