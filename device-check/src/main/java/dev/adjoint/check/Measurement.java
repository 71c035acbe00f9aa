package dev.adjoint.check;

/**
 * One result.
 *
 * @param who the device, or the peer
 * @param what what was done
 * @param value the number
 * @param unit what it counts
 */
record Measurement(String who, String what, double value, String unit) {
  /** A JSON object. */
  String json() {
    return "{\"who\": "
        + quoted(who)
        + ", \"what\": "
        + quoted(what)
        + ", \"value\": "
        + (Double.isFinite(value) ? Double.toString(value) : "null")
        + ", \"unit\": "
        + quoted(unit)
        + "}";
  }

  /** A JSON string. */
  static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
