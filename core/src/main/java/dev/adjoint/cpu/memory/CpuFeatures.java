package dev.adjoint.cpu.memory;

import org.jspecify.annotations.Nullable;

/**
 * What machine code may use: what both the processor and the system offer, or less if {@code -Dadjoint.cpu.isa} says so.
 *
 * @param isa the vector instructions
 * @param avx512Bf16 whether AVX-512 has dot products of bf16
 * @param avx512Vnni whether AVX-512 has dot products of 8-bit integers
 * @param avxVnni whether AVX2 has dot products of 8-bit integers
 * @param l1 the size in bytes of a core's first data cache, or 0 if the processor does not tell
 * @param l2 the size in bytes of one second cache, or 0
 * @param l3 the size in bytes of one third cache, or 0
 */
public record CpuFeatures(
    Isa isa, boolean avx512Bf16, boolean avx512Vnni, boolean avxVnni, long l1, long l2, long l3) {
  /** Sets of vector instructions. */
  public enum Isa {
    /** No machine code can be used. */
    NONE,
    /** AArch64: 128 bits. */
    NEON,
    /** AVX2 with FMA, F16C and BMI2: 256 bits. */
    AVX2,
    /** AVX2 and AVX-512 F, BW, DQ and VL: 512 bits. */
    AVX512
  }

  private static final CpuFeatures NONE = of(Isa.NONE);

  /** The features of this process. */
  public static final CpuFeatures HERE = atMost(System.getProperty("adjoint.cpu.isa"), find());

  private static CpuFeatures of(Isa isa) {
    return new CpuFeatures(isa, false, false, false, 0, 0, 0);
  }

  /** What this machine has. */
  static CpuFeatures find() {
    if (!CodeMemory.isUsable()) {
      return NONE;
    }
    return CallConvention.HERE == CallConvention.AAPCS64 ? of(Isa.NEON) : new CpuId().features();
  }

  /** Some features without those that are better than the instructions that are named. */
  static CpuFeatures atMost(@Nullable String most, CpuFeatures found) {
    if (most == null) {
      return found;
    }
    for (Isa isa : Isa.values()) {
      if (isa.name().equalsIgnoreCase(most)) {
        return found.atMost(isa);
      }
    }
    throw new IllegalArgumentException(
        "cpu: adjoint.cpu.isa must be avx512, avx2, neon or none, not '" + most + "'");
  }

  private CpuFeatures atMost(Isa most) {
    if (most == isa) {
      return this;
    }
    if (most == Isa.NONE) {
      return NONE;
    }
    if (most == Isa.AVX2 && isa == Isa.AVX512) {
      return new CpuFeatures(most, false, false, avxVnni, l1, l2, l3);
    }
    throw new IllegalArgumentException(
        "cpu: adjoint.cpu.isa=" + most + ", but what can be used here is " + isa);
  }
}
