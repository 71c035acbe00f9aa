package dev.adjoint.cpu.memory;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which registers carry the six arguments of a kernel, and which it must give back as it found them. Registers have the
 * numbers of their encodings: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15, or x0 to x30.
 */
public enum CallConvention {
  /** x86-64, all systems but Windows: rdi, rsi, rdx, rcx, r8, r9; rbx, rbp and r12 to r15 are kept, and no vector. */
  SYSTEM_V(new int[] {7, 6, 2, 1, 8, 9}, 0xF028, 0),

  /** x86-64 Windows: rcx, rdx, r8, r9, then the stack; rsi, rdi and the low halves of ymm6 to ymm15 are kept as well. */
  WINDOWS(new int[] {1, 2, 8, 9}, 0xF0E8, 0xFFC0),

  /** AArch64: x0 to x5; x19 to x30 and the low halves of v8 to v15 are kept, and x18 belongs to the system. */
  AAPCS64(new int[] {0, 1, 2, 3, 4, 5}, 0x7FF8_0000, 0xFF00);

  /** The convention of this process, or null if no machine code is written for its processor. */
  public static final @Nullable CallConvention HERE =
      of(System.getProperty("os.arch", ""), System.getProperty("os.name", ""));

  private final int[] arguments;
  private final int kept;
  private final int keptVectors;

  CallConvention(int[] arguments, int kept, int keptVectors) {
    this.arguments = arguments;
    this.kept = kept;
    this.keptVectors = keptVectors;
  }

  static @Nullable CallConvention of(String processor, String system) {
    return switch (processor) {
      case "amd64", "x86_64" ->
          system.toLowerCase(Locale.ROOT).contains("windows") ? WINDOWS : SYSTEM_V;
      case "aarch64" -> AAPCS64;
      default -> null;
    };
  }

  /** The register of argument 0 to 5, or -1 if it lies on the stack, at {@link #stackOffset}. */
  public int argument(int index) {
    return index < arguments.length ? arguments[index] : -1;
  }

  /** How many bytes above the stack pointer that the kernel is entered with an argument without a register lies. */
  public int stackOffset(int index) {
    // The return address, and the caller's room for the four arguments in registers.
    return 8 + 32 + 8 * (index - arguments.length);
  }

  /** Whether a kernel must give a general register back as it found it; the stack pointer goes without saying. */
  public boolean keeps(int register) {
    return ((kept >> register) & 1) != 0;
  }

  /** Whether a kernel must give the low bits of a vector register back as it found them: 128, on AArch64 64. */
  public boolean keepsVector(int register) {
    return register < 16 && ((keptVectors >> register) & 1) != 0;
  }
}
