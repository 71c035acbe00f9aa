package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Byte pair encoding: the characters of a piece are tokens at first, then the pair of neighbours that comes first in a list is
 * merged into one token, until no pair is in it (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with
 * Subword Units").
 *
 * <p>Pairs wait in a queue, so a piece of n characters takes a time of n log n. As in Hugging Face's tokenizers, a character that
 * is no token is dropped where there is no unknown token.
 *
 * @param vocabulary the numbers of the tokens
 * @param merges the list
 * @param options the rest
 */
record Bpe(Map<String, Integer> vocabulary, Merges merges, Options options)
    implements SubwordModel {

  /**
   * What models differ in.
   *
   * @param unknown the unknown token, or an empty string
   * @param prefix what characters get that do not begin a piece
   * @param suffix what the last character of a piece gets
   * @param fuseUnknown whether unknown characters in a row are one token
   * @param byteFallback whether the bytes of an unknown character are tokens
   * @param ignoreMerges whether a piece that is a token is that token in any case
   */
  record Options(
      String unknown,
      String prefix,
      String suffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {}

  static Bpe read(Json json) throws InvalidDataFileException {
    json.only(
        "dropout",
        "unk_token",
        "continuing_subword_prefix",
        "end_of_word_suffix",
        "fuse_unk",
        "byte_fallback",
        "ignore_merges",
        "vocab",
        "merges");
    Object dropout = json.get("dropout").value();
    if (dropout != null && !dropout.equals(0.0) && !dropout.equals(0L)) {
      throw json.error("a dropout of " + dropout + " is not supported");
    }
    var options =
        new Options(
            json.get("unk_token").stringOrEmpty(),
            json.get("continuing_subword_prefix").stringOrEmpty(),
            json.get("end_of_word_suffix").stringOrEmpty(),
            json.get("fuse_unk").bool(false),
            json.get("byte_fallback").bool(false),
            json.get("ignore_merges").bool(false));
    Map<String, Integer> vocabulary = json.get("vocab").integers();
    List<Json> list = json.get("merges").list();
    var merges = new MergeTable(list.size());
    for (Json merge : list) {
      String[] pair = pair(merge);
      String rest = pair[1];
      if (!rest.startsWith(options.prefix())) {
        throw merge.error("'" + rest + "' does not begin with " + options.prefix());
      }
      String result = pair[0] + rest.substring(options.prefix().length());
      merges.add(
          number(merge, vocabulary, pair[0]),
          number(merge, vocabulary, rest),
          number(merge, vocabulary, result));
    }
    return new Bpe(vocabulary, merges, options);
  }

  /** The two tokens of a merge: a list, or in older files a string with one space. */
  private static String[] pair(Json merge) throws InvalidDataFileException {
    if (merge.isString()) {
      String[] pair = merge.string().split(" ", -1);
      if (pair.length == 2) {
        return pair;
      }
    } else {
      List<Json> pair = merge.list();
      if (pair.size() == 2) {
        return new String[] {pair.get(0).string(), pair.get(1).string()};
      }
    }
    throw merge.error("a merge is two tokens, not " + merge.value());
  }

  private static int number(Json merge, Map<String, Integer> vocabulary, String token)
      throws InvalidDataFileException {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw merge.error("'" + token + "' is not in the vocabulary");
    }
    return id;
  }

  @Override
  public void encode(String piece, IntList ids) {
    Integer whole = options.ignoreMerges() ? vocabulary.get(piece) : null;
    if (whole != null) {
      ids.add(whole);
      return;
    }
    int[] symbols = symbols(piece);
    int[] next = merge(symbols);
    for (int i = 0; i < symbols.length; i = next[i]) {
      ids.add(symbols[i]);
    }
  }

  /** The tokens of the characters. */
  private int[] symbols(String piece) {
    var symbols = new IntList();
    boolean unknown = false;
    int end = 0;
    for (int begin = 0; begin < piece.length(); begin = end) {
      end = piece.offsetByCodePoints(begin, 1);
      String character =
          (begin > 0 ? options.prefix() : "")
              + piece.substring(begin, end)
              + (end == piece.length() ? options.suffix() : "");
      Integer id = vocabulary.get(character);
      if (id != null) {
        if (unknown) {
          symbols.add(unknownId(character));
        }
        unknown = false;
        symbols.add(id);
      } else if (!(options.byteFallback() && SubwordModel.addBytes(character, vocabulary, symbols))
          && !options.unknown().isEmpty()) {
        if (unknown && !options.fuseUnknown()) {
          symbols.add(unknownId(character));
        }
        unknown = true;
      }
    }
    if (unknown) {
      symbols.add(unknownId(piece));
    }
    return symbols.toArray();
  }

  private int unknownId(String text) {
    Integer id = vocabulary.get(options.unknown());
    if (id == null) {
      throw new IllegalArgumentException(
          "encode: '" + text + "' is unknown, and there is no token " + options.unknown());
    }
    return id;
  }

  /** Merges symbols in place, and says for each that is left which one comes next. */
  private int[] merge(int[] symbols) {
    int n = symbols.length;
    int[] next = new int[n];
    int[] previous = new int[n];
    for (int i = 0; i < n; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    // A rank and a place each, so that of equal merges the first place comes first.
    var queue = new PriorityQueue<Long>();
    for (int i = 0; i + 1 < n; i++) {
      offer(queue, symbols, i, i + 1);
    }
    boolean[] merged = new boolean[n];
    while (!queue.isEmpty()) {
      long entry = queue.remove();
      int left = (int) entry;
      int result = merges.result((int) (entry >> Integer.SIZE));
      if (merged[left] || next[left] == n) {
        continue;
      }
      int right = next[left];
      int rank = merges.rank(symbols[left], symbols[right]);
      // The pair that was there when this was put into the queue may have become another.
      if (rank == Merges.NONE || merges.result(rank) != result) {
        continue;
      }
      symbols[left] = result;
      merged[right] = true;
      next[left] = next[right];
      if (next[left] < n) {
        previous[next[left]] = left;
        offer(queue, symbols, left, next[left]);
      }
      if (previous[left] >= 0) {
        offer(queue, symbols, previous[left], left);
      }
    }
    return next;
  }

  private void offer(PriorityQueue<Long> queue, int[] symbols, int left, int right) {
    int rank = merges.rank(symbols[left], symbols[right]);
    if (rank != Merges.NONE) {
      queue.add((long) rank << Integer.SIZE | left);
    }
  }
}
