package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.A64Width.X;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs AArch64 code on any machine, under {@code qemu-aarch64}. A program for it is one ELF file: the functions, memory at an
 * address that is known beforehand, a list of calls, and a loop that makes the calls one after the other. So thousands of calls
 * start one process. The loop also checks that a function keeps the registers that belong to its caller.
 */
public final class Qemu extends Emulator {
  /** The address of memory. */
  public static final long MEMORY = 0x1_0000_0000L;

  private static final long FUNCTIONS = 0x4000_0000L;
  private static final long LOOP = 0x1000_0000L;
  private static final long CALLS = 0x2000_0000L;

  private static final int PAGE = 1 << 16;

  /**
   * Where the loop keeps the address of the next call, the stack pointer and a result, since functions may change any register.
   */
  private static final int NEXT = 0;

  private static final int STACK = 8;
  private static final int RESULT = 16;
  private static final int STATE_BYTES = 24;

  /** What the process ends with after a function that changed what belongs to its caller. */
  private static final int BROKEN = 77;

  private static final int STDOUT = 1;
  private static final int WRITE = 64;
  private static final int EXIT = 93;

  /** What code may use up to the next call: x9 to x15 are free, x8 names a call of the system. */
  private static final int FIRST_KEPT = 18;

  private static final int LAST_KEPT = 29;

  /** A program with so many bytes of memory, which are 0 at first. */
  public Qemu(int bytes) {
    super(bytes, FUNCTIONS);
  }

  /** Skips the test where the emulator is missing. */
  public static void need() {
    Tools.need("qemu-aarch64", "qemu-user");
  }

  @Override
  public long[] run() {
    Path folder = Tools.temporary();
    try {
      Path program = folder.resolve("program");
      Path output = folder.resolve("output");
      Path messages = folder.resolve("messages");
      Files.write(program, elf());
      var builder =
          new ProcessBuilder("qemu-aarch64", program.toString())
              .redirectOutput(output.toFile())
              .redirectError(messages.toFile());
      if (!program.toFile().setExecutable(true)) {
        fail(program + " cannot be made executable");
      }
      int exit = Tools.exit(builder.start());
      ByteBuffer written =
          ByteBuffer.wrap(Files.readAllBytes(output)).order(ByteOrder.LITTLE_ENDIAN);
      if (exit != 0) {
        int done = written.limit() / Long.BYTES;
        String why = exit == BROKEN ? "changed a register of its caller" : "ended with " + exit;
        fail("call " + done + " of " + calls.size() + " " + why + " " + Files.readString(messages));
      }
      var results = new long[calls.size()];
      for (int i = 0; i < results.length; i++) {
        results[i] = written.getLong();
      }
      memory.put(0, written, written.position(), memory.capacity());
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Tools.delete(folder);
    }
  }

  /** The loop: each result goes to the output at once, and memory at the end. */
  private byte[] loop() {
    var code = new A64();
    Label next = code.label();
    Label done = code.label();
    Label broken = code.label();
    code.bind(next);
    code.move(9, CALLS);
    code.mem(A64Access.LDR_X, 10, A64Address.at(9, NEXT));
    code.move(11, CALLS + STATE_BYTES + (long) CALL_BYTES * calls.size());
    code.cmp(X, 10, 11);
    code.b(A64Condition.EQ, done);
    code.imm(A64Op.ADD, X, 11, A64.SP, 0);
    code.mem(A64Access.STR_X, 11, A64Address.at(9, STACK));
    for (int i = FIRST_KEPT; i <= LAST_KEPT; i++) {
      code.move(i, kept(i));
    }
    for (int i = 8; i < 16; i++) {
      code.move(11, kept(i));
      code.ins(Arrangement.D2, i, 0, 11);
    }
    code.mem(A64Access.LDR_X, 16, A64Address.after(10, Long.BYTES));
    for (int i = 0; i < 6; i++) {
      code.mem(A64Access.LDR_X, i, A64Address.after(10, Long.BYTES));
    }
    code.mem(A64Access.STR_X, 10, A64Address.at(9, NEXT));
    code.blr(16);
    code.move(9, CALLS);
    code.mem(A64Access.STR_X, 0, A64Address.at(9, RESULT));
    // All differences end up in x10.
    code.mem(A64Access.LDR_X, 10, A64Address.at(9, STACK));
    code.imm(A64Op.ADD, X, 11, A64.SP, 0);
    code.op(A64Op.EOR, X, 10, 10, 11);
    for (int i = FIRST_KEPT; i <= LAST_KEPT; i++) {
      difference(code, i, i);
    }
    for (int i = 8; i < 16; i++) {
      code.umov(Arrangement.D2, 12, i, 0);
      difference(code, 12, i);
    }
    code.cbnz(X, 10, broken);
    code.imm(A64Op.ADD, X, 1, 9, RESULT);
    code.move(2, Long.BYTES);
    write(code);
    code.b(next);

    code.bind(done);
    code.move(1, MEMORY);
    code.move(2, memory.capacity());
    Label more = code.label();
    Label end = code.label();
    code.bind(more);
    code.cbz(X, 2, end);
    write(code);
    code.op(A64Op.ADD, X, 1, 1, 0);
    code.op(A64Op.SUB, X, 2, 2, 0);
    // An error is a number below 0.
    code.tbz(0, 63, more);
    code.move(0, 1);
    code.move(8, EXIT);
    code.svc();
    code.bind(end);
    code.move(0, 0);
    code.move(8, EXIT);
    code.svc();
    code.bind(broken);
    code.move(0, BROKEN);
    code.move(8, EXIT);
    code.svc();
    return code.toBytes();
  }

  private static long kept(int register) {
    return register * 0x0123_4567_89AB_CDEFL;
  }

  private static void difference(A64 code, int register, int number) {
    code.move(11, kept(number));
    code.op(A64Op.EOR, X, 11, 11, register);
    code.op(A64Op.ORR, X, 10, 10, 11);
  }

  /** Writes x2 bytes from x1 on; x0 is how many it wrote. */
  private static void write(A64 code) {
    code.move(0, STDOUT);
    code.move(8, WRITE);
    code.svc();
  }

  private byte[] calls() {
    ByteBuffer bytes =
        ByteBuffer.allocate(STATE_BYTES + CALL_BYTES * calls.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(NEXT, CALLS + STATE_BYTES);
    bytes.position(STATE_BYTES);
    putCalls(bytes);
    return bytes.array();
  }

  /** An executable of four parts, each with an address of its own. */
  private byte[] elf() {
    byte[][] parts = {loop(), functions.toByteArray(), calls(), memory.array()};
    long[] addresses = {LOOP, FUNCTIONS, CALLS, MEMORY};
    int size = PAGE;
    for (byte[] part : parts) {
      size = Math.ceilDiv(size + part.length, PAGE) * PAGE;
    }
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bits, little-endian
    file.putShort((short) 2).putShort((short) 183).putInt(1); // an executable, for AArch64
    file.putLong(LOOP)
        .putLong(64)
        .putLong(0)
        .putInt(0); // where it starts; where headers of parts are
    file.putShort((short) 64).putShort((short) 56).putShort((short) parts.length);
    file.position(64);
    int offset = PAGE;
    for (int i = 0; i < parts.length; i++) {
      int length = parts[i].length;
      int rights = i < 2 ? 5 : 6; // read and execute, or read and write
      file.putInt(1).putInt(rights).putLong(offset).putLong(addresses[i]).putLong(addresses[i]);
      file.putLong(length).putLong(length).putLong(PAGE);
      file.put(offset, parts[i]);
      offset = Math.ceilDiv(offset + length, PAGE) * PAGE;
    }
    return file.array();
  }
}
