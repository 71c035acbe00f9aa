package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Widening;
import org.jspecify.annotations.Nullable;

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

  /** The type that factors of f32 are rounded to where a precision allows less. */
  static TensorType of(Precision precision) {
    return precision == Precision.BF16 ? BF16 : TF32;
  }

  /** The type of 16 bits that both factors have in memory, which needs no rounding; null if they do not. */
  static @Nullable TensorType stored(Kernel.MatMul kernel) {
    DType stored = Widening.type(kernel.left());
    if (stored == null || stored != Widening.type(kernel.right())) {
      return null;
    }
    return stored == DType.F16 ? F16 : BF16;
  }

  /** The elements of a word. */
  int perWord() {
    return perWord;
  }

  /** The elements that a fragment has along k. */
  int depth() {
    return 8 * perWord;
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
    return load(text, "load_matrices", "", into, row);
  }

  /**
   * The same for matrices of 8 by 8 elements of 16 bits that are turned: lane l gets elements 2 (l % 4) and 2 (l % 4) + 1 of
   * column l / 4.
   */
  static String loadTurned(CodeText text, String into, String row) {
    return load(text, "load_turned_matrices", ".trans", into, row);
  }

  private static String load(CodeText text, String name, String turned, String into, String row) {
    text.helper(
        """
        #ifndef %1$s
        static __device__ void %1$s(u32* d, const u32* row) {
          asm volatile(
              "ldmatrix.sync.aligned.m8n8.x4%2$s.shared.b16 {%%0, %%1, %%2, %%3}, [%%4];"
              : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
              : "r"((u32) __cvta_generic_to_shared(row))
              : "memory");
        }
        #endif
        """
            .formatted(name, turned));
    return name + "(" + into + ", " + row + ");";
  }

  /**
   * Prints that words of f32 of a fragment of a, or of two of b, become what is multiplied.
   *
   * @param words four words for each 8 elements along k, as {@link #load} has them for words of one element
   * @param operand 0 for a, 1 for b
   */
  void round(CodeText text, String into, String words, int operand) {
    if (this == TF32) {
      for (int r = 0; r < 4; r++) {
        text.line("(" + into + ")[" + r + "] = " + round(text, word(words, r), "") + ";");
      }
      return;
    }
    // Elements 4 apart share a word. As both operands have the same order along k, products are the
    // same.
    for (int r = 0; r < 4; r++) {
      int half = operand == 0 ? r / 2 : r % 2;
      int first = operand == 0 ? r % 2 : r / 2 * 2;
      int second = operand == 0 ? first + 2 : first + 1;
      String word = round(text, word(words, 4 * half + first), word(words, 4 * half + second));
      text.line("(" + into + ")[" + r + "] = " + word + ";");
    }
  }

  /**
   * A word of a fragment of a whose columns along k are those of a tile of results, as a lane has it: columns 2q and 2q + 1 of a
   * fragment of results become elements q and q + 4 of tf32, or both of a word of 16 bits.
   *
   * @param tile where the fragments of the tile begin that have these columns
   */
  String ofTile(CodeText text, String tile, int number) {
    if (perWord == 1) {
      return round(text, "(" + tile + ")[" + (number % 2 * 2 + number / 2) + "]", "");
    }
    int first = number / 2 * 4 + number % 2 * 2;
    return round(text, "(" + tile + ")[" + first + "]", "(" + tile + ")[" + (first + 1) + "]");
  }

  private static String word(String words, int number) {
    return "__int_as_float(" + words + "[" + number + "])";
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
