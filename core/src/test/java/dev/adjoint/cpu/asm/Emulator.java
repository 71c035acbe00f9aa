package dev.adjoint.cpu.asm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs machine code that the processor of this machine may lack. First memory is filled, and functions and calls of them are
 * added; then all calls are made, one after the other, so that thousands start one process.
 */
public abstract class Emulator {
  /** A function and six arguments. */
  static final int CALL_BYTES = 7 * Long.BYTES;

  final ByteBuffer memory;
  final ByteArrayOutputStream functions = new ByteArrayOutputStream();
  final List<long[]> calls = new ArrayList<>();

  private final long functionsAt;

  /**
   * A program.
   *
   * @param bytes the size of its memory, which is 0 at first
   * @param functionsAt the address of the first function, a multiple of 64
   */
  Emulator(int bytes, long functionsAt) {
    memory = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.functionsAt = functionsAt;
  }

  /** Memory: what functions find there, and after {@link #run} what they left. */
  public final ByteBuffer memory() {
    return memory;
  }

  /** Adds a function, and gives its address, a multiple of 64. */
  public final long function(byte[] code) {
    while (functions.size() % 64 != 0) {
      functions.write(0);
    }
    long address = functionsAt + functions.size();
    functions.writeBytes(code);
    return address;
  }

  /** Adds a call of a function with up to six arguments, and gives its number. */
  public final int call(long function, long... arguments) {
    var call = new long[CALL_BYTES / Long.BYTES];
    call[0] = function;
    System.arraycopy(arguments, 0, call, 1, arguments.length);
    calls.add(call);
    return calls.size() - 1;
  }

  /** Puts all calls to the position of a buffer. */
  final void putCalls(ByteBuffer to) {
    for (long[] call : calls) {
      for (long word : call) {
        to.putLong(word);
      }
    }
  }

  /** Makes all calls, in order, and gives the result of each; memory is then as they left it. */
  public abstract long[] run();
}
