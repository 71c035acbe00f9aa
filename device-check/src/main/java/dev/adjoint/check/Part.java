package dev.adjoint.check;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A part of the check; those of more value come first. */
enum Part {
  SMOKE(0.1, "each device computes, and 100 steps of training have the losses of the CPU"),
  FIGURES(0.3, "how fast it is, beside PyTorch: eager, and torch.compile"),
  SAMPLE(0.2, "the contract: of each operation one type, and its gradients"),
  CONTRACT(1, "the rest of the contract");

  private final double share;
  private final String what;

  Part(double share, String what) {
    this.share = share;
    this.what = what;
  }

  /** The part of a name. */
  static Part of(String name) {
    return Stream.of(values())
        .filter(part -> part.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "what is " + name + "? The parts are " + List.of(values())));
  }

  /** How many of the seconds of a check it may take. */
  double seconds(double all) {
    return share * all;
  }

  /** A table of parts with the time that each may take, in a check of so many seconds. */
  static String table(List<Part> parts, double all) {
    var table = new StringBuilder();
    for (Part part : parts) {
      String time = part.share < 1 ? clock(part.seconds(all)) : "rest";
      table.append(String.format("%6s  %-9s %s%n", time, part, part.what));
    }
    return table.append(String.format("%6s  at most%n", clock(all))).toString();
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format("%d:%02d", whole / 60, whole % 60);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
