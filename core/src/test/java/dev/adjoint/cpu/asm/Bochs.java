package dev.adjoint.cpu.asm;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs code for x86-64 with AVX-512 on any machine, in the emulated PC of {@code bochs}. The PC has no disk and no BIOS: its ROM
 * is the loop over the calls ({@code bochs.s}), and an image of its memory is there when it starts. At the end the debugger,
 * which Debian's Bochs has, writes the image to a file. The loop also checks that a function keeps the registers that belong to
 * its caller.
 */
public final class Bochs extends Emulator {
  /** Where the image is in memory, and how many bytes of it the loop keeps for itself; both are also in {@code bochs.s}. */
  private static final int IMAGE = 0x100_0000;

  private static final int HEAD_BYTES = 0x1_0000;

  /** The address of memory. */
  public static final long MEMORY = IMAGE + HEAD_BYTES;

  /** What the loop keeps at the beginning of the image. A result takes the place of the function in its call. */
  private static final int NEXT = 0;

  private static final int END = 8;
  private static final int BLOCKS = 16;
  private static final int STATE = 24;
  private static final int VECTOR = 32;
  private static final int STACK = 40;

  /** The values of the state. */
  private static final int DONE = 1;

  private static final int BROKEN = 2;
  private static final int EXCEPTION = 3;

  /** The memory of the PC is made of blocks of this size. */
  private static final int BLOCK = 1 << 17;

  private static final int PAGE = 4096;

  /** A processor with the instructions of {@code Isa.AVX512} and hardly more, and one that has dot products of bytes too. */
  private static final String SKYLAKE = "corei7_skylake_x";

  private static final String ICELAKE = "corei7_icelake_u";

  private static final String CONFIGURATION =
      """
      config_interface: textconfig
      display_library: term
      memory: guest=%1$d, host=%1$d
      romimage: file=rom, address=0xffff0000
      optramimage1: file=image, address=0x1000000
      cpu: model=%2$s, ips=100000000, reset_on_triple_fault=0
      clock: sync=none
      magic_break: enabled=1
      floppya: type=none
      ata0: enabled=0
      log: log
      panic: action=fatal
      error: action=report
      info: action=ignore
      """;

  private static final class Rom {
    static final byte[] BYTES = assemble();

    private static byte[] assemble() {
      try (var source = Bochs.class.getResourceAsStream("bochs.s")) {
        var text = new String(source.readAllBytes(), StandardCharsets.US_ASCII);
        return Tools.assemble("x86_64-linux-gnu-", text.lines().toList());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final String model;
  private final int functionsFrom;

  /** A program with so many bytes of memory, which are 0 at first. */
  public Bochs(int bytes) {
    this(bytes, SKYLAKE);
  }

  private Bochs(int bytes, String model) {
    super(bytes, IMAGE + functionsFrom(bytes));
    this.model = model;
    functionsFrom = functionsFrom(bytes);
  }

  /** A program that may use dot products of bytes. */
  public static Bochs ofBytes(int bytes) {
    return new Bochs(bytes, ICELAKE);
  }

  /** Where functions are in an image with so many bytes of memory. */
  private static int functionsFrom(int bytes) {
    return HEAD_BYTES + Math.ceilDiv(bytes, PAGE) * PAGE;
  }

  /** Skips the test where the emulator is missing. */
  public static void need() {
    Tools.need("bochs", "bochs, with bochs-term");
    Tools.need("x86_64-linux-gnu-as", "binutils-x86-64-linux-gnu");
  }

  @Override
  public long[] run() {
    Path folder = Tools.temporary();
    try {
      ByteBuffer image = image();
      int size = image.capacity();
      Files.write(folder.resolve("rom"), Rom.BYTES);
      Files.write(folder.resolve("image"), image.array());
      Files.writeString(
          folder.resolve("configuration"),
          CONFIGURATION.formatted(Math.ceilDiv(IMAGE + size, 1 << 20) + 1, model));
      Files.writeString(
          folder.resolve("commands"), "c\nwritemem \"left\" 0x%x %d\nq\n".formatted(IMAGE, size));
      var builder =
          new ProcessBuilder("bochs", "-q", "-f", "configuration", "-rc", "commands")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("messages").toFile());
      builder.environment().put("TERM", "vt100");
      int exit = Tools.exit(builder.start());
      if (!Files.exists(folder.resolve("left"))) {
        fail(
            "bochs ended with "
                + exit
                + "\n"
                + Files.readString(folder.resolve("messages"))
                + Files.readString(folder.resolve("log")));
      }
      ByteBuffer left =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve("left")))
              .order(ByteOrder.LITTLE_ENDIAN);
      check(left, size - CALL_BYTES * calls.size());
      var results = new long[calls.size()];
      for (int i = 0; i < results.length; i++) {
        results[i] = left.getLong(size + CALL_BYTES * (i - results.length));
      }
      memory.put(0, left, HEAD_BYTES, memory.capacity());
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Tools.delete(folder);
    }
  }

  /** Fails unless all calls were made. */
  private void check(ByteBuffer left, int callsAt) {
    int state = left.getInt(STATE);
    if (state == DONE) {
      return;
    }
    int call = (int) (left.getLong(NEXT) - IMAGE - callsAt) / CALL_BYTES;
    String why =
        switch (state) {
          case BROKEN -> "changed a register of its caller";
          case EXCEPTION -> exception(left);
          default -> "ended in state " + state;
        };
    fail("call " + call + " of " + calls.size() + " " + why);
  }

  private String exception(ByteBuffer left) {
    int vector = left.getInt(VECTOR);
    // Some exceptions put a number of their own before the address of the instruction.
    boolean numbered = vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
    long at = left.getLong(STACK + (numbered ? Long.BYTES : 0));
    byte[] code = functions.toByteArray();
    var text = new StringBuilder();
    for (long i = at - IMAGE - functionsFrom;
        i >= 0 && i < code.length && text.length() < 45;
        i++) {
      text.append(" %02x".formatted(code[(int) i]));
    }
    return "had exception %d at 0x%x:%s".formatted(vector, at, text);
  }

  /** Memory as the loop finds it: what it keeps for itself, memory, functions and calls. */
  private ByteBuffer image() {
    int callsFrom = functionsFrom + Math.ceilDiv(functions.size(), Long.BYTES) * Long.BYTES;
    ByteBuffer image =
        ByteBuffer.allocate(callsFrom + CALL_BYTES * calls.size()).order(ByteOrder.LITTLE_ENDIAN);
    image.putLong(NEXT, IMAGE + callsFrom);
    image.putLong(END, IMAGE + image.capacity());
    image.putLong(BLOCKS, Math.ceilDiv(image.capacity(), BLOCK));
    image.put(HEAD_BYTES, memory.array());
    image.put(functionsFrom, functions.toByteArray());
    image.position(callsFrom);
    putCalls(image);
    return image;
  }
}
