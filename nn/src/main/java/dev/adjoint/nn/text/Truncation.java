package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.Arrays;

/**
 * How long texts become at most, together with what is added to them. What is cut off is lost.
 *
 * @param maxLength the number of tokens
 * @param left whether the beginning is cut off
 * @param strategy which of two texts is cut
 */
record Truncation(int maxLength, boolean left, Strategy strategy) {
  /** Which of two texts is cut. */
  enum Strategy {
    LONGEST_FIRST,
    ONLY_FIRST,
    ONLY_SECOND
  }

  static Truncation read(Json json) throws InvalidDataFileException {
    // A stride is about what is cut off.
    json.only("direction", "max_length", "strategy", "stride");
    String strategy = json.get("strategy").string();
    return new Truncation(
        json.get("max_length").integer(),
        isLeft(json.get("direction")),
        switch (strategy) {
          case "LongestFirst" -> Strategy.LONGEST_FIRST;
          case "OnlyFirst" -> Strategy.ONLY_FIRST;
          case "OnlySecond" -> Strategy.ONLY_SECOND;
          default -> throw json.error("the strategy " + strategy + " is not supported");
        });
  }

  /** Whether a direction is that to the left. */
  static boolean isLeft(Json json) throws InvalidDataFileException {
    String direction = json.isNull() ? "Right" : json.string();
    if (!direction.equals("Left") && !direction.equals("Right")) {
      throw json.error("the direction " + direction + " is not supported");
    }
    return direction.equals("Left");
  }

  private int room(int added) {
    if (maxLength < added) {
      throw new IllegalArgumentException(
          "encode: at most " + maxLength + " tokens have no room for " + added + " special ones");
    }
    return maxLength - added;
  }

  /** One text, to which so many tokens are added. */
  int[] apply(int[] text, int added) {
    int room = room(added);
    if (text.length <= room) {
      return text;
    }
    if (strategy == Strategy.ONLY_SECOND) {
      throw new IllegalArgumentException(
          "encode: the text has "
              + text.length
              + " tokens of at most "
              + room
              + ", and only a second text may be cut");
    }
    return cut(text, room);
  }

  /** Two texts, to which so many tokens are added. */
  int[][] apply(int[] first, int[] second, int added) {
    int room = room(added);
    int total = first.length + second.length;
    if (total <= room) {
      return new int[][] {first, second};
    }
    return switch (strategy) {
      case LONGEST_FIRST -> {
        int shorter = Math.min(first.length, second.length);
        int longer = Math.max(shorter, room - shorter);
        if (shorter + longer > room) {
          shorter = room / 2;
          longer = room - shorter;
        }
        boolean firstIsLonger = first.length > second.length;
        yield new int[][] {
          cut(first, firstIsLonger ? longer : shorter),
          cut(second, firstIsLonger ? shorter : longer)
        };
      }
      case ONLY_FIRST -> new int[][] {rest(first, total - room), second};
      case ONLY_SECOND -> new int[][] {first, rest(second, total - room)};
    };
  }

  private int[] rest(int[] text, int removed) {
    if (text.length <= removed) {
      throw new IllegalArgumentException(
          "encode: the text that may be cut has "
              + text.length
              + " tokens, "
              + removed
              + " are too many");
    }
    return cut(text, text.length - removed);
  }

  private int[] cut(int[] text, int length) {
    return left
        ? Arrays.copyOfRange(text, text.length - length, text.length)
        : Arrays.copyOf(text, length);
  }
}
