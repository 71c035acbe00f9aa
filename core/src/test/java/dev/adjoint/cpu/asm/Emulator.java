package dev.adjoint.cpu.asm;

import java.nio.ByteBuffer;

/**
 * Runs machine code that the processor of this machine may lack. First memory is filled, and functions and calls of them are
 * added; then all calls are made, one after the other, so that thousands start one process.
 */
public interface Emulator {
  /** Memory: what functions find there, and after {@link #run} what they left. */
  ByteBuffer memory();

  /** Adds a function, and gives its address, a multiple of 64. */
  long function(byte[] code);

  /** Adds a call of a function with up to six arguments, and gives its number. */
  int call(long function, long... arguments);

  /** Makes all calls, in order, and gives the result of each; memory is then as they left it. */
  long[] run();
}
