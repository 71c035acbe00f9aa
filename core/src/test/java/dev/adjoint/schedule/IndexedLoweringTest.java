package dev.adjoint.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Plans;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Padding, joining and gathering inside one kernel, at the edges of what a kernel asks for. */
class IndexedLoweringTest {
  private final Tensor a = Tensors.of(new float[] {1, 2, 3}).realize();
  private final Tensor b = Tensors.of(new float[] {4, 5}).realize();

  private static float[] computed(Tensor x) {
    assertThat(Plans.of(x).launches()).isEqualTo(1);
    return x.toFloats();
  }

  @Test
  void nothingButPadding() {
    Tensor padded = Tensors.cat(0, a, b).pad(new int[] {2, 0}, "constant", 7);
    assertThat(computed(padded.narrow(0, 0, 2).add(1))).containsExactly(8, 8);
  }

  @Test
  void onePartOfAJoin() {
    Tensor joined = Tensors.cat(0, a, b, a);
    assertThat(computed(joined.narrow(0, 3, 2).mul(2))).containsExactly(8, 10);
    assertThat(computed(joined.narrow(0, 2, 4).neg())).containsExactly(-3, -4, -5, -1);
  }

  @Test
  void paddingOfPadding() {
    Tensor twice =
        a.pad(new int[] {1, 1}, "constant", 8).mul(2).pad(new int[] {1, 0}, "constant", 9);
    assertThat(computed(twice.add(0.5))).containsExactly(9.5f, 16.5f, 2.5f, 4.5f, 6.5f, 16.5f);
  }

  @Test
  void positionsInThePaddingAreNotLookedUp() {
    // The padding of the positions is out of range, and the padding of the result hides it.
    Tensor positions = Tensors.of(new int[] {2, 0}).pad(new int[] {1, 1}, "constant", -5);
    Tensor taken = a.gather(0, positions.narrow(0, 1, 2)).pad(1, 1);
    assertThat(computed(taken.add(1))).containsExactly(1, 4, 2, 1);
    Tensor wrong = a.gather(0, positions.add(0));
    assertThatThrownBy(wrong::toFloats)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith("gather: index -5 is out of range for axis 0 of size 3");
  }

  @Test
  void lookupsOfLookups() {
    Tensor order = Tensors.of(new int[] {2, 1, 0}).realize();
    Tensor turned = a.gather(0, order.gather(0, order.gather(0, order)));
    assertThat(computed(turned.add(0))).containsExactly(3, 2, 1);
  }

  /** Whether each launch checks positions. */
  private static List<Boolean> checks(Tensor x) {
    Walk walk = Walk.from(List.of(x.node()));
    return Planner.plan(Device.cpu(), walk, List.of(), false).steps.stream()
        .map(Step::canFail)
        .toList();
  }

  @Test
  void positionsInAnOrderNeedNoCheck() {
    Tensor x = Tensors.of(new float[][] {{3, 1, 2}, {6, 5, 4}}).realize();
    assertThat(checks(x.sort(1).values())).containsExactly(false, false);
    assertThat(checks(x.topk(2).values().t().mul(2))).containsExactly(false, false);
    Tensor order = x.argsort(0);
    assertThat(checks(x.gather(0, order.flip(1)))).containsExactly(false, false);
    // They are positions along an axis of size 3, and may be too large for another.
    assertThat(checks(x.gather(0, x.argsort(1)))).containsExactly(false, true);
    assertThat(checks(x.gather(0, order.add(1)))).containsExactly(false, true);
    assertThat(checks(x.gather(0, order.to(DType.I8).to(DType.I64)))).containsExactly(false, true);
    order.realize();
    assertThat(checks(x.gather(0, order))).containsExactly(true);
  }

  @Test
  void windowsOfWhatIsJoinedAndPadded() {
    Tensor windows = Tensors.cat(0, a, b).pad(1, 1).unfold(0, 3, 2);
    assertThat(computed(windows.sum(1))).containsExactly(3, 9, 9);
  }
}
