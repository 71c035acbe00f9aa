package dev.adjoint.nn.preprocessing;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parts of saved states: texts as tensors, and states of several objects in one. */
final class States {
  private static final String LENGTHS = ".lengths";
  private static final String BYTES = ".bytes";
  private static final int MISSING = -1;

  private States() {}

  /** Adds texts to a state: their UTF-8 bytes one after the other, and how many each has, -1 standing for null. */
  static void put(Map<String, Tensor> state, String name, List<@Nullable String> texts) {
    var encoded = new ArrayList<byte[]>();
    int[] lengths = new int[texts.size()];
    int total = 0;
    for (int i = 0; i < lengths.length; i++) {
      String text = texts.get(i);
      byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
      encoded.add(bytes);
      lengths[i] = text == null ? MISSING : bytes.length;
      total += bytes.length;
    }
    byte[] all = new byte[total];
    int at = 0;
    for (byte[] bytes : encoded) {
      System.arraycopy(bytes, 0, all, at, bytes.length);
      at += bytes.length;
    }
    state.put(name + LENGTHS, Tensors.of(lengths));
    state.put(name + BYTES, Tensors.of(all, total));
  }

  /**
   * The texts in a state.
   *
   * @throws IllegalArgumentException if they are not there, or not as {@link #put} writes them
   */
  static List<@Nullable String> texts(String op, Map<String, Tensor> state, String name) {
    Tensor lengths = state.get(name + LENGTHS);
    Tensor bytes = state.get(name + BYTES);
    if (lengths == null
        || bytes == null
        || lengths.rank() != 1
        || bytes.rank() != 1
        || lengths.dtype() != DType.I32
        || bytes.dtype() != DType.U8) {
      throw new IllegalArgumentException(
          op + ": the saved state has no texts '" + name + "': " + describe(state));
    }
    byte[] all = new byte[bytes.dim(0)];
    int[] values = bytes.toInts();
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) values[i];
    }
    var texts = new ArrayList<@Nullable String>();
    int at = 0;
    for (int length : lengths.toInts()) {
      if (length < MISSING || length > all.length - at) {
        throw new IllegalArgumentException(
            op
                + ": the lengths of the texts '"
                + name
                + "' do not fit their "
                + all.length
                + " bytes");
      }
      texts.add(length == MISSING ? null : new String(all, at, length, StandardCharsets.UTF_8));
      at += Math.max(0, length);
    }
    return texts;
  }

  /** The entries of a state whose names begin with a prefix, without it. */
  static Map<String, Tensor> below(String prefix, Map<String, Tensor> state) {
    var part = new LinkedHashMap<String, Tensor>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  /** Names, types and shapes. */
  static String describe(Map<String, Tensor> state) {
    return state.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().dtype() + e.getValue().shape())
        .sorted()
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
