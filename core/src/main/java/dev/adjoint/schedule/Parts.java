package dev.adjoint.schedule;

import java.util.Arrays;

/**
 * A set of nodes, each at the elements that a chain of views above it takes, in the order in which they were added. Two parts are
 * equal if both numbers are.
 */
final class Parts {
  private int[] nodes = new int[64];
  private int[] views = new int[64];
  private int[] places = new int[64];
  private int size;

  /** Open addressing: the number of a part, plus one; 0 is free. */
  private int[] slots = new int[256];

  /** Forgets all parts. */
  void clear() {
    for (int k = 0; k < size; k++) {
      slots[places[k]] = 0;
    }
    size = 0;
  }

  /** Adds a part that is not there yet. */
  void add(int node, int view) {
    int at = find(node, view);
    if (slots[at] != 0) {
      return;
    }
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * size);
      views = Arrays.copyOf(views, 2 * size);
      places = Arrays.copyOf(places, 2 * size);
    }
    nodes[size] = node;
    views[size] = view;
    place(size++, at);
    if (2 * size > slots.length) {
      slots = new int[2 * slots.length];
      for (int k = 0; k < size; k++) {
        place(k, find(nodes[k], views[k]));
      }
    }
  }

  private void place(int k, int at) {
    slots[at] = k + 1;
    places[k] = at;
  }

  private int find(int node, int view) {
    int mask = slots.length - 1;
    int at = (((31 * view + node) * 0x9E3779B9) >>> 7) & mask;
    while (slots[at] != 0 && (nodes[slots[at] - 1] != node || views[slots[at] - 1] != view)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** The number of parts. */
  int size() {
    return size;
  }

  /** The node of the k-th part. */
  int node(int k) {
    return nodes[k];
  }

  /** What the views above the k-th part take. */
  int views(int k) {
    return views[k];
  }
}
