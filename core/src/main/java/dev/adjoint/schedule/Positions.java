package dev.adjoint.schedule;

import dev.adjoint.graph.Node;
import java.util.Arrays;

/** A map from nodes, by identity, to numbers: open addressing over the serial numbers of the nodes. */
final class Positions {
  /** The number of a node that is not in the map. */
  static final int ABSENT = -2;

  /** The number of a node that has been met but is not placed yet. */
  static final int OPEN = -1;

  private Node[] keys = new Node[512];
  private int[] values = new int[512];
  private int size;

  int get(Node node) {
    int mask = keys.length - 1;
    for (int at = slot(node, mask); keys[at] != null; at = (at + 1) & mask) {
      if (keys[at] == node) {
        return values[at];
      }
    }
    return ABSENT;
  }

  void put(Node node, int value) {
    int mask = keys.length - 1;
    int at = slot(node, mask);
    while (keys[at] != null && keys[at] != node) {
      at = (at + 1) & mask;
    }
    if (keys[at] == null && ++size * 2 > keys.length) {
      grow();
      put(node, value);
      return;
    }
    keys[at] = node;
    values[at] = value;
  }

  private static int slot(Node node, int mask) {
    return ((node.serial() * 0x9E3779B9) >>> 7) & mask;
  }

  private void grow() {
    Node[] oldKeys = keys;
    int[] oldValues = values;
    keys = new Node[2 * oldKeys.length];
    values = Arrays.copyOf(values, 2 * oldKeys.length);
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        put(oldKeys[i], oldValues[i]);
      }
    }
  }
}
