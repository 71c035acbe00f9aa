package dev.adjoint.graph;

import java.util.Arrays;

/** An immutable list of ints with value equality: axes, an order, bounds. */
public final class Axes {
  private final int[] values;

  private Axes(int[] values) {
    this.values = values;
  }

  /** The list of the given values. */
  public static Axes of(int... values) {
    return new Axes(values.clone());
  }

  /** The number of values. */
  public int size() {
    return values.length;
  }

  /** The value at an index. */
  public int get(int i) {
    return values[i];
  }

  /** A fresh copy of the values. */
  public int[] toArray() {
    return values.clone();
  }

  /** Whether a value is in the list. */
  public boolean contains(int value) {
    for (int v : values) {
      if (v == value) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Axes a && Arrays.equals(values, a.values));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
