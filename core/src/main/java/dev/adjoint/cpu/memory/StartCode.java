package dev.adjoint.cpu.memory;

/** Code that is needed before there can be any other: what an assembler would write for it. */
final class StartCode {
  /** What {@link #PROBE} returns. */
  static final int PROBE_RESULT = 42;

  private static final boolean ARM = CallConvention.HERE == CallConvention.AAPCS64;

  /** {@code mov eax, 42; ret}. */
  static final byte[] PROBE =
      ARM ? words(0xd280_0540, 0xd65f_03c0) : bytes(0xb8, PROBE_RESULT, 0, 0, 0, 0xc3);

  /** AArch64: the code from address x0 to address x1 leaves the data cache, line by line, and the instruction cache. */
  static final byte[] FLUSH =
      words(
          0xd53b_0022, // mrs x2, ctr_el0: the sizes of lines, as powers of two of words
          0xd280_0085, // mov x5, #4
          0xd350_4c43, // ubfx x3, x2, #16, #4
          0x9ac3_20a3, // lsl x3, x5, x3
          0x9240_0c42, // and x2, x2, #15
          0x9ac2_20a2, // lsl x2, x5, x2
          0xd100_0464, // sub x4, x3, #1
          0x8a24_0004, // bic x4, x0, x4
          0xd50b_7b24, // dc cvau, x4
          0x8b03_0084, // add x4, x4, x3
          0xeb01_009f, // cmp x4, x1
          0x54ff_ffa3, // b.lo -3
          0xd503_3b9f, // dsb ish
          0xd100_0444, // sub x4, x2, #1
          0x8a24_0004, // bic x4, x0, x4
          0xd50b_7524, // ic ivau, x4
          0x8b02_0084, // add x4, x4, x2
          0xeb01_009f, // cmp x4, x1
          0x54ff_ffa3, // b.lo -3
          0xd503_3b9f, // dsb ish
          0xd503_3fdf, // isb
          0xd65f_03c0); // ret

  /** {@code long cpuid(int leaf, int part, int[4] answer)}: eax, ebx, ecx and edx of the answer, in that order. */
  static final byte[] CPUID =
      join(
          CallConvention.HERE == CallConvention.WINDOWS
              ? bytes(0x89, 0xc8, 0x89, 0xd1) // mov eax, ecx; mov ecx, edx; r8 is the answer
              : bytes(
                  0x49, 0x89, 0xd0, 0x89, 0xf8, 0x89,
                  0xf1), // mov r8, rdx; mov eax, edi; mov ecx, esi
          bytes(0x53, 0x0f, 0xa2), // push rbx; cpuid
          bytes(0x41, 0x89, 0x00, 0x41, 0x89, 0x58, 4), // mov [r8], eax; mov [r8+4], ebx
          bytes(0x41, 0x89, 0x48, 8, 0x41, 0x89, 0x50, 12), // mov [r8+8], ecx; mov [r8+12], edx
          bytes(0x5b, 0xc3)); // pop rbx; ret

  /** {@code long xgetbv()}: which registers the system saves. */
  static final byte[] XGETBV =
      join(
          bytes(0x31, 0xc9, 0x0f, 0x01, 0xd0), // xor ecx, ecx; xgetbv
          bytes(0x48, 0xc1, 0xe2, 32, 0x48, 0x09, 0xd0, 0xc3)); // shl rdx, 32; or rax, rdx; ret

  private StartCode() {}

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] words(int... values) {
    byte[] bytes = new byte[4 * values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i / 4] >> (8 * (i % 4)));
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
