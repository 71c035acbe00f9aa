package dev.adjoint;

import static dev.adjoint.MeaningNumbers.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Pooling, padding and windows give what PyTorch 2.10 gives, whose numbers these are. */
class WindowMeaningTest {
  private static final float NAN = Float.NaN;
  private static final float LOW = Float.NEGATIVE_INFINITY;

  private static int[] ints(int... values) {
    return values;
  }

  private static void assertValues(Tensor actual, Shape shape, double... expected) {
    assertEquals(shape, actual.shape());
    double[] rounded = new double[expected.length];
    for (int i = 0; i < expected.length; i++) {
      rounded[i] = (float) expected[i];
    }
    assertArrayEquals(rounded, actual.toDoubles(), 1e-6);
  }

  @Test
  void theFirstLargestValueIsFoundAndTheLastNan() {
    Tensor x =
        Tensors.of(new float[] {1, 1, 2, 0, 2, 3, NAN, NAN, 3, 3, LOW, LOW, 0, 5, LOW}, 1, 3, 5);
    ValuesAndIndices pooled = x.maxPool2dWithIndices(2, 2, 1, 1, true);
    assertValues(pooled.values(), Shape.of(1, 2, 3), 1, 2, 2, 3, NAN, 5);
    assertArrayEquals(new long[] {0, 2, 4, 5, 7, 13}, pooled.indices().toLongs());
    assertValues(x.maxPool2d(2, 1), Shape.of(1, 2, 4), NAN, NAN, NAN, 3, NAN, NAN, NAN, 5);
  }

  @Test
  void paddingIsLessThanAllNumbers() {
    Tensor least = Tensors.of(new int[] {Integer.MIN_VALUE, Integer.MIN_VALUE}, 1, 2);
    ValuesAndIndices pooled = least.maxPool1dWithIndices(3, 2, 1, 1, false);
    assertArrayEquals(new int[] {Integer.MIN_VALUE}, pooled.values().toInts());
    assertArrayEquals(new long[] {0}, pooled.indices().toLongs());
  }

  @Test
  void meansCountPaddingOrNot() {
    Tensor x = numbers(1, 3, 4);
    Shape shape = Shape.of(1, 2, 3);
    assertValues(x.avgPool2d(2, 2, 1, true, true), shape, -1, 0.5, 1.5, -0.25, 1.75, -0.75);
    assertValues(x.avgPool2d(2, 2, 1, true, false), shape, -4, 1, 6, -0.5, 1.75, -1.5);
    assertValues(
        x.avgPool2d(ints(2, 2), ints(2, 2), ints(1, 1), true, false, 3),
        shape,
        -4 / 3.0,
        2 / 3.0,
        2,
        -1 / 3.0,
        7 / 3.0,
        -1);
  }

  @Test
  void partsOverlapWhereTheyDoNotDivide() {
    Tensor x = numbers(1, 3, 5);
    Shape shape = Shape.of(1, 2, 3);
    assertValues(x.adaptiveAvgPool2d(2, 3), shape, 0.5, 11 / 6.0, 2.25, -0.25, 1 / 6.0, 1.5);
    ValuesAndIndices largest = x.adaptiveMaxPool2dWithIndices(2, 3);
    assertValues(largest.values(), shape, 5, 6, 6, 5, 5, 6);
    assertArrayEquals(new long[] {6, 3, 3, 6, 6, 14}, largest.indices().toLongs());
    ValuesAndIndices solid = x.unsqueeze(0).adaptiveMaxPool3dWithIndices(1, 2, 3);
    assertArrayEquals(largest.values().toFloats(), solid.values().toFloats());
    assertArrayEquals(largest.indices().toLongs(), solid.indices().toLongs());
  }

  @Test
  void convolutionsTransposedAndOfTheSameSize() {
    assertValues(
        numbers(1, 2, 3).convTranspose1d(numbers(2, 1, 3), null, 2, 1, 1, 1, 2),
        Shape.of(1, 1, 8),
        0,
        0,
        0,
        -3,
        0,
        -14,
        0,
        5);
    assertValues(
        numbers(1, 1, 5).conv1d(numbers(1, 1, 4), null, 1, "same", 1, 1),
        Shape.of(1, 1, 5),
        -21,
        62,
        -9,
        20,
        -18);
  }

  @Test
  void edgesAreMirroredRepeatedOrWrapped() {
    Tensor x = numbers(1, 2, 3);
    int[] sizes = {2, -1, 1, 1};
    Shape shape = Shape.of(1, 4, 4);
    assertValues(
        x.pad(sizes, "reflect"), shape, -2, 2, 6, 2, -1, 3, -4, 3, -2, 2, 6, 2, -1, 3, -4, 3);
    assertValues(
        x.pad(sizes, "replicate"), shape, -4, -4, -4, 3, -4, -4, -4, 3, 6, 6, 6, 2, 6, 6, 6, 2);
    assertValues(
        x.pad(sizes, "circular"), shape, 6, 2, 6, 2, -4, 3, -4, 3, 6, 2, 6, 2, -4, 3, -4, 3);
  }

  @Test
  void windowsBecomeColumnsAndColumnsWindows() {
    assertValues(
        numbers(1, 1, 2, 3).unfold(ints(2, 2), ints(1, 1), ints(0, 1), ints(1, 2)),
        Shape.of(1, 4, 2),
        0,
        3,
        -4,
        -1,
        0,
        2,
        6,
        -2);
    assertValues(
        numbers(1, 4, 4).fold(ints(3, 3), 2, 1, 0, 1),
        Shape.of(1, 1, 3, 3),
        -4,
        5,
        -2,
        -4,
        18,
        0,
        0,
        2,
        2);
  }

  @Test
  void channelsBecomePlacesAndPlacesChannels() {
    double[] expected = {-4, -1, 3, 6, 2, 5, -2, 1};
    assertValues(numbers(4, 1, 2).pixelShuffle(2), Shape.of(1, 2, 4), expected);
    assertValues(numbers(1, 2, 4).pixelUnshuffle(2), Shape.of(4, 1, 2), expected);
  }

  /** From the documentation of {@code torch.nn.ChannelShuffle}. */
  @Test
  void shuffledChannelsAreTakenInTurnFromEachGroup() {
    Tensor x = Tensors.arange(16).add(1).to(DType.F32).reshape(1, 4, 2, 2);
    float[] first = {1, 2, 3, 4, 9, 10, 11, 12, 5, 6, 7, 8, 13, 14, 15, 16};
    assertArrayEquals(first, x.channelShuffle(2).toFloats());
  }

  @Test
  void stridesCountElementsInRowMajorOrder() {
    Tensor x = numbers(3, 4);
    assertValues(x.asStrided(ints(2, 3), ints(1, 2), 3), Shape.of(2, 3), 6, -2, 1, 2, 5, -3);
    assertValues(
        x.requiresGrad().asStrided(ints(2, 3), ints(1, 2), 3), Shape.of(2, 3), 6, -2, 1, 2, 5, -3);
    assertEquals(Shape.of(0, 2), x.asStrided(ints(0, 2), ints(1, 1), 0).shape());
  }

  /** From the documentation of NumPy. */
  @Test
  void slidingWindowsAreThoseOfNumpy() {
    Tensor x = Tensors.of(new int[] {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23}, 3, 4);
    Tensor windows = x.slidingWindow(2, 2);
    assertEquals(Shape.of(2, 3, 2, 2), windows.shape());
    assertArrayEquals(ints(0, 1, 10, 11), windows.get(0, 0).toInts());
    assertArrayEquals(ints(12, 13, 22, 23), windows.get(1, 2).toInts());
    assertEquals(Shape.of(3, 3, 2), x.slidingWindow(ints(2), ints(-1)).shape());
  }
}
