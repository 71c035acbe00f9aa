package dev.adjoint.nn.text;

import java.util.Map;
import java.util.TreeMap;

/** Tokens in the order of their characters, to find those that a text goes on with. */
final class PrefixTable {
  private final String[] tokens;
  private final int[] ids;

  PrefixTable(Map<String, Integer> vocabulary) {
    var sorted = new TreeMap<>(vocabulary);
    tokens = sorted.keySet().toArray(String[]::new);
    ids = sorted.values().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Is told a token and where it ends. */
  interface Visitor {
    void visit(int id, int end);
  }

  /** Calls the visitor with each token that a text has at a place, shorter ones first. */
  void visit(String text, int begin, Visitor visitor) {
    int low = 0;
    int high = tokens.length;
    for (int end = begin + 1; end <= text.length() && low < high; end++) {
      int at = end - begin - 1;
      char c = text.charAt(end - 1);
      low = first(low, high, at, c);
      high = first(low, high, at, c + 1);
      if (low < high && tokens[low].length() == at + 1) {
        visitor.visit(ids[low], end);
      }
    }
  }

  /** The first token of a range whose character at a place is not below another; the tokens are equal before the place. */
  private int first(int low, int high, int at, int c) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      String token = tokens[middle];
      if (token.length() > at && token.charAt(at) >= c) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }
}
