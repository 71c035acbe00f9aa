package dev.adjoint.codegen;

/** The words in which OpenCL C and CUDA C differ. Whatever is not here is printed alike. */
public enum Dialect {
  /** OpenCL C 1.2. */
  OPENCL(
      "-w -cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt",
      Integer.MAX_VALUE,
      """
      #pragma OPENCL FP_CONTRACT OFF
      typedef uchar u8;
      typedef ushort u16;
      typedef int i32;
      typedef uint u32;
      typedef long i64;
      typedef ulong u64;
      typedef float f32;
      """,
      """
      #pragma OPENCL EXTENSION cl_khr_fp64 : enable
      typedef double f64;
      """,
      "__kernel void",
      "static",
      "__global ",
      "__local ",
      "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);",
      "(i32) get_group_id(%d)",
      "(i32) get_local_id(%d)",
      "(i32) get_local_size(%d)",
      "as_int(%s)",
      "as_float(%s)",
      "as_long(%s)",
      "as_double(%s)",
      "mul_hi(%s, %s)"),

  /** CUDA C++, in the part of it that is C. */
  CUDA(
      "--fmad=false --prec-div=true --prec-sqrt=true --ftz=false",
      65535,
      """
      typedef unsigned char u8;
      typedef unsigned short u16;
      typedef int i32;
      typedef unsigned int u32;
      typedef long long i64;
      typedef unsigned long long u64;
      typedef float f32;
      """,
      """
      typedef double f64;
      """,
      "extern \"C\" __global__ void",
      "static __device__",
      "",
      "__shared__ ",
      "__syncthreads();",
      "(i32) blockIdx.%c",
      "(i32) threadIdx.%c",
      "(i32) blockDim.%c",
      "__float_as_int(%s)",
      "__int_as_float(%s)",
      "__double_as_longlong(%s)",
      "__longlong_as_double(%s)",
      "__umulhi(%s, %s)");

  /** The functions of OpenCL C that kernels call, for a compiler that would have to read the declarations of all of them. */
  public static final String OPENCL_FUNCTIONS =
      """
      #define PURE __attribute__((overloadable, const))
      #define READS __attribute__((overloadable, pure))
      size_t PURE get_group_id(uint);
      size_t PURE get_local_id(uint);
      size_t PURE get_local_size(uint);
      void __attribute__((overloadable, convergent)) barrier(cl_mem_fence_flags);
      uint PURE mul_hi(uint, uint);
      #define MATH(t) t PURE fabs(t); t PURE sqrt(t); t PURE fmod(t, t); t PURE fma(t, t, t);
      #define MOVED(t, v, n, space) \\
        v READS vload##n(size_t, const space t*); \\
        void __attribute__((overloadable)) vstore##n(v, size_t, space t*);
      #define VECTOR(t, v, n) \\
        v PURE fma(v, v, v); \\
        MOVED(t, v, n, __global) MOVED(t, v, n, __local) MOVED(t, v, n, __private)
      MATH(float)
      VECTOR(float, float16, 16)
      #ifdef cl_khr_fp64
      MATH(double)
      VECTOR(double, double8, 8)
      #endif
      #undef PURE
      #undef READS
      #undef MATH
      #undef MOVED
      #undef VECTOR
      """;

  private final String options;
  private final int mostRowGroups;
  final String preamble;
  final String preambleF64;
  final String kernel;
  final String function;
  final String global;
  final String local;
  final String barrier;
  private final String group;
  private final String item;
  private final String items;
  final String bitsF32;
  final String floatOf;
  final String bitsF64;
  final String doubleOf;
  private final String highProduct;

  Dialect(
      String options,
      int mostRowGroups,
      String preamble,
      String preambleF64,
      String kernel,
      String function,
      String global,
      String local,
      String barrier,
      String group,
      String item,
      String items,
      String bitsF32,
      String floatOf,
      String bitsF64,
      String doubleOf,
      String highProduct) {
    this.options = options;
    this.mostRowGroups = mostRowGroups;
    this.preamble = preamble;
    this.preambleF64 = preambleF64;
    this.kernel = kernel;
    this.function = function;
    this.global = global;
    this.local = local;
    this.barrier = barrier;
    this.group = group;
    this.item = item;
    this.items = items;
    this.bitsF32 = bitsF32;
    this.floatOf = floatOf;
    this.bitsF64 = bitsF64;
    this.doubleOf = doubleOf;
    this.highProduct = highProduct;
  }

  /** The compiler options without which results would have other bits: no contraction, exact division and square root. */
  public String options() {
    return options;
  }

  /** The largest number of work-groups along the second dimension of a launch. */
  int mostRowGroups() {
    return mostRowGroups;
  }

  /** The number of this work-item's group. */
  String group(int dimension) {
    return indexed(group, dimension);
  }

  /** The number of this work-item in its group. */
  String item(int dimension) {
    return indexed(item, dimension);
  }

  /** How many work-items a group has. */
  String items(int dimension) {
    return indexed(items, dimension);
  }

  private String indexed(String word, int dimension) {
    return this == CUDA
        ? String.format(word, (char) ('x' + dimension))
        : String.format(word, dimension);
  }

  /** The high 32 bits of the product of two unsigned numbers. */
  String highProduct(String a, String b) {
    return String.format(highProduct, a, b);
  }
}
