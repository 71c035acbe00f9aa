package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums and products of floats have one order: layout, plan and threads change no bit, and errors stay small. */
class FoldOrderTest {
  private static final int GRAPHS = 40;
  private static final List<String> DEVICES =
      List.of("interpreter", "threads:0", "threads:1", "threads:2", "threads:4");

  /** Numbers from 0 to 1. */
  private static Tensor data(int... dims) {
    var random = new Random(7);
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Tensors.of(values, dims);
  }

  private static double[] on(String device, Supplier<Tensor> computation) {
    return Scope.on(
        Device.of(device),
        () -> {
          return computation.get().toDoubles();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 1023, 1024, 1025, 5000, 100_000})
  void everyDeviceHasTheOrderOfTheDefinition(int n) {
    List<Supplier<Tensor>> folds =
        List.of(
            () -> data(2, n).sum(1),
            () -> data(n, 9).sum(0),
            () -> data(n, 9).sum(),
            () -> data(9, n).realize().t().sum(),
            () -> data(2, n).to(DType.F64).sum(1),
            () -> data(2, n).mul(0.01).add(1).realize().prod(1),
            () -> data(2, n).realize().var(1));
    for (Supplier<Tensor> fold : folds) {
      double[] expected = on("interpreter", fold);
      for (String device : DEVICES) {
        assertArrayEquals(expected, on(device, fold), 0, device + " " + n);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[33, 40]", "[70, 31, 5]", "[2, 17, 64]", "[1100, 3]", "[3, 5, 7, 40]"})
  void layoutsChangeNoBit(String text) {
    Shape shape =
        Shape.of(
            Arrays.stream(text.substring(1, text.length() - 1).split(", "))
                .mapToInt(Integer::parseInt)
                .toArray());
    Tensor x = data(shape.dims()).realize();
    for (int axes = 1; axes < 1 << shape.rank(); axes++) {
      int[] reduced = bits(axes);
      double[] expected = x.sum(reduced).toDoubles();
      for (int layout = 0; layout < RandomSums.LAYOUTS; layout++) {
        Tensor same = RandomSums.laidOut(x, layout);
        assertArrayEquals(
            expected, same.sum(reduced).toDoubles(), 0, shape + " " + axes + " " + layout);
      }
    }
  }

  private static int[] bits(int set) {
    return java.util.stream.IntStream.range(0, Integer.SIZE)
        .filter(i -> (set >> i & 1) != 0)
        .toArray();
  }

  @Test
  void broadcastValuesAreSummedLikeStoredOnes() {
    Tensor row = data(70).realize();
    Tensor column = data(900, 1).realize();
    List<Tensor> all =
        List.of(
            Tensors.full(Shape.of(100_000), 0.1f),
            Tensors.ones(30, 50).mul(0.1f),
            row.expand(900, 70),
            column.expand(900, 70),
            row.add(column));
    for (Tensor x : all) {
      Tensor stored = x.add(0).realize();
      for (int axis = 0; axis < x.shape().rank(); axis++) {
        assertArrayEquals(stored.sum(axis).toDoubles(), x.sum(axis).toDoubles(), 0);
      }
      assertEquals(stored.sum().item(), x.sum().item());
      assertEquals(stored.mul(5).prod().item(), x.mul(5).prod().item());
    }
  }

  @Test
  void randomGraphsHaveTheSameBitsHoweverTheyAreComputed() {
    for (long seed = 0; seed < GRAPHS; seed++) {
      List<double[]> expected = roots(seed, "threads:0", false);
      for (String device : DEVICES) {
        for (boolean disguised : new boolean[] {false, true}) {
          List<double[]> actual = roots(seed, device, disguised);
          for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(
                expected.get(i),
                actual.get(i),
                0,
                "seed "
                    + seed
                    + " on "
                    + device
                    + (disguised ? ", disguised" : "")
                    + ", root "
                    + i);
          }
        }
      }
    }
  }

  private static List<double[]> roots(long seed, String device, boolean disguised) {
    return Scope.on(
        Device.of(device),
        () -> {
          List<Tensor> roots = new RandomSums(seed, disguised).roots();
          Tensor.realize(roots);
          var values = new ArrayList<double[]>();
          roots.forEach(root -> values.add(root.toDoubles()));
          return values;
        });
  }

  @Test
  void errorsOfLongSumsAreSmall() {
    Tensor tenth = Tensors.full(Shape.of(100_000), 0.1f);
    small(new double[] {100_000 * (double) 0.1f}, tenth.sum());
    small(new double[] {100_000 * (double) 0.1f}, tenth.realize().sum());
    small(new double[] {(1 << 24) + 4096}, Tensors.ones((1 << 12) + 1, 1 << 12).sum());
    Tensor wide = data(100_000, 300).realize();
    small(columns(wide), wide.sum(0));
    Tensor prime = data(999_983, 10).realize();
    small(columns(prime), prime.sum(0));
    small(new double[] {Arrays.stream(columns(prime)).sum()}, prime.sum());
    small(new double[] {Arrays.stream(columns(prime)).sum()}, prime.t().sum());
  }

  private static double[] columns(Tensor x) {
    float[] values = x.toFloats();
    int n = x.shape().dim(1);
    double[] sums = new double[n];
    for (int i = 0; i < values.length; i++) {
      sums[i % n] += values[i];
    }
    return sums;
  }

  private static void small(double[] expected, Tensor actual) {
    double[] values = actual.toDoubles();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], values[i], 1e-6 * expected[i]);
    }
  }
}
