package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The division of a piece into tokens with the largest sum of scores, which are logarithms of probabilities (Kudo 2018, "Subword
 * Regularization"), found by the algorithm of Viterbi.
 *
 * <p>A character that is no token by itself may be unknown, with a score of 10 below the smallest; unknown characters in a row
 * are one token, or those of their bytes. Of equal sums, the one whose last token begins first is taken.
 */
final class Unigram implements SubwordModel {
  private static final int NONE = -1;
  private static final double PENALTY = 10;

  private final Map<String, Integer> vocabulary;
  private final double[] scores;
  private final int unknown;
  private final double unknownScore;
  private final boolean byteFallback;
  private final PrefixTable table;

  private Unigram(
      Map<String, Integer> vocabulary, double[] scores, int unknown, boolean byteFallback) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknown = unknown;
    this.unknownScore = Arrays.stream(scores).min().orElse(Double.POSITIVE_INFINITY) - PENALTY;
    this.byteFallback = byteFallback;
    this.table = new PrefixTable(vocabulary);
  }

  static Unigram read(Json json) throws InvalidDataFileException {
    json.only("unk_id", "vocab", "byte_fallback");
    var vocabulary = new LinkedHashMap<String, Integer>();
    List<Json> list = json.get("vocab").list();
    double[] scores = new double[list.size()];
    for (int id = 0; id < scores.length; id++) {
      List<Json> pair = list.get(id).list();
      if (pair.size() != 2) {
        throw list.get(id).error("an element is a token and its score");
      }
      String token = pair.getFirst().string();
      if (vocabulary.put(token, id) != null) {
        throw list.get(id).error("the token '" + token + "' is there twice");
      }
      scores[id] = pair.getLast().number();
    }
    Json unknown = json.get("unk_id");
    if (!unknown.isNull() && unknown.integer() >= scores.length) {
      throw unknown.error("there is no token " + unknown.integer() + " of " + scores.length);
    }
    return new Unigram(
        vocabulary,
        scores,
        unknown.isNull() ? NONE : unknown.integer(),
        json.get("byte_fallback").bool(false));
  }

  @Override
  public Map<String, Integer> vocabulary() {
    return vocabulary;
  }

  /** The best divisions of all beginnings of a text: the last token of each, where it begins, and the sum. */
  private final class Best {
    private final int[] begins;
    private final int[] ids;
    private final double[] sums;

    Best(int length) {
      begins = new int[length + 1];
      Arrays.fill(begins, NONE);
      ids = new int[length + 1];
      sums = new double[length + 1];
    }

    void offer(int id, int begin, int end, double score) {
      double sum = sums[begin] + score;
      if (begins[end] == NONE || sum > sums[end]) {
        begins[end] = begin;
        ids[end] = id;
        sums[end] = sum;
      }
    }
  }

  private Best best(String text) {
    var best = new Best(text.length());
    for (int begin = 0; begin < text.length(); ) {
      int from = begin;
      int next = text.offsetByCodePoints(begin, 1);
      boolean[] isToken = new boolean[1];
      table.visit(
          text,
          from,
          (id, end) -> {
            best.offer(id, from, end, scores[id]);
            isToken[0] |= end == next;
          });
      if (!isToken[0]) {
        best.offer(unknown, from, next, unknownScore);
      }
      begin = next;
    }
    return best;
  }

  /**
   * Adds the numbers of the tokens of a piece.
   *
   * @throws IllegalArgumentException if a character is unknown, and the file names no unknown token
   */
  @Override
  public void encode(String piece, IntList ids) {
    Best best = best(piece);
    List<String> parts = new ArrayList<>();
    for (int end = piece.length(); end > 0; ) {
      int last = end;
      while (end > 0 && best.ids[end] == unknown) {
        end = best.begins[end];
      }
      end = end == last ? best.begins[end] : end;
      parts.add(piece.substring(end, last));
    }
    parts.reversed().forEach(part -> add(part, ids));
  }

  private void add(String part, IntList ids) {
    Integer id = vocabulary.get(part);
    if (id != null) {
      ids.add(id);
    } else if (!(byteFallback && SubwordModel.addBytes(part, vocabulary, ids))) {
      if (unknown == NONE) {
        throw new IllegalArgumentException(
            "encode: no token has '" + part + "', and the file names no unknown one");
      }
      ids.add(unknown);
    }
  }
}
