package dev.adjoint.codegen;

/** The conversions between f32 and the bits of f16 as C functions: not all devices have a type for f16. */
final class CHalves {
  private CHalves() {}

  /** See {@link dev.adjoint.kernel.ScalarOp#WIDEN}. */
  static String widen(CodeText text, Dialect dialect, String a) {
    text.helper(
        dialect.function
            + """
             f32 widen(i32 a) {
              const i32 rest = a & 0x7fff;
              const i32 moved = rest << 13;
              const i32 special = moved | (rest > 0x7c00 ? 0x7fc00000 : 0x7f800000);
              const i32 normal = moved + 0x38000000;
              const i32 subnormal = %s;
              const i32 size = rest < 0x400 ? subnormal : rest < 0x7c00 ? normal : special;
              const i32 sign = (i32) ((u32) (a & 0x8000) << 16);
              return %s;
            }
            """
                .formatted(
                    dialect.bitsF32.formatted("rest * 5.9604645e-8f"),
                    dialect.floatOf.formatted("size | sign")));
    return "widen(" + a + ")";
  }

  /** See {@link dev.adjoint.kernel.ScalarOp#NARROW}. */
  static String narrow(CodeText text, Dialect dialect, String a) {
    // Adding 1/2 to a number below 2^-14 rounds it to a multiple of 2^-24.
    text.helper(
        dialect.function
            + """
             i32 narrow(f32 a) {
              const i32 bits = %s;
              const i32 rest = bits & 0x7fffffff;
              const i32 normal = (rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13;
              const i32 finite = normal < 0x7c00 ? normal : 0x7c00;
              const i32 subnormal = %s - 0x3f000000;
              const i32 size = rest < 0x38800000 ? subnormal : finite;
              return a != a ? 0x7e00 : size | (bits >> 16 & 0x8000);
            }
            """
                .formatted(
                    dialect.bitsF32.formatted("a"), dialect.bitsF32.formatted("fabs(a) + 0.5f")));
    return "narrow(" + a + ")";
  }
}
