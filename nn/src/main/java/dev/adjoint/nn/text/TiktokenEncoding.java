package dev.adjoint.nn.text;

import java.util.Map;

/** The encodings of OpenAI's tiktoken: how they divide text, and their special tokens. */
public enum TiktokenEncoding {
  /** That of GPT-2 and GPT-3, with 50,257 tokens. */
  R50K_BASE(Shared.GPT2, Map.of("<|endoftext|>", 50256)),

  /** That of Codex, with 50,281 tokens. */
  P50K_BASE(Shared.GPT2, Map.of("<|endoftext|>", 50256)),

  /** That of GPT-3.5 and GPT-4, with 100,277 tokens. */
  CL100K_BASE(
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++\\z"
          + "|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
      Map.of(
          "<|endoftext|>", 100257,
          "<|fim_prefix|>", 100258,
          "<|fim_middle|>", 100259,
          "<|fim_suffix|>", 100260,
          "<|endofprompt|>", 100276)),

  /** That of GPT-4o, with 200,019 tokens. */
  O200K_BASE(
      Shared.PREFIX
          + Shared.CAPITALS
          + "*"
          + Shared.SMALL
          + "+"
          + Shared.CONTRACTION
          + "|"
          + Shared.PREFIX
          + Shared.CAPITALS
          + "+"
          + Shared.SMALL
          + "*"
          + Shared.CONTRACTION
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      Map.of("<|endoftext|>", 199999, "<|endofprompt|>", 200018));

  private final String pattern;
  private final Map<String, Integer> specialTokens;

  TiktokenEncoding(String pattern, Map<String, Integer> specialTokens) {
    this.pattern = pattern;
    this.specialTokens = specialTokens;
  }

  /** The pattern whose matches are the pieces of a text. */
  public String pattern() {
    return pattern;
  }

  /** The numbers of the special tokens. */
  public Map<String, Integer> specialTokens() {
    return specialTokens;
  }

  /** Parts of patterns; constants of the enum itself come too late for its values. */
  private static final class Shared {
    static final String GPT2 =
        "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++\\z|\\s+(?!\\S)|\\s";
    static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]?";
    static final String CAPITALS = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    static final String SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";

    private Shared() {}
  }
}
