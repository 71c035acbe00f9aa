package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.OutOfDeviceMemoryException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/**
 * What every device must do with shapes that are far larger than memory, and with empty ones: views of little data give the
 * right elements or an error, and nothing that is read or written lies outside of it. A device's tests extend this.
 */
public abstract class HugeShapesContract {
  /** The device under test. */
  protected abstract Device device();

  /** How many random views are tried. */
  protected abstract int views();

  @Test
  void viewsGiveTheRightElementsOrAnError() {
    int computed = 0;
    for (long seed = 0; seed < views(); seed++) {
      var view = new HugeView(seed, device());
      long which = seed;
      double[] actual = view.result().toDoubles();
      assertArrayEquals(
          view.expected(), actual, () -> "seed " + which + " on " + device() + ": " + view);
      computed += actual.length > 0 ? 1 : 0;
    }
    assertTrue(computed > views() / 2, () -> "most views must have elements");
  }

  @Test
  void bytesThatALongCannotCountAreAnError() {
    rejects(
        "tensor: [1073741824, 1073741824, 4] of f32 has more bytes than a long can count",
        () ->
            Tensors.fromSegment(
                MemorySegment.ofArray(new float[0]), DType.F32, 1 << 30, 1 << 30, 4));
    rejects(
        "shape: [2147483647, 2147483647, 2147483647] has more elements than a long can count",
        () -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    rejects(
        "expand: [2147483647, 2147483647] of f64 has more bytes than a long can count",
        () -> data().sqrt().to(DType.F64).expand(Integer.MAX_VALUE, Integer.MAX_VALUE));
    rejects(
        "cast f64: [2147483647, 1073741824] of f64 has more bytes than a long can count",
        () -> data().sqrt().expand(Integer.MAX_VALUE, 1 << 30).to(DType.F64));
    rejects(
        "matmul: more than 2147483647 products: [65536, 65536, 1, 1] x [65536, 65536, 1, 1]",
        () -> data().expand(1 << 16, 1 << 16, 1, 1).matmul(data().expand(1 << 16, 1 << 16, 1, 1)));
  }

  @Test
  void axesThatAnIntCannotCountAreAnError() {
    Tensor x = data().expand(1 << 20, 1 << 20);
    rejects("flatten: an axis cannot have 1099511627776 elements", () -> x.flatten(0, 1));
    rejects("repeat: an axis cannot have 4294967296 elements", () -> x.repeat(1 << 12, 1));
    rejects("pad: an axis cannot have 2148532223 elements", () -> x.pad(0, Integer.MAX_VALUE));
    rejects(
        "repeatInterleave: an axis cannot have 4294967296 elements",
        () -> x.repeatInterleave(1 << 12, 0));
    Tensor long1 = data().reshape(1).expand(Integer.MAX_VALUE);
    rejects(
        "cat: an axis cannot have 4294967294 elements",
        () -> Tensors.cat(List.of(long1, long1), 0));
    rejects(
        "reshape: [1048576, 1048576] with 1099511627776 elements does not fit [2147483647, 2147483647, 2147483647, 16]",
        () -> x.reshape(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 16));
    assertEquals(2, long1.split(Integer.MAX_VALUE - 1, 0).size());
  }

  @Test
  void whatDoesNotFitIntoMemoryIsAnError() {
    Tensor x = Scope.on(device(), () -> data().expand(1 << 20, 1 << 25).add(1));
    assertThrows(OutOfDeviceMemoryException.class, x::realize);
    rejects("read: 35184372088832 elements do not fit into a Java array", x::toFloats);
  }

  @Test
  void emptyShapesHaveNothingToCount() {
    int n = Integer.MAX_VALUE;
    Tensor empty = Scope.on(device(), () -> Tensors.zeros(n, n, n, 0));
    assertEquals(0, empty.add(1).permute(3, 0, 2, 1).toFloats().length);
    assertEquals(0, empty.sum(2).toFloats().length);
    assertEquals(Shape.of(0), empty.reshape(-1).shape());
  }

  /** All of these tests. */
  final Stream<DynamicTest> all() {
    return Stream.of(
        dynamicTest("views of huge shapes", this::viewsGiveTheRightElementsOrAnError),
        dynamicTest("too many bytes", this::bytesThatALongCannotCountAreAnError),
        dynamicTest("too long axes", this::axesThatAnIntCannotCountAreAnError),
        dynamicTest("too little memory", this::whatDoesNotFitIntoMemoryIsAnError),
        dynamicTest("empty shapes", this::emptyShapesHaveNothingToCount));
  }

  private static Tensor data() {
    return Tensors.ones(1, 1);
  }

  private void rejects(String message, Supplier<?> call) {
    Device device = device();
    var error = assertThrows(IllegalArgumentException.class, () -> Scope.on(device, call::get));
    assertEquals(message, error.getMessage());
  }
}
