package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Plans;
import dev.adjoint.Precision;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Convolutions on devices that have the emulated cuDNN, against those of the processor, with the calls of the library counted: so
 * it is known which way was taken.
 */
class CudnnTest {
  private static final String FORWARD = "cudnnConvolutionForward";
  private static final String BIASED = "cudnnConvolutionBiasActivationForward";
  private static final String WEIGHT_GRADIENT = "cudnnConvolutionBackwardFilter";

  /** A bound on rounding in f32 for sums of a few hundred numbers about 1. */
  private static final float TOLERANCE = 1e-4f;

  private EmulatedDriver driver;

  @BeforeEach
  void listen() {
    driver = new EmulatedDriver();
  }

  @AfterEach
  void heal() {
    Emulator.failBy(_ -> 0);
    Emulator.needed().refuse(0);
  }

  private static Device device() {
    return CudaDevices.emulated(EmulatedProvider.CONVOLUTIONS);
  }

  /** A convolution of given shapes and options. */
  private record Case(
      String name, int[] x, int[] w, int[] stride, int[] padding, int[] dilation, int groups) {
    Tensor of(Tensor x, Tensor w) {
      return switch (stride.length) {
        case 1 -> x.conv1d(w, null, stride[0], padding[0], dilation[0], groups);
        case 2 -> x.conv2d(w, null, stride, padding, dilation, groups);
        default -> x.conv3d(w, null, stride, padding, dilation, groups);
      };
    }
  }

  private static int[] is(int... numbers) {
    return numbers;
  }

  private static Stream<Case> cases() {
    int[] one = {1, 1};
    int[] two = {2, 2};
    int[] none = {0, 0};
    return Stream.of(
        new Case("padding", is(4, 16, 18, 20), is(16, 16, 3, 3), one, one, one, 1),
        new Case("no padding", is(4, 16, 20, 20), is(16, 16, 3, 3), one, none, one, 1),
        new Case("an image", is(1, 16, 40, 20), is(24, 16, 3, 3), one, one, one, 1),
        new Case("one channel", is(8, 1, 40, 36), is(32, 1, 5, 5), one, two, one, 1),
        new Case("one output", is(8, 32, 40, 36), is(1, 32, 5, 5), one, two, one, 1),
        new Case("stride", is(8, 16, 34, 32), is(32, 16, 3, 3), two, one, one, 1),
        new Case(
            "stride and other sizes", is(8, 16, 50, 42), is(32, 16, 3, 2), is(2, 1), none, one, 1),
        new Case("dilation", is(4, 16, 21, 24), is(16, 16, 3, 3), one, two, two, 1),
        new Case("stride and dilation", is(8, 16, 32, 40), is(32, 16, 3, 3), two, two, two, 1),
        new Case("groups", is(8, 24, 24, 25), is(24, 8, 3, 3), one, one, one, 3),
        new Case("groups of an image", is(1, 24, 60, 65), is(24, 8, 3, 3), one, one, one, 3),
        new Case("groups of one channel", is(8, 8, 50, 52), is(32, 1, 3, 3), one, one, one, 8),
        new Case("rows of windows", is(8, 16, 24, 25), is(32, 16, 1, 3), one, is(0, 1), one, 1),
        new Case("columns of windows", is(8, 16, 24, 25), is(32, 16, 3, 1), one, is(1, 0), one, 1),
        new Case("long strides", is(8, 16, 51, 52), is(64, 16, 3, 1), two, none, one, 1),
        new Case("one axis", is(8, 16, 300), is(32, 16, 5), is(1), is(2), is(1), 1),
        new Case("one axis with steps", is(8, 16, 900), is(32, 16, 5), is(2), is(4), is(2), 1),
        new Case(
            "three axes",
            is(2, 8, 9, 10, 11),
            is(16, 8, 3, 3, 3),
            is(1, 1, 1),
            is(1, 1, 1),
            is(1, 1, 1),
            1),
        new Case(
            "three axes with steps",
            is(2, 8, 17, 20, 21),
            is(24, 4, 3, 3, 3),
            is(2, 1, 2),
            is(1, 0, 1),
            is(1, 2, 1),
            2));
  }

  private static Tensor numbers(int seed, DType type, int... shape) {
    return new Random(seed).randn(shape).to(type).realize();
  }

  /** A convolution of 4 images of some width, without a bias; another width is another plan. */
  private static Tensor convolution(int width) {
    return numbers(1, DType.F32, 4, 16, 18, width)
        .conv2d(numbers(2, DType.F32, 16, 16, 3, 3), null, 1, 1);
  }

  private int calls(String function) {
    return Collections.frequency(driver.calls, function);
  }

  private static void mustBeClose(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 1;
    for (double x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .describedAs("element %d: %s for %s", i, actual[i], expected[i])
          .isLessThan(TOLERANCE * largest);
    }
  }

  private static double[] on(Device device, Supplier<Tensor> f) {
    return Scope.on(device, () -> f.get().to(DType.F64).realize()).toDoubles();
  }

  /** Computes on the device and on the processor; the device must call the library as often as is said. */
  private void compare(int forward, int gradients, Supplier<Tensor> f) {
    compare(device(), forward, gradients, f);
  }

  private void compare(Device device, int forward, int gradients, Supplier<Tensor> f) {
    driver.calls.clear();
    double[] actual = on(device, f);
    assertThat(calls(FORWARD)).describedAs(FORWARD).isEqualTo(forward);
    assertThat(calls(WEIGHT_GRADIENT)).describedAs(WEIGHT_GRADIENT).isEqualTo(gradients);
    mustBeClose(actual, on(Device.cpu(), f));
  }

  @TestFactory
  Stream<DynamicTest> outputs() {
    return cases()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () ->
                        compare(
                            1,
                            0,
                            () -> c.of(numbers(1, DType.F32, c.x), numbers(2, DType.F32, c.w)))));
  }

  /** The gradient of the weight, of convolutions whose output gradient lies in memory image by image, or as a copy of it. */
  @TestFactory
  Stream<DynamicTest> weightGradients() {
    return cases()
        // Its windows have fewer elements than the image, so they are copied for a product.
        .filter(c -> !c.name.equals("long strides"))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name,
                    () ->
                        compare(
                            CudaDevices.emulated(EmulatedProvider.LIBRARIES),
                            0,
                            1,
                            () -> gradient(c, true))));
  }

  /**
   * The gradient of the image: a convolution again, if windows are neighbours, and the weight was stored in its order because it
   * is far smaller than the result.
   */
  @TestFactory
  Stream<DynamicTest> inputGradients() {
    int[] one = {1, 1};
    return Stream.of(
            new Case("padding", is(8, 16, 18, 20), is(16, 16, 3, 3), one, one, one, 1),
            new Case("no padding", is(8, 16, 20, 20), is(16, 16, 3, 3), one, is(0, 0), one, 1),
            new Case("groups", is(8, 24, 24, 25), is(24, 8, 3, 3), one, one, one, 3))
        .map(c -> DynamicTest.dynamicTest(c.name, () -> compare(1, 0, () -> gradient(c, false))));
  }

  private static Tensor gradient(Case c, boolean ofWeight) {
    var x = new Parameter("x", numbers(1, DType.F32, c.x));
    var w = new Parameter("w", numbers(2, DType.F32, c.w));
    Tensor y = c.of(x, w);
    Gradients gradients = y.mul(numbers(3, DType.F32, y.shape().dims())).sum().backward();
    return gradients.of(ofWeight ? w : x);
  }

  @Test
  void whatFollowsIsAKernelOfItsOwn() {
    compare(
        1,
        0,
        () ->
            numbers(1, DType.F32, 4, 16, 18, 20)
                .conv2d(numbers(2, DType.F32, 16, 16, 3, 3), numbers(3, DType.F32, 16), 1, 1)
                .relu());
  }

  /** Computes on the device and on the processor; the library must be called as often as is said. */
  private void compareBiased(int biased, int forward, Supplier<Tensor> f) {
    driver.calls.clear();
    double[] actual = Scope.on(device(), () -> f.get().realize()).toDoubles();
    assertThat(calls(BIASED)).describedAs(BIASED).isEqualTo(biased);
    assertThat(calls(FORWARD)).describedAs(FORWARD).isEqualTo(forward);
    mustBeClose(actual, on(Device.cpu(), f));
  }

  @Test
  void aBiasIsAddedByTheLibrary() {
    compareBiased(
        1,
        0,
        () ->
            numbers(1, DType.F32, 4, 16, 18, 20)
                .conv2d(numbers(2, DType.F32, 24, 16, 3, 3), numbers(3, DType.F32, 24), 1, 1));
    compareBiased(
        1,
        0,
        () ->
            numbers(1, DType.F32, 8, 24, 24, 25)
                .conv2d(numbers(2, DType.F32, 36, 8, 3, 3), numbers(3, DType.F32, 36), 1, 1, 1, 3));
    compareBiased(
        1,
        0,
        () ->
            numbers(1, DType.F32, 2, 8, 9, 10, 11)
                .conv3d(numbers(2, DType.F32, 16, 8, 3, 3, 3), numbers(3, DType.F32, 16), 1, 1));
    compareBiased(
        1,
        0,
        () ->
            numbers(1, DType.F64, 4, 16, 18, 20)
                .conv2d(numbers(2, DType.F64, 16, 16, 3, 3), numbers(3, DType.F64, 16), 1, 1));
    // A scale alone is that of any convolution.
    compareBiased(0, 1, () -> convolution(20).mul(0.5));
  }

  @Test
  void aBiasIsAKernelWhereTheLibraryCannot() {
    Supplier<Tensor> product = () -> convolution(21);
    // One number for each column.
    compareBiased(0, 1, () -> product.get().add(numbers(3, DType.F32, 21)));
    // The convolution itself is wanted too.
    compareBiased(
        0,
        1,
        () -> {
          Tensor y = product.get().keep();
          return y.add(numbers(3, DType.F32, 16, 1, 1));
        });
    Emulator.needed().refuse(1 << 1);
    compareBiased(
        0,
        1,
        () ->
            numbers(1, DType.F32, 4, 16, 18, 23)
                .conv2d(numbers(2, DType.F32, 16, 16, 3, 3), numbers(3, DType.F32, 16), 1, 1));
  }

  @Test
  void viewsAreReadWhereTheyAre() {
    compare(
        1,
        0,
        () ->
            numbers(1, DType.F32, 4, 22, 23, 20)
                .slice(1, 3, 19)
                .slice(2, 2, 22)
                .conv2d(numbers(2, DType.F32, 20, 16, 3, 3).slice(0, 2, 18)));
    compare(
        1,
        0,
        () ->
            numbers(1, DType.F32, 4, 20, 20, 16)
                .permute(0, 3, 1, 2)
                .conv2d(numbers(2, DType.F32, 16, 16, 3, 3)));
  }

  @Test
  void doublesAreConvolved() {
    compare(
        1,
        0,
        () ->
            numbers(1, DType.F64, 4, 16, 18, 20)
                .conv2d(numbers(2, DType.F64, 16, 16, 3, 3), null, 1, 1));
  }

  /** The emulated library rounds factors to TF32 where it may. */
  @Test
  void factorsAreRoundedOnlyWhereThatIsAccepted() {
    Function<Precision, double[]> convolved =
        precision ->
            on(device(), () -> Scope.withPrecision(precision, () -> convolution(20).realize()));
    double[] full = convolved.apply(Precision.F32);
    double[] rounded = convolved.apply(Precision.TF32);
    assertThat(calls(FORWARD)).isEqualTo(2);
    double largest = 0;
    for (int i = 0; i < full.length; i++) {
      largest = Math.max(largest, Math.abs(full[i] - rounded[i]));
    }
    assertThat(largest).isBetween(1e-3, 0.1);
  }

  @Test
  void othersAreProductsOfOurKernel() {
    // Fewer multiplications than two launches are worth.
    compare(
        0,
        0,
        () ->
            numbers(1, DType.F32, 2, 4, 9, 8)
                .conv2d(numbers(2, DType.F32, 4, 4, 3, 3), null, 1, 1));
    // Elements that are widened as they are read.
    compare(
        0,
        0,
        () ->
            numbers(1, DType.F16, 4, 16, 18, 20)
                .conv2d(numbers(2, DType.F16, 16, 16, 3, 3), null, 1, 1));
    // Windows that hardly overlap are taken of an image without the zeros around it.
    compare(
        0,
        0,
        () ->
            numbers(1, DType.F32, 8, 16, 50, 52)
                .conv2d(numbers(2, DType.F32, 32, 16, 3, 1), null, 2, 1));
    // Each channel by itself is no product of matrices.
    compare(
        0,
        0,
        () ->
            numbers(1, DType.F32, 8, 16, 60, 60)
                .conv2d(numbers(2, DType.F32, 16, 1, 3, 3), null, 1, 1, 1, 16));
  }

  @Test
  void anAlgorithmThatIsMissingIsReplaced() {
    Supplier<Tensor> f = () -> convolution(22);
    Emulator.needed().refuse(1 << 1);
    compare(1, 0, f);
    Emulator.needed().refuse(1 << 0 | 1 << 1);
    final int before = Emulator.needed().descriptions();
    compare(0, 0, () -> convolution(24));
    assertThat(Emulator.needed().descriptions()).isEqualTo(before);
  }

  /** A weight that follows its gradient. */
  private static final class Descent {
    final Parameter weight;
    final Tensor x;

    Descent(Device device, int images) {
      weight = Scope.on(device, () -> new Parameter("w", numbers(2, DType.F32, 16, 16, 3, 3)));
      x = Scope.on(device, () -> numbers(1, DType.F32, images, 16, 18, 20));
    }

    float step() {
      Tensor y = x.conv2d(weight, null, 1, 1);
      Tensor loss = y.mul(y).mean();
      weight.set(weight.sub(loss.backward().of(weight).mul(0.01)));
      return (float) loss.item();
    }
  }

  @Test
  void aWarmStepIsOneGraph() {
    Device libraries = CudaDevices.emulated(EmulatedProvider.LIBRARIES);
    var here = new Descent(Device.cpu(), 4);
    var there = new Descent(libraries, 4);
    for (int step = 0; step < 5; step++) {
      driver.calls.clear();
      float expected = Scope.on(Device.cpu(), here::step);
      float actual = Scope.on(libraries, there::step);
      assertThat(actual).isCloseTo(expected, org.assertj.core.data.Percentage.withPercentage(0.01));
      assertThat(calls("cuGraphLaunch")).isEqualTo(step == 0 ? 0 : 1);
      // Later steps start what was captured.
      assertThat(calls(FORWARD)).isEqualTo(step < 2 ? 1 : 0);
      assertThat(calls(WEIGHT_GRADIENT)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aCallThatFailsChangesNothing() {
    Device libraries = CudaDevices.emulated(EmulatedProvider.LIBRARIES);
    for (int steps = 0; steps <= 1; steps++) {
      for (String call : List.of(FORWARD, WEIGHT_GRADIENT)) {
        // Another number of images is another plan.
        int images = 5 + 2 * steps + (call.equals(FORWARD) ? 0 : 1);
        var healthy = new Descent(Device.cpu(), images);
        var failing = new Descent(libraries, images);
        for (int step = 0; step < steps; step++) {
          Scope.on(Device.cpu(), healthy::step);
          Scope.on(libraries, failing::step);
        }
        final float[] before = failing.weight.toFloats();
        Emulator.failBy(name -> name.equals(call) ? EmulatedDriver.CODE : 0);
        assertThatThrownBy(() -> Scope.on(libraries, failing::step))
            .isInstanceOf(CudaException.class)
            .hasMessageContaining(call + ": cuDNN error 5000: the device failed");
        new EmulatedDriver();
        assertThat(failing.weight.toFloats()).containsExactly(before);
        assertThat(Scope.on(libraries, failing::step))
            .isCloseTo(
                Scope.on(Device.cpu(), healthy::step),
                org.assertj.core.data.Percentage.withPercentage(0.01));
      }
    }
  }

  /** With cuBLASLt, factors that are only rearranged are copied; the processor needs something else stored. */
  @Test
  void devicesHaveKernelsOfTheirOwn() {
    Supplier<Tensor> f =
        () ->
            gradient(
                new Case("", is(3, 16, 18, 26), is(16, 16, 3, 3), is(1, 1), is(1, 1), is(1, 1), 1),
                true);
    double[] expected = on(Device.cpu(), f);
    mustBeClose(on(CudaDevices.emulated(EmulatedProvider.PRODUCTS), f), expected);
    mustBeClose(on(CudaDevices.emulated(EmulatedProvider.LIBRARIES), f), expected);
  }

  private static List<String> warnings(Runnable action) {
    var warnings = new ArrayList<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord message) {
            warnings.add(message.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(OptionalLibrary.class.getName());
    logger.addHandler(handler);
    try {
      action.run();
    } finally {
      logger.removeHandler(handler);
    }
    return warnings;
  }

  @Test
  void withoutTheLibraryThereIsOneWarning() {
    Emulator emulator = Emulator.needed();
    var session = new CudaSession(emulator.driver(), 0, emulator.info(0), "cuda:7");
    var missing = OptionalLibrary.cudnn(session, emulator.toolkit());
    List<String> said =
        warnings(
            () -> {
              assertThat(missing.isThere()).isFalse();
              assertThat(missing.isThere()).isFalse();
            });
    assertThat(said)
        .containsExactly(
            "cuda:7: convolutions are products of our kernels: cuDNN is not installed; install it with: "
                + "pip install nvidia-cudnn-cu12");
    var backend =
        new CudaBackend(session, emulator.compiler(emulator.info(0)), null, null, missing);
    assertThat(backend.readsWindows()).isFalse();
    // The padded image is not stored.
    Supplier<Tensor> f = () -> convolution(20);
    Device without = CudaDevices.emulated(0);
    assertThat(Plans.of(Scope.on(without, f)).launches()).isEqualTo(1);
    assertThat(Plans.of(Scope.on(device(), f)).launches()).isEqualTo(2);
  }

  @Test
  void aLibraryWithoutTheFunctionsIsNotUsed() {
    Emulator emulator = Emulator.needed();
    var session = new CudaSession(emulator.driver(), 0, emulator.info(0), "cuda:8");
    Toolkit strange =
        new Toolkit(
            Map.of(),
            Path.of("/nowhere"),
            name ->
                name.equals("libcudnn.so.9")
                    ? new NativeLibrary(name, _ -> Optional.empty())
                    : null,
            RedistJars.onTheClassPath());
    var convolutions = OptionalLibrary.cudnn(session, strange);
    assertThat(warnings(() -> assertThat(convolutions.isThere()).isFalse()))
        .containsExactly(
            "cuda:8: convolutions are products of our kernels: libcudnn.so.9 has no function "
                + "cudnnConvolutionForward; it is too old or too new");
  }
}
