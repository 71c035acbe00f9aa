package dev.adjoint.nn.io;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts as tensors, for the state of a {@link dev.adjoint.nn.optim.Stateful}: their bytes in UTF-8 one after the other, u8, and
 * how many each has, i32, where -1 stands for null.
 */
public final class Texts {
  private static final String LENGTHS = ".lengths";
  private static final String BYTES = ".bytes";
  private static final int MISSING = -1;

  private Texts() {}

  /**
   * Adds texts to a state, as two tensors whose names begin with a name.
   *
   * @param op what messages begin with
   * @throws IllegalArgumentException if one is no text: half of a pair of surrogates
   */
  public static void put(
      String op, Map<String, Tensor> state, String name, List<@Nullable String> texts) {
    var encoded = new ArrayList<ByteBuffer>();
    int[] lengths = new int[texts.size()];
    int total = 0;
    for (int i = 0; i < lengths.length; i++) {
      String text = texts.get(i);
      ByteBuffer bytes = text == null ? ByteBuffer.allocate(0) : utf8(op, text);
      encoded.add(bytes);
      lengths[i] = text == null ? MISSING : bytes.remaining();
      total = Math.addExact(total, bytes.remaining());
    }
    ByteBuffer all = ByteBuffer.allocate(total);
    encoded.forEach(all::put);
    state.put(name + LENGTHS, Tensors.of(lengths));
    state.put(
        name + BYTES, Tensors.fromSegment(MemorySegment.ofArray(all.array()), DType.U8, total));
  }

  /**
   * The bytes of a text.
   *
   * @param op what messages begin with
   * @throws IllegalArgumentException if it is no text: half of a pair of surrogates
   */
  public static ByteBuffer utf8(String op, String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(op + ": '" + text + "' is no text", e);
    }
  }

  /**
   * The texts in a state.
   *
   * @param op what messages begin with
   * @throws IllegalArgumentException if they are not there, or not as {@link #put} writes them
   */
  public static List<@Nullable String> get(String op, Map<String, Tensor> state, String name) {
    Tensor lengths = state.get(name + LENGTHS);
    Tensor bytes = state.get(name + BYTES);
    if (lengths == null
        || bytes == null
        || lengths.rank() != 1
        || bytes.rank() != 1
        || lengths.dtype() != DType.I32
        || bytes.dtype() != DType.U8) {
      throw OpError.of(
          op,
          "the saved state has no texts '"
              + name
              + "', but lengths "
              + describe(lengths)
              + " and bytes "
              + describe(bytes));
    }
    byte[] all = bytes(bytes);
    var texts = new ArrayList<@Nullable String>();
    int at = 0;
    for (int length : lengths.toInts()) {
      if (length < MISSING || length > all.length - at) {
        throw OpError.of(
            op, "a saved text of " + length + " bytes begins at byte " + at + " of " + all.length);
      }
      texts.add(length == MISSING ? null : text(op, all, at, length));
      at += Math.max(0, length);
    }
    if (at != all.length) {
      throw OpError.of(op, "the saved texts end at byte " + at + " of " + all.length);
    }
    return texts;
  }

  private static String describe(@Nullable Tensor x) {
    return x == null ? "missing" : x.dtype() + "" + x.shape();
  }

  private static byte[] bytes(Tensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return tensor.toSegment(arena).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static String text(String op, byte[] all, int begin, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(all, begin, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          op + ": the saved text from byte " + begin + " on is not UTF-8", e);
    }
  }
}
