package dev.adjoint.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Asks an x86-64 processor for its features. */
final class CpuId {
  private static final int EAX = 0;
  private static final int EBX = 1;
  private static final int ECX = 2;
  private static final int EDX = 3;

  /** Bits of leaf 1, ecx. */
  private static final int FMA = 1 << 12;

  private static final int OSXSAVE = 1 << 27;
  private static final int AVX = 1 << 28;
  private static final int F16C = 1 << 29;

  /** Bits of leaf 7, ebx. */
  private static final int AVX2 = 1 << 5;

  private static final int BMI2 = 1 << 8;
  private static final int AVX512_F = 1 << 16;
  private static final int AVX512_DQ = 1 << 17;
  private static final int AVX512_BW = 1 << 30;
  private static final int AVX512_VL = 1 << 31;

  /** A bit of leaf 7, ecx. */
  private static final int AVX512_VNNI = 1 << 11;

  /** A bit of leaf 7, part 1, eax. */
  private static final int AVX512_BF16 = 1 << 5;

  /** A bit of leaf 0x80000001, ecx: leaf 0x8000001D tells of caches. */
  private static final int TOPOLOGY = 1 << 22;

  /** The leaf whose edx has, from bit 18 on, the size of all third caches of an AMD processor, in units of 512 KiB. */
  private static final int CACHES = 0x8000_0006;

  /** What the cores that share one third cache have of it at most, but for those with a second layer of it. */
  private static final long MOST_OF_AMD = 32L << 20;

  /** What the system saves: xmm and ymm, and for AVX-512 masks and zmm as well. */
  private static final long SAVES_YMM = 0x06;

  private static final long SAVES_ZMM = 0xE6;

  private final Code cpuid = CodeMemory.install("cpuid", StartCode.CPUID, StartCode.CPUID.length);
  private final MemorySegment answer = Arena.ofAuto().allocate(16);
  private final int leaves = ask(0, 0, EAX);

  private int ask(int leaf, int part, int register) {
    cpuid.call(leaf, part, answer.address(), 0, 0, 0);
    return answer.getAtIndex(JAVA_INT, register);
  }

  CpuFeatures features() {
    int basic = ask(1, 0, ECX);
    int more = leaves >= 7 ? ask(7, 0, EBX) : 0;
    long saved = has(basic, OSXSAVE) ? saved() : 0;
    boolean avx2 = has(basic, FMA | AVX | F16C) && has(more, AVX2 | BMI2) && has(saved, SAVES_YMM);
    boolean avx512 =
        avx2 && has(more, AVX512_F | AVX512_DQ | AVX512_BW | AVX512_VL) && has(saved, SAVES_ZMM);
    boolean bf16 = avx512 && ask(7, 0, EAX) >= 1 && has(ask(7, 1, EAX), AVX512_BF16);
    boolean vnni = avx512 && has(ask(7, 0, ECX), AVX512_VNNI);
    Isa isa = avx512 ? Isa.AVX512 : avx2 ? Isa.AVX2 : Isa.NONE;
    return new CpuFeatures(isa, bf16, vnni, lastCache());
  }

  private static long saved() {
    Code xgetbv = CodeMemory.install("xgetbv", StartCode.XGETBV, StartCode.XGETBV.length);
    return xgetbv.call(0, 0, 0, 0, 0, 0);
  }

  private static boolean has(long bits, long wanted) {
    return (bits & wanted) == wanted;
  }

  private static boolean has(int bits, int wanted) {
    return (bits & wanted) == wanted;
  }

  /** The size of one third cache, or 0. */
  private long lastCache() {
    int highest = ask(0x8000_0000, 0, EAX);
    if (Integer.compareUnsigned(highest, 0x8000_001D) >= 0
        && has(ask(0x8000_0001, 0, ECX), TOPOLOGY)) {
      return lastCache(0x8000_001D);
    }
    long described = leaves >= 4 ? lastCache(4) : 0;
    boolean summed = described == 0 && Integer.compareUnsigned(highest, CACHES) >= 0;
    // AMD's tell of all together here, which is all that some virtual machines of them tell.
    return summed ? Math.min(MOST_OF_AMD, (ask(CACHES, 0, EDX) >>> 18) * (512L << 10)) : described;
  }

  /** The size of the third cache that the parts of a leaf describe, or 0. */
  private long lastCache(int leaf) {
    for (int part = 0; ; part++) {
      int kind = ask(leaf, part, EAX);
      int holds = kind & 31;
      if (holds == 0) {
        return 0;
      }
      if (((kind >> 5) & 7) == 3) {
        int shape = ask(leaf, part, EBX);
        long ways = (shape >>> 22) + 1L;
        long partitions = ((shape >>> 12) & 1023) + 1L;
        long line = (shape & 4095) + 1L;
        return ways * partitions * line * (ask(leaf, part, ECX) + 1L);
      }
    }
  }
}
