package dev.adjoint.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a check is asked to do: {@code [--device NAME]... [--minutes M] [--json FILE] [--torch SCRIPT] [--threads N]
 * [--shard K/N] [PART]...}.
 *
 * @param devices the names of devices; none means all
 * @param parts the parts, in their order
 * @param seconds how long it may take
 * @param json where to write the results
 * @param torch the script that measures PyTorch
 * @param threads how many threads try the contract
 * @param shard which share of the contract, from 1
 * @param shards how many shares there are
 */
record Options(
    List<String> devices,
    List<Part> parts,
    double seconds,
    @Nullable Path json,
    @Nullable Path torch,
    int threads,
    int shard,
    int shards) {
  private static final double MINUTES = 10;
  private static final Set<String> KNOWN =
      Set.of("--device", "--minutes", "--json", "--torch", "--threads", "--shard");

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException if one is wrong
   */
  static Options of(String... arguments) {
    var devices = new ArrayList<String>();
    var parts = EnumSet.noneOf(Part.class);
    double minutes = MINUTES;
    Path json = null;
    Path torch = null;
    int threads = Runtime.getRuntime().availableProcessors();
    String[] shard = {"1", "1"};
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("-")) {
        parts.add(Part.of(argument));
        continue;
      }
      if (!KNOWN.contains(argument) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "what is "
                + argument
                + "? Known are, each with a value: "
                + KNOWN.stream().sorted().toList());
      }
      String value = arguments[++i];
      switch (argument) {
        case "--device" -> devices.add(value);
        case "--minutes" -> minutes = minutes(value);
        case "--json" -> json = Path.of(value);
        case "--torch" -> torch = Path.of(value);
        case "--threads" -> threads = threads(value);
        default -> shard = shard(value);
      }
    }
    return new Options(
        devices,
        List.copyOf(parts.isEmpty() ? EnumSet.allOf(Part.class) : parts),
        60 * minutes,
        json,
        torch,
        threads,
        Integer.parseInt(shard[0]),
        Integer.parseInt(shard[1]));
  }

  private static double minutes(String value) {
    must(
        value.matches("\\d{1,4}|\\d{0,4}\\.\\d{1,3}"), "--minutes " + value, "a number such as 10");
    double minutes = Double.parseDouble(value);
    must(minutes > 0, "--minutes " + value, "more than 0");
    return minutes;
  }

  private static int threads(String value) {
    must(value.matches("[1-9]\\d{0,3}"), "--threads " + value, "a number such as 16");
    return Integer.parseInt(value);
  }

  private static String[] shard(String value) {
    must(value.matches("[1-9]\\d{0,3}/[1-9]\\d{0,3}"), "--shard " + value, "K/N, such as 1/4");
    String[] numbers = value.split("/");
    must(
        Integer.parseInt(numbers[0]) <= Integer.parseInt(numbers[1]),
        "--shard " + value,
        "one of " + numbers[1]);
    return numbers;
  }

  private static void must(boolean holds, String argument, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(argument + ": must be " + rule);
    }
  }
}
