package dev.adjoint.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which batch axes of a product are left. */
class BatchAxesTest {
  private static Operand operand(long... coefficients) {
    return new Operand(Access.Kind.READ, DType.F32, 0, new Affine(7, coefficients));
  }

  private static BatchAxes of(int[] sizes, boolean rows, Operand... operands) {
    return BatchAxes.of(sizes, sizes.length - 3, rows, List.of(operands));
  }

  private static String strides(BatchAxes axes) {
    return axes.operands().stream()
        .map(o -> Arrays.toString(o.element().coefficients))
        .toList()
        .toString();
  }

  @Test
  void axesThatOnlyContinueTheRowsBecomeRows() {
    Operand left = operand(36, 12, 4, 0, 1);
    Operand shared = operand(0, 0, 0, 1, 5);
    var axes = of(new int[] {2, 3, 3, 5, 4}, true, left, shared);
    assertThat(axes.sizes()).containsExactly(18, 5, 4);
    assertThat(strides(axes)).isEqualTo("[[4, 0, 1], [0, 1, 5]]");
    assertThat(axes.operands().getFirst().element().offset).isEqualTo(7);
  }

  @Test
  void rowsOfAComputedFactorStayAsTheyAre() {
    Operand left = operand(36, 12, 4, 0, 1);
    Operand shared = operand(0, 0, 0, 1, 5);
    var axes = of(new int[] {2, 3, 3, 5, 4}, false, left, shared);
    assertThat(axes.sizes()).containsExactly(6, 3, 5, 4);
    assertThat(strides(axes)).isEqualTo("[[12, 4, 0, 1], [0, 0, 1, 5]]");
  }

  @Test
  void neighboursJoinWhereAllOperandsPassThemAsOne() {
    Operand left = operand(72, 24, 6, 0, 1);
    Operand right = operand(60, 20, 0, 1, 5);
    var axes = of(new int[] {2, 3, 4, 5, 6}, true, left, right);
    assertThat(axes.sizes()).containsExactly(6, 4, 5, 6);
    assertThat(strides(axes)).isEqualTo("[[24, 6, 0, 1], [20, 0, 1, 5]]");
    var turned = of(new int[] {2, 3, 4, 5, 6}, true, left, operand(20, 40, 0, 1, 5));
    assertThat(turned.sizes()).containsExactly(2, 3, 4, 5, 6);
  }

  @Test
  void axesOfSizeOneAreDropped() {
    var axes =
        of(
            new int[] {1, 3, 1, 4, 5, 6},
            true,
            operand(9, 24, 8, 6, 0, 1),
            operand(0, 20, 3, 0, 1, 5));
    assertThat(axes.sizes()).containsExactly(3, 4, 5, 6);
    assertThat(strides(axes)).isEqualTo("[[24, 6, 0, 1], [20, 0, 1, 5]]");
  }
}
