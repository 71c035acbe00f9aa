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

  /** How many elements axes of some sizes, which are not negative, have; the largest long if a long cannot hold it. */
  public static long product(int... sizes) {
    long elements = 1;
    for (int size : sizes) {
      boolean fits = size == 0 || elements <= Long.MAX_VALUE / size;
      elements = fits ? elements * size : Long.MAX_VALUE;
    }
    return elements;
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

  /** Whether every value is its own index. */
  public boolean isIdentity() {
    for (int i = 0; i < values.length; i++) {
      if (values[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** Whether these values as an order exchange the last two axes and leave the others. */
  public boolean swapsLastTwo() {
    int n = values.length;
    for (int i = 0; i < n - 2; i++) {
      if (values[i] != i) {
        return false;
      }
    }
    return n >= 2 && values[n - 2] == n - 1 && values[n - 1] == n - 2;
  }

  /** The order that reorders by this one and then by another: value i is {@code this.get(next.get(i))}. */
  public Axes then(Axes next) {
    int[] joined = new int[values.length];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = values[next.values[i]];
    }
    return new Axes(joined);
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
