package dev.adjoint.nn.text;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.io.Texts;
import dev.adjoint.nn.optim.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by number, and numbers by token.
 *
 * <p>A checkpoint keeps a vocabulary {@linkplain dev.adjoint.nn.io.Checkpoint#with by name}; an empty one, {@code new
 * Vocabulary(List.of())}, takes over the tokens of a file. Calls from several threads are safe.
 */
public final class Vocabulary implements Stateful {
  private static final String OP = "vocabulary";
  private static final String TOKENS = "tokens";
  private static final String DEFAULT = "default_index";
  private static final int NONE = -1;

  /** The tensors of a state: two for the tokens, and the default index. */
  private static final int STATE = 3;

  private volatile Contents contents;

  /** What a vocabulary holds, which is replaced as a whole. */
  private record Contents(List<String> tokens, Map<String, Integer> numbers, int defaultIndex) {}

  /**
   * A vocabulary of tokens, which are numbered in their order from 0 on.
   *
   * @throws IllegalArgumentException if a token comes twice, or is no text: half of a pair of surrogates
   */
  public Vocabulary(List<String> tokens) {
    contents = contents(tokens, NONE);
  }

  /** The vocabulary of all tokens of some texts, see {@link #build(Iterable, int, int, String...)}. */
  public static Vocabulary build(Iterable<? extends Iterable<String>> texts) {
    return build(texts, 1);
  }

  /**
   * The vocabulary of tokens of some texts that come a number of times, see {@link #build(Iterable, int, int, String...)}.
   */
  public static Vocabulary build(
      Iterable<? extends Iterable<String>> texts, int minFreq, String... specials) {
    return build(texts, minFreq, Integer.MAX_VALUE, specials);
  }

  /**
   * The vocabulary of the tokens of some texts: first the special ones in their order, then the others by how often they come,
   * the most frequent first, and equally frequent ones by their text. As {@code torchtext.vocab.build_vocab_from_iterator}.
   *
   * @param texts the tokens of each text
   * @param minFreq how often a token must come to be taken
   * @param maxTokens how many tokens are taken at most, together with the special ones
   * @param specials tokens that are taken in any case, such as {@code "<unk>"} and {@code "<pad>"}
   * @throws IllegalArgumentException if the frequency is not positive, there are more special tokens than may be taken, or one
   *     comes twice
   */
  public static Vocabulary build(
      Iterable<? extends Iterable<String>> texts, int minFreq, int maxTokens, String... specials) {
    if (minFreq < 1 || maxTokens < specials.length) {
      throw new IllegalArgumentException(
          "vocabulary: needs a frequency from 1 on and room for "
              + specials.length
              + " special tokens, not "
              + minFreq
              + " and "
              + maxTokens);
    }
    var counts = new HashMap<String, Integer>();
    for (Iterable<String> text : texts) {
      for (String token : text) {
        counts.merge(token, 1, Integer::sum);
      }
    }
    Arrays.asList(specials).forEach(counts::remove);
    List<String> tokens = new ArrayList<>(Arrays.asList(specials));
    counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= minFreq)
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit((long) maxTokens - specials.length)
        .forEach(entry -> tokens.add(entry.getKey()));
    return new Vocabulary(tokens);
  }

  /**
   * Sets the number of all tokens that are not in the vocabulary, such as that of {@code "<unk>"}.
   *
   * @throws IndexOutOfBoundsException if there is no token with that number
   */
  public Vocabulary defaultIndex(int index) {
    Contents now = contents;
    requireToken(now, index);
    contents = new Contents(now.tokens(), now.numbers(), index);
    return this;
  }

  /** The number of tokens. */
  public int size() {
    return contents.tokens().size();
  }

  /** Whether there is a token. */
  public boolean contains(String token) {
    return contents.numbers().containsKey(token);
  }

  /** All tokens, by their numbers. */
  public List<String> tokens() {
    return contents.tokens();
  }

  /**
   * The token with a number.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public String token(int index) {
    Contents now = contents;
    requireToken(now, index);
    return now.tokens().get(index);
  }

  /**
   * The number of a token, or the default one.
   *
   * @throws IllegalArgumentException if there is neither
   */
  public int index(String token) {
    Contents now = contents;
    Integer index = now.numbers().get(token);
    if (index != null) {
      return index;
    }
    if (now.defaultIndex() == NONE) {
      throw new IllegalArgumentException(
          "vocabulary: there is no token '"
              + token
              + "' among "
              + now.tokens().size()
              + ", and no default index");
    }
    return now.defaultIndex();
  }

  /** The numbers of tokens, see {@link #index}. */
  public int[] indices(List<String> tokens) {
    return tokens.stream().mapToInt(this::index).toArray();
  }

  private static void requireToken(Contents now, int index) {
    if (index < 0 || index >= now.tokens().size()) {
      throw new IndexOutOfBoundsException(
          "vocabulary: no token " + index + ", there are " + now.tokens().size());
    }
  }

  private static Contents contents(List<String> tokens, int defaultIndex) {
    var numbers = new HashMap<String, Integer>();
    for (String token : tokens) {
      if (numbers.putIfAbsent(token, numbers.size()) != null) {
        throw new IllegalArgumentException("vocabulary: the token '" + token + "' comes twice");
      }
      Texts.utf8(OP, token);
    }
    return new Contents(List.copyOf(tokens), numbers, defaultIndex);
  }

  /** The tokens, as {@link Texts} has them, and the default index (i64), which is -1 if there is none. */
  @Override
  public Map<String, Tensor> state() {
    Contents now = contents;
    var state = new LinkedHashMap<String, Tensor>();
    Texts.put(OP, state, TOKENS, new ArrayList<@Nullable String>(now.tokens()));
    state.put(DEFAULT, Tensors.of((long) now.defaultIndex()));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    List<String> tokens = new ArrayList<>();
    for (String token : Texts.get(OP, saved, TOKENS)) {
      if (token == null) {
        throw new IllegalArgumentException("vocabulary: a saved token is missing");
      }
      tokens.add(token);
    }
    Tensor index = saved.get(DEFAULT);
    if (index == null || index.size() != 1 || saved.size() != STATE) {
      throw new IllegalArgumentException(
          "vocabulary: the saved state is not that of a vocabulary, but " + saved.keySet());
    }
    long defaultIndex = index.itemLong();
    if (defaultIndex < NONE || defaultIndex >= tokens.size()) {
      throw new IllegalArgumentException(
          "vocabulary: the saved default index "
              + defaultIndex
              + " is none of "
              + tokens.size()
              + " tokens");
    }
    contents = contents(tokens, (int) defaultIndex);
  }
}
