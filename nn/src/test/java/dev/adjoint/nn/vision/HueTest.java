package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

/** The hue against its definition by sectors, as {@code colorsys} of Python and torchvision have it. */
class HueTest {
  private static double[] turned(double r, double g, double b, double turn) {
    double v = Math.max(r, Math.max(g, b));
    double least = Math.min(r, Math.min(g, b));
    if (v == least) {
      return new double[] {v, v, v};
    }
    double s = (v - least) / v;
    double rc = (v - r) / (v - least);
    double gc = (v - g) / (v - least);
    double bc = (v - b) / (v - least);
    double h = r == v ? bc - gc : g == v ? 2 + rc - bc : 4 + gc - rc;
    h = h / 6 + turn;
    h -= Math.floor(h);
    int sector = (int) (h * 6);
    double f = h * 6 - sector;
    double p = v * (1 - s);
    double q = v * (1 - s * f);
    double t = v * (1 - s * (1 - f));
    return switch (sector % 6) {
      case 0 -> new double[] {v, t, p};
      case 1 -> new double[] {q, v, p};
      case 2 -> new double[] {p, v, t};
      case 3 -> new double[] {p, q, v};
      case 4 -> new double[] {t, p, v};
      default -> new double[] {v, p, q};
    };
  }

  @Test
  void coloursTurn() {
    int side = 12;
    Tensor x =
        new Random(2).uniform(Shape.of(5, 3, side, side), DType.F64, Devices.current()).realize();
    // Some have two or three equal channels.
    x = Tensors.cat(0, x, x.mul(3).round().div(3)).realize();
    for (double turn : new double[] {0, 0.1, 0.5, -0.27, -0.5}) {
      double[] y = Hue.turned(x, Scope.withDType(DType.F64, () -> Tensors.of(turn))).toDoubles();
      double[] from = x.toDoubles();
      int plane = side * side;
      for (int i = 0; i < x.dim(0); i++) {
        for (int j = 0; j < plane; j++) {
          int at = 3 * i * plane + j;
          double[] e = turned(from[at], from[at + plane], from[at + 2 * plane], turn);
          for (int c = 0; c < 3; c++) {
            assertThat(y[at + c * plane]).isCloseTo(e[c], within(1e-12));
          }
        }
      }
    }
  }

  @Test
  void aJitterTurnsEachImageByItsOwn() {
    Tensor red = Tensors.of(1f, 0, 0).reshape(1, 3, 1, 1).expand(200, 3, 1, 1);
    Tensor y = new ColorJitter(0, 0, 0, 0.25).random(new Random(1)).apply(red).realize();
    // A quarter of the circle on both sides of red ends in the middle of yellow and green, and of
    // magenta and blue.
    double lowest = 0;
    double highest = 0;
    for (int i = 0; i < 200; i++) {
      double r = y.get(i, 0, 0, 0).item();
      double g = y.get(i, 1, 0, 0).item();
      double b = y.get(i, 2, 0, 0).item();
      assertThat(Math.max(r, Math.max(g, b))).isEqualTo(1);
      assertThat(Math.min(g, b)).isZero();
      double turn = g > 0 ? (r == 1 ? g : 2 - r) : -(r == 1 ? b : 2 - r);
      lowest = Math.min(lowest, turn);
      highest = Math.max(highest, turn);
    }
    assertThat(lowest).isBetween(-1.5, -1.4);
    assertThat(highest).isBetween(1.4, 1.5);
    Tensor gray = Tensors.full(Shape.of(2, 1, 3, 3), 0.3);
    assertThat(new ColorJitter(0, 0, 0, 0.5).apply(gray).allEqual(gray)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ColorJitter(0, 0, 0, 0.6))
        .withMessage("colorJitter: the hue must be in [0, 0.5], it is 0.6");
  }
}
