package dev.adjoint.schedule;

/**
 * Which element of a node a kernel means: an index along each of some axes whose sizes multiply to the size of the node, in
 * row-major order. Mostly this is one axis, and the index is the number of the element, which reshaping does not change.
 *
 * <p>A condition is a truth value that the kernel computes: where it is false the element is not wanted, and the indices may lie
 * outside of the axes.
 */
final class Element {
  /** The element has no condition. */
  static final int ALWAYS = -1;

  final long[] dims;
  final Affine[] indices;
  final int condition;
  private final Affine number;

  Element(long[] dims, Affine[] indices, int condition) {
    this.dims = dims;
    this.indices = indices;
    this.condition = condition;
    Affine n = indices.length == 0 ? Affine.constant(0) : indices[0];
    for (int d = 1; d < dims.length; d++) {
      n = n.timesPlus(dims[d], indices[d]);
    }
    this.number = n;
  }

  /** The element with a number, in a node of a size. */
  static Element of(Affine number, long size, int condition) {
    return new Element(new long[] {size}, new Affine[] {number}, condition);
  }

  /** The number of the element in row-major order. */
  Affine number() {
    return number;
  }

  /** Whether the element is the one with a number, without a condition. */
  boolean is(Affine other) {
    return condition == ALWAYS && number.equals(other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Element e && condition == e.condition && number.equals(e.number);
  }

  @Override
  public int hashCode() {
    return number.hashCode() * 31 + condition;
  }
}
