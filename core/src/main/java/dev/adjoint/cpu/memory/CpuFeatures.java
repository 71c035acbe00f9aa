package dev.adjoint.cpu.memory;

import org.jspecify.annotations.Nullable;

/**
 * What machine code may use: what both the processor and the system offer, or less if {@code -Dadjoint.cpu.isa} says so.
 *
 * @param isa the vector instructions
 * @param bf16 whether there are dot products of bf16, AVX512_BF16, besides AVX-512
 * @param vnni whether there are dot products of bytes, AVX512_VNNI, besides AVX-512
 * @param l3 the size in bytes of one third cache, or 0 if there is none or the processor does not tell
 */
public record CpuFeatures(Isa isa, boolean bf16, boolean vnni, long l3) {
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
    return new CpuFeatures(isa, false, false, 0);
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
      return new CpuFeatures(most, false, false, l3);
    }
    throw new IllegalArgumentException(
        "cpu: adjoint.cpu.isa=" + most + ", but what can be used here is " + isa);
  }
}
