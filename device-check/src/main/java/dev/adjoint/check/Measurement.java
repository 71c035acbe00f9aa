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
  /** Whether it is the same that was measured of the same. */
  boolean replaces(Measurement other) {
    return who.equals(other.who) && what.equals(other.what) && unit.equals(other.unit);
  }

  /** What it is about, as the name of a row. */
  String row() {
    return what + " [" + unit + "]";
  }
}
