package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BpeTest {
  private static final Bpe.Options PLAIN = new Bpe.Options("", "", "", false, false, false);

  /** A model of random merges of a few letters, and the merges as pairs of strings. */
  private record Model(Bpe bpe, Map<String, Integer> vocabulary, List<String[]> merges) {
    static Model random(Random random, int count) {
      var vocabulary = new LinkedHashMap<String, Integer>();
      for (String letter : List.of("a", "b", "c")) {
        vocabulary.put(letter, vocabulary.size());
      }
      List<String[]> merges = new ArrayList<>();
      var table = new MergeTable(count);
      for (int i = 0; i < count; i++) {
        List<String> tokens = List.copyOf(vocabulary.keySet());
        String left = tokens.get(random.nextInt(tokens.size()));
        String right = tokens.get(random.nextInt(tokens.size()));
        if (merges.stream().noneMatch(m -> m[0].equals(left) && m[1].equals(right))) {
          vocabulary.putIfAbsent(left + right, vocabulary.size());
          merges.add(new String[] {left, right});
          table.add(vocabulary.get(left), vocabulary.get(right), vocabulary.get(left + right));
        }
      }
      return new Model(new Bpe(vocabulary, table, PLAIN), vocabulary, merges);
    }

    /** The definition: the leftmost of the pairs that come first in the list is merged, again and again. */
    List<Integer> byDefinition(String text) {
      List<String> symbols = new ArrayList<>(List.of(text.split("")));
      boolean merged = true;
      while (merged) {
        merged = false;
        for (String[] merge : merges) {
          for (int i = 0; i + 1 < symbols.size() && !merged; i++) {
            if (symbols.get(i).equals(merge[0]) && symbols.get(i + 1).equals(merge[1])) {
              symbols.set(i, merge[0] + merge[1]);
              symbols.remove(i + 1);
              merged = true;
            }
          }
          if (merged) {
            break;
          }
        }
      }
      return symbols.stream().map(vocabulary::get).toList();
    }

    List<Integer> encode(String text) {
      var ids = new IntList();
      bpe.encode(text, ids);
      List<Integer> boxed = new ArrayList<>();
      for (int id : ids.toArray()) {
        boxed.add(id);
      }
      return boxed;
    }
  }

  @Test
  void mergesByDefinition() {
    var random = new Random(1);
    for (int round = 0; round < 300; round++) {
      Model model = Model.random(random, 1 + random.nextInt(12));
      for (int i = 0; i < 10; i++) {
        var text = new StringBuilder("a");
        int length = random.nextInt(25);
        for (int j = 0; j < length; j++) {
          text.append((char) ('a' + random.nextInt(3)));
        }
        assertThat(model.encode(text.toString())).isEqualTo(model.byDefinition(text.toString()));
      }
    }
  }

  /** With a time of n squared these would be 10^10 steps. */
  @Test
  @Timeout(30)
  void longPiecesTakeLittleTime() {
    var vocabulary = new HashMap<String, Integer>();
    vocabulary.put("a", 0);
    var merges = new MergeTable(10);
    for (int i = 1; i <= 10; i++) {
      vocabulary.put("a".repeat(1 << i), i);
      merges.add(i - 1, i - 1, i);
    }
    var ids = new IntList();
    new Bpe(vocabulary, merges, PLAIN).encode("a".repeat(200_003), ids);
    int[] found = ids.toArray();
    // 200,003 is 195 times 1,024 and 323, which is 256 + 64 + 2 + 1.
    assertThat(found).hasSize(195 + 4);
    assertThat(found).startsWith(10, 10, 10).endsWith(8, 6, 1, 0);
  }
}
