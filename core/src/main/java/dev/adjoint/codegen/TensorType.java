package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.kernel.Kernel;

/**
 * The elements that tensor cores multiply, and the functions of CUDA C by which a warp has them do so.
 *
 * <p>A row of an operand is words of 32 bits along k, each with one element of tf32, or with two of 16 bits, the first in the low
 * half. A warp multiplies 16 rows of a by 8 columns of b over 8 words, and adds to 16 x 8 elements of c in f32. Its lane l has,
 * with g = l / 4 and q = l % 4:
 *
 * <ul>
 *   <li>of a: word q of row g, word q of row g + 8, word q + 4 of row g, word q + 4 of row g + 8,
 *   <li>of b: words q and q + 4 of column g,
 *   <li>of c: columns 2q and 2q + 1 of row g, then of row g + 8
 * </ul>
 *
 * <p>(PTX ISA, "Matrix Fragments for mma.m16n8k8" with .tf32, and "for mma.m16n8k16" with .bf16 and .f16; that of 8 x 8 elements
 * of 16 bits in "ldmatrix" is that of 8 rows of 4 words.)
 *
 * <p>Each function is left out where a macro has its name: so a machine without tensor cores can have its own.
 */
enum TensorType {
  /** f32 with 10 bits after the point: an operand is rounded to nearest, ties away from zero. */
  TF32(1, "m16n8k8", "tf32"),
  /** Operands of f32 are rounded to nearest, ties to even. */
  BF16(2, "m16n8k16", "bf16"),
  /** Only for factors that have this type in memory. */
  F16(2, "m16n8k16", "f16");

  private final int perWord;
  private final String shape;
  private final String word;

  TensorType(int perWord, String shape, String word) {
    this.perWord = perWord;
    this.shape = shape;
    this.word = word;
  }

  /** The elements of a word. */
  int perWord() {
    return perWord;
  }

  /**
   * The type for a product whose precision allows less than f32: that of the factors in memory if it is the same 16 bits, as
   * nothing is rounded then, else what is allowed.
   */
  static TensorType of(Kernel.MatMul kernel) {
    DType stored = FactorText.narrow(kernel.left());
    if (stored != null && stored == FactorText.narrow(kernel.right())) {
      return stored == DType.F16 ? F16 : BF16;
    }
    return kernel.precision() == Precision.BF16 ? BF16 : TF32;
  }

  /** Whether this is how elements of a type in memory are stored. */
  boolean isStored(DType type) {
    return this == F16 ? type == DType.F16 : this == BF16 && type == DType.BF16;
  }

  /** A call that adds the product of fragments {@code a} and {@code b} to {@code c}. */
  String multiply(CodeText text, String c, String a, String b) {
    String name = "mma_" + word;
    String types = "f32." + word + "." + word + ".f32";
    text.helper(
        """
        #ifndef %1$s
        static __device__ void %1$s(f32* c, const u32* a, const u32* b) {
          asm volatile(
              "mma.sync.aligned.%2$s.row.col.%3$s {%%0, %%1, %%2, %%3}, {%%4, %%5, %%6, %%7}, {%%8, %%9}, "
              "{%%0, %%1, %%2, %%3};"
              : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
              : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
        }
        #endif
        """
            .formatted(name, shape, types));
    return name + "(" + c + ", " + a + ", " + b + ");";
  }

  /**
   * A call that has a warp load four matrices of 8 rows by 4 words: lane l tells where row l % 8 of matrix l / 8 is in shared
   * memory, and gets word l % 4 of row l / 4 of each.
   */
  static String load(CodeText text, String into, String row) {
    text.helper(
        """
        #ifndef load_matrices
        static __device__ void load_matrices(u32* d, const u32* row) {
          asm volatile(
              "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
              : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
              : "r"((u32) __cvta_generic_to_shared(row))
              : "memory");
        }
        #endif
        """);
    return "load_matrices(" + into + ", " + row + ");";
  }

  /** The word of f32 elements, of which there are as many as a word has. */
  String round(CodeText text, String first, String second) {
    return switch (this) {
      case TF32 -> {
        text.helper(
            """
            #ifndef round_tf32
            static __device__ u32 round_tf32(f32 a) {
              u32 word;
              asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(word) : "f"(a));
              return word;
            }
            #endif
            """);
        yield "round_tf32(" + first + ")";
      }
      case BF16 -> {
        text.helper(
            """
            #ifndef round_bf16
            static __device__ u32 round_bf16(f32 a, f32 b) {
              u32 word;
              asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(b), "f"(a));
              return word;
            }
            #endif
            """);
        yield "round_bf16(" + first + ", " + second + ")";
      }
      case F16 -> throw new IllegalStateException("f16: factors of f32 are not rounded to it");
    };
  }
}
