package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Op;
import org.junit.jupiter.api.Test;

/** What single views do to elements; chains of them are in {@link ViewChainsTest}. */
class ViewsTest {
  private static final Op TRANSPOSE = new Op.Permute(Axes.of(1, 0));

  private static Affine number(long offset, long... coefficients) {
    return new Affine(offset, coefficients);
  }

  private static Affine through(Views views, Op op, Shape shape, Shape input, Affine number) {
    var element = Element.of(number, shape.size(), Element.ALWAYS);
    Element below = views.through(op, shape, input, element);
    return below == null ? null : below.number();
  }

  @Test
  void anAliasHasTheSameElements() {
    var views = new Views(new int[] {6});
    var element = Element.of(number(0, 1), 6, Element.ALWAYS);
    assertSame(element, views.through(new Op.Reshape(), Shape.of(2, 3), Shape.of(3, 2), element));
  }

  @Test
  void aPermutationExchangesStrides() {
    var views = new Views(new int[] {3, 2});
    assertEquals(
        number(0, 1, 3),
        through(views, TRANSPOSE, Shape.of(3, 2), Shape.of(2, 3), number(0, 2, 1)));
  }

  @Test
  void aRepeatedAxisDoesNotMove() {
    var views = new Views(new int[] {2, 5, 3});
    assertEquals(
        number(0, 3, 0, 1),
        through(views, new Op.Expand(), Shape.of(2, 5, 3), Shape.of(2, 1, 3), number(0, 15, 3, 1)));
  }

  @Test
  void aSliceStartsAndSteps() {
    Op op = new Op.Slice(Axes.of(1, 8), Axes.of(1, -2));
    var views = new Views(new int[] {3, 4});
    assertEquals(
        number(18, 10, -2), through(views, op, Shape.of(3, 4), Shape.of(4, 10), number(0, 4, 1)));
  }

  @Test
  void oneAxisSpansAxesThatMoveAlike() {
    Op op = new Op.Slice(Axes.of(2, 0, 0), Axes.of(1, 1, 1));
    var views = new Views(new int[] {24});
    assertEquals(
        number(24, 1), through(views, op, Shape.of(2, 3, 4), Shape.of(5, 3, 4), number(0, 1)));
  }

  @Test
  void anAxisThatWouldHaveToTurnIsWantedSplit() {
    var views = new Views(new int[] {6});
    assertNull(through(views, TRANSPOSE, Shape.of(3, 2), Shape.of(2, 3), number(0, 1)));
    assertEquals(new Views.Split(0, 2), views.wanted());
    var split = new Views(new int[] {3, 2});
    assertNotNull(through(split, TRANSPOSE, Shape.of(3, 2), Shape.of(2, 3), number(0, 2, 1)));
    assertNull(split.wanted());
  }

  @Test
  void noSplitIsWantedWhereNoneHelps() {
    var views = new Views(new int[] {6});
    assertNull(through(views, TRANSPOSE, Shape.of(4, 3), Shape.of(3, 4), number(0, 2)));
    assertNull(views.wanted());
  }

  @Test
  void aSuccessForgetsTheSplitThatWasWantedBefore() {
    var views = new Views(new int[] {6});
    assertNull(through(views, TRANSPOSE, Shape.of(3, 2), Shape.of(2, 3), number(0, 1)));
    assertNotNull(views.wanted());
    assertNotNull(through(views, new Op.Expand(), Shape.of(6, 2), Shape.of(6, 1), number(0, 2)));
    assertNull(views.wanted());
  }

  @Test
  void computedValuesHaveAxesThatAreNeverSplit() {
    var views = new Views(new int[] {4});
    assertEquals(1, views.axes());
    Affine value = views.valueAxis(6);
    assertEquals(2, views.axes());
    assertEquals(number(0, 0, 1), value);
    assertNull(through(views, TRANSPOSE, Shape.of(3, 2), Shape.of(2, 3), value));
    assertNull(views.wanted());
    Affine second = views.valueAxis(2);
    Affine both = value.timesPlus(-2, second).plus(1);
    assertEquals(-9, views.least(both));
    assertEquals(2, views.most(both));
  }

  @Test
  void guardedIndicesMayLieOutside() {
    // As under a pad of one on each side of the second axis: its index runs from -1 to 4.
    var views = new Views(new int[] {2, 6});
    Affine[] indices = {number(0, 1, 0), number(-1, 0, 1)};
    Element guarded = views.element(new long[] {2, 4}, indices, 7);
    assertEquals(2, guarded.dims.length);
    Element turned = views.through(TRANSPOSE, Shape.of(2, 4), Shape.of(4, 2), guarded);
    assertNotNull(turned);
    assertEquals(7, turned.condition);
    assertArrayEquals(new long[] {4, 2}, turned.dims);
    assertEquals(number(-2, 1, 2), turned.number());
    Op reverse = new Op.Slice(Axes.of(0, 3), Axes.of(1, -1));
    Element reversed = views.through(reverse, Shape.of(2, 4), Shape.of(2, 4), guarded);
    assertNotNull(reversed);
    assertEquals(number(4, 4, -1), reversed.number());
  }

  @Test
  void guardedIndicesAreNotTakenApart() {
    var views = new Views(new int[] {6});
    var guarded = Element.of(number(-1, 1), 4, 3);
    assertNull(views.indices(guarded, new long[] {2, 2}));
    var inside = Element.of(number(0, 1), 6, 3);
    assertNotNull(views.indices(inside, new long[] {1, 6, 1}));
  }

  @Test
  void indicesWithinTheirAxesBecomeOneNumber() {
    var views = new Views(new int[] {2, 4});
    Affine[] indices = {number(0, 1, 0), number(0, 0, 1)};
    Element element = views.element(new long[] {2, 4}, indices, Element.ALWAYS);
    assertArrayEquals(new long[] {8}, element.dims);
    assertEquals(number(0, 4, 1), element.number());
  }

  @Test
  void indicesMoveBetweenAxes() {
    var views = new Views(new int[] {2, 3, 4});
    var element = Element.of(number(0, 12, 4, 1), 24, Element.ALWAYS);
    assertArrayEquals(
        new Affine[] {number(0, 1), number(0), number(0, 0, 4, 1)},
        views.indices(element, new long[] {2, 1, 12}));
    assertArrayEquals(
        new Affine[] {number(0, 3, 1), number(0, 0, 0, 1)},
        views.indices(element, new long[] {6, 4}));
  }

  @Test
  void aScalarHasNoIndices() {
    var views = new Views(new int[] {});
    var element = Element.of(Affine.constant(0), 1, Element.ALWAYS);
    Affine[] none = views.indices(element, new long[] {});
    assertNotNull(none);
    assertEquals(0, none.length);
    assertEquals(Affine.constant(0), views.element(new long[] {}, none, Element.ALWAYS).number());
  }
}
