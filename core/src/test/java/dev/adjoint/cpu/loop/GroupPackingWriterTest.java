package dev.adjoint.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.cpu.asm.Bochs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers packed as groups by code for an emulated processor. Memory must be what plain loops make of a copy. */
class GroupPackingWriterTest {
  private static final int BYTES = 4 << 20;
  private static final int WORD = 4;

  private final Random random = new Random(2);

  /** No emulator rounds to bf16. */
  @ParameterizedTest
  @EnumSource(names = {"BF16", "BYTES", "TURNED_BYTES"})
  void groupsNumbers(GroupSource source) {
    Bochs.need();
    var bochs = Bochs.ofBytes(BYTES);
    random.nextBytes(bochs.memory().array());
    ByteBuffer plain =
        ByteBuffer.wrap(bochs.memory().array().clone()).order(ByteOrder.LITTLE_ENDIAN);
    long neighbours = bochs.function(GroupPackingWriter.neighbours(source));
    long below = bochs.function(GroupPackingWriter.rows(source));
    int to = 0;
    for (int trial = 0; trial < 300; trial++) {
      boolean alongRows = random.nextBoolean();
      int rows = 1 + random.nextInt(12);
      int columns = 1 + random.nextInt(trial % 4 == 0 ? 200 : 70);
      int distance = source.bytes * (columns + random.nextInt(3));
      int groups = Math.ceilDiv(alongRows ? columns : rows, source.group);
      int high = alongRows ? rows : groups;
      int wide = alongRows ? groups : columns;
      int toDistance = WORD * (wide + random.nextInt(3));
      int from = BYTES - (rows - 1) * distance - columns * source.bytes;
      for (int r = 0; r < high; r++) {
        for (int c = 0; c < wide; c++) {
          int group = 0;
          for (int i = 0; i < source.group; i++) {
            int row = alongRows ? r : r * source.group + i;
            int column = alongRows ? c * source.group + i : c;
            if (row < rows && column < columns) {
              int at = from + row * distance + column * source.bytes;
              group |=
                  source == GroupSource.BF16
                      ? (plain.getShort(at) & 0xffff) << 16 * (1 - i)
                      : (plain.get(at) & 0xff) << 8 * i;
            }
          }
          plain.putInt(
              to + r * toDistance + c * WORD,
              source == GroupSource.TURNED_BYTES ? group ^ 0x80808080 : group);
        }
      }
      bochs.call(
          alongRows ? neighbours : below,
          Bochs.MEMORY + from,
          distance,
          rows,
          columns,
          Bochs.MEMORY + to,
          toDistance);
      to += high * toDistance + 4 * random.nextInt(3);
      assertTrue(to <= BYTES / 2, "memory is too small");
    }
    bochs.run();
    assertEquals(-1, plain.rewind().mismatch(bochs.memory().rewind()));
  }
}
