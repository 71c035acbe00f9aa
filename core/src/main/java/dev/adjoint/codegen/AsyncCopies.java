package dev.adjoint.codegen;

/**
 * The functions of CUDA C by which work-items have memory copied to shared memory while they do something else (PTX ISA,
 * "cp.async"). What a work-item has begun to copy up to {@link #commit} is a group; what it has waited for can be seen by the
 * others behind a barrier.
 *
 * <p>Each function is left out where a macro has its name: so a machine without such copies can have its own.
 */
final class AsyncCopies {
  private AsyncCopies() {}

  /**
   * A call that begins to copy 4 or 16 bytes, which are aligned, of which as many as {@code bytes} says are read and the others
   * are 0.
   *
   * @param to an address of shared memory, as a pointer to words of 32 bits
   */
  static String copy(CodeText text, int most, String to, String from, String bytes) {
    if (most != 4 && most != 16) {
      throw new IllegalArgumentException("a copy has 4 or 16 bytes, not " + most);
    }
    // Copies of 16 bytes may pass by the first cache, of which tiles in shared memory have no use.
    text.helper(
        """
        #ifndef copy_%1$d
        static __device__ void copy_%1$d(u32* to, const void* from, i32 bytes) {
          asm volatile(
              "cp.async.%2$s.shared.global [%%0], [%%1], %1$d, %%2;"
              :
              : "r"((u32) __cvta_generic_to_shared(to)), "l"(from), "r"(bytes)
              : "memory");
        }
        #endif
        """
            .formatted(most, most == 16 ? "cg" : "ca"));
    return "copy_" + most + "(" + to + ", " + from + ", " + bytes + ");";
  }

  /** A call that ends a group of copies, which may be empty. */
  static String commit(CodeText text) {
    return instruction(text, "commit_copies", "cp.async.commit_group;");
  }

  /** A call that waits for all groups but the last few. */
  static String await(CodeText text, int others) {
    return instruction(text, "await_copies_but_" + others, "cp.async.wait_group " + others + ";");
  }

  private static String instruction(CodeText text, String name, String ptx) {
    text.helper(
        """
        #ifndef %1$s
        static __device__ void %1$s() {
          asm volatile("%2$s" ::: "memory");
        }
        #endif
        """
            .formatted(name, ptx));
    return name + "();";
  }
}
