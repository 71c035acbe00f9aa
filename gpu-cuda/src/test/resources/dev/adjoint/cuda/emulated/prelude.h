// The words of CUDA C that the printed kernels use, for a C++ compiler. Only these: a text with another one is an error.
#pragma once
#include "kernel.h"

#define __global__ static
#define __launch_bounds__(items, groups)
#define __device__
#define __shared__ static __attribute__((section(EMULATED_SHARED)))
#define __syncthreads() emulated_block->barrier(__LINE__)
#define threadIdx emulated_block->threadIdx
#define blockIdx emulated_block->blockIdx
#define blockDim emulated_block->blockDim
#define gridDim emulated_block->gridDim

struct alignas(16) float4 {
  float x, y, z, w;
};

static Block *emulated_block;

static inline int __float_as_int(float a) {
  int bits;
  __builtin_memcpy(&bits, &a, sizeof bits);
  return bits;
}
static inline float __int_as_float(int bits) {
  float a;
  __builtin_memcpy(&a, &bits, sizeof a);
  return a;
}
static inline long long __double_as_longlong(double a) {
  long long bits;
  __builtin_memcpy(&bits, &a, sizeof bits);
  return bits;
}
static inline double __longlong_as_double(long long bits) {
  double a;
  __builtin_memcpy(&a, &bits, sizeof a);
  return a;
}
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned long long) a * b >> 32; }

// In C++ these would be functions of double alone: CUDA has one for each type.
#define fma emulated_fma
#define fabs emulated_fabs
#define sqrt emulated_sqrt
#define fmod emulated_fmod
static inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
static inline double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
static inline float fabs(float a) { return __builtin_fabsf(a); }
static inline double fabs(double a) { return __builtin_fabs(a); }
static inline float sqrt(float a) { return __builtin_sqrtf(a); }
static inline double sqrt(double a) { return __builtin_sqrt(a); }
static inline float fmod(float a, float b) { return __builtin_fmodf(a, b); }
static inline double fmod(double a, double b) { return __builtin_fmod(a, b); }

/** This thread in its warp. */
static inline unsigned emulated_lane() {
  return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) % 32;
}

/** What the lanes of this warp tell, when all have told it. */
static inline const Block::Lane *emulated_exchange(const Block::Lane &told) {
  Block::Lane *lanes = emulated_block->lanes[emulated_block->turn % 2];
  lanes[emulated_lane()] = told;
  emulated_block->warpBarrier(__LINE__);
  return lanes;
}

// Copies to shared memory; see AsyncCopies. They are done as late as they may be, when their thread waits for them. Until then
// there is garbage: whoever still reads what was there, or already what will be, is wrong.
#define copy_4(to, from, bytes) emulated_copy(to, from, bytes, 4)
#define copy_16(to, from, bytes) emulated_copy(to, from, bytes, 16)
#define commit_copies emulated_commit_copies
#define await_copies_but_0() emulated_await_copies(0)
#define await_copies_but_1() emulated_await_copies(1)
struct Copies {
  struct Copy {
    void *to;
    const void *from;
    int bytes, most;
    unsigned group;
  } waiting[64];
  unsigned count, group;
};
static Copies emulated_copies_of[1024];
static inline Copies &emulated_copies() {
  return emulated_copies_of[threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)];
}
static inline void emulated_copy(void *to, const void *from, int bytes, int most) {
  Copies &copies = emulated_copies();
  const bool shared = to >= emulated_block->shared && (char *) to + most <= emulated_block->sharedEnd;
  const bool aligned = (unsigned long) to % most == 0 && (unsigned long) from % most == 0;
  if (!shared || !aligned || bytes < 0 || bytes > most || copies.count == 64) __builtin_trap();
  __builtin_memset(to, 0xff, most);
  copies.waiting[copies.count++] = {to, from, bytes, most, copies.group};
}
static inline void emulated_commit_copies() { emulated_copies().group++; }
static inline void emulated_await_copies(unsigned others) {
  Copies &copies = emulated_copies();
  unsigned left = 0;
  for (unsigned i = 0; i < copies.count; i++) {
    const Copies::Copy copy = copies.waiting[i];
    if (copy.group + others >= copies.group) {
      copies.waiting[left++] = copy;
      continue;
    }
    __builtin_memset(copy.to, 0, copy.most);
    __builtin_memcpy(copy.to, copy.from, copy.bytes);
  }
  copies.count = left;
}

/** The value of another lane of the warp. */
#define shuffle_xor emulated_shuffle_xor
static inline float shuffle_xor(float a, int mask) {
  Block::Lane told = {nullptr, {(unsigned) __float_as_int(a)}};
  return __int_as_float(emulated_exchange(told)[emulated_lane() ^ mask].words[0]);
}

// The functions of tensor cores; see TensorType, which says how elements lie in the lanes.
#define load_matrices emulated_load_matrices
#define load_turned_matrices emulated_load_turned_matrices
#define round_tf32 emulated_round_tf32
#define round_bf16 emulated_round_bf16
#define mma_tf32(c, a, b) emulated_mma<1>(emulated_tf32, c, a, b)
#define mma_bf16(c, a, b) emulated_mma<2>(emulated_bf16, c, a, b)
#define mma_f16(c, a, b) emulated_mma<2>(emulated_f16, c, a, b)
static inline void load_matrices(unsigned *d, const unsigned *row) {
  if ((unsigned long) row % 16 != 0) __builtin_trap();
  Block::Lane told = {row, {}};
  const unsigned lane = emulated_lane();
  const Block::Lane *lanes = emulated_exchange(told);
  for (unsigned i = 0; i < 4; i++) d[i] = lanes[8 * i + lane / 4].row[lane % 4];
}
static inline void load_turned_matrices(unsigned *d, const unsigned *row) {
  if ((unsigned long) row % 16 != 0) __builtin_trap();
  Block::Lane told = {row, {}};
  const unsigned lane = emulated_lane();
  const Block::Lane *lanes = emulated_exchange(told);
  for (unsigned i = 0; i < 4; i++) {
    d[i] = 0;
    for (unsigned half = 0; half < 2; half++) {
      const unsigned word = lanes[8 * i + lane % 4 * 2 + half].row[lane / 8];
      d[i] |= (word >> lane / 4 % 2 * 16 & 0xffff) << 16 * half;
    }
  }
}
static inline unsigned round_tf32(float a) {
  const int bits = __float_as_int(a);
  return (bits & 0x7f800000) == 0x7f800000 ? bits : (bits + 0x1000) & ~0x1fff;
}
static inline unsigned emulated_round_bf16_half(float a) {
  const unsigned bits = __float_as_int(a);
  return a != a ? 0x7fff : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}
static inline unsigned round_bf16(float a, float b) {
  return emulated_round_bf16_half(a) | emulated_round_bf16_half(b) << 16;
}
/** An operand that was not rounded is an error: tensor cores do not see the other bits. */
static inline double emulated_tf32(unsigned word, unsigned) {
  if ((word & 0x7f800000) != 0x7f800000 && (word & 0x1fff) != 0) __builtin_trap();
  return __int_as_float(word);
}
static inline double emulated_bf16(unsigned word, unsigned half) {
  return __int_as_float(half == 0 ? word << 16 : word & 0xffff0000);
}
static inline double emulated_f16(unsigned word, unsigned half) {
  const unsigned bits = word >> 16 * half, rest = bits & 0x7fff, exponent = rest >> 10;
  const double size = exponent == 0 ? rest * 0x1p-24
      : exponent == 31 ? __int_as_float(0x7f800000 | rest << 13)
                       : __int_as_float((rest << 13) + 0x38000000);
  return bits & 0x8000 ? -size : size;
}
template <int perWord, class Element>
static inline void emulated_mma(Element element, float *c, const unsigned *a, const unsigned *b) {
  Block::Lane told = {nullptr, {a[0], a[1], a[2], a[3], b[0], b[1]}};
  const unsigned lane = emulated_lane();
  const Block::Lane *lanes = emulated_exchange(told);
  for (unsigned i = 0; i < 4; i++) {
    const unsigned column = lane % 4 * 2 + i % 2;
    double sum = 0;
    for (unsigned word = 0; word < 8; word++) {
      const unsigned left = lanes[lane / 4 * 4 + word % 4].words[i / 2 + word / 4 * 2];
      const unsigned right = lanes[column * 4 + word % 4].words[4 + word / 4];
      for (unsigned half = 0; half < perWord; half++) sum += element(left, half) * element(right, half);
    }
    c[i] = c[i] + sum;
  }
}

template <class T> struct Pointee { static constexpr unsigned bytes = 0, optional = 0; };
template <class T> struct Pointee<T *> { static constexpr unsigned bytes = sizeof(T), optional = 0; };
template <class T> struct Pointee<const T *> { static constexpr unsigned bytes = sizeof(T), optional = 1; };

/** Calls a kernel when it is made: in braces, arguments are evaluated in order. */
template <class... A> struct Call {
  Call(void (*kernel)(A...), A... arguments) { kernel(arguments...); }
};
template <class... A> static inline void callWith(void **at, void (*kernel)(A...)) {
  emulated_copies() = {};
  Call<A...>{kernel, *(A *) *at++...};
  if (emulated_copies().count != 0) __builtin_trap();
}

template <class F> struct Signature;
template <class... A> struct Signature<void(A...)> {
  static constexpr Parameter parameters[] = {{sizeof(A), Pointee<A>::bytes, Pointee<A>::optional}..., {}};
};

/** Precedes a text, which is in a namespace of its own. */
#define EMULATED_TEXT(number)                                                                          \
  extern "C" char __start_emulated_shared_##number[] __attribute__((weak, visibility("hidden")));     \
  extern "C" char __stop_emulated_shared_##number[] __attribute__((weak, visibility("hidden")));

/** Follows a text for each kernel of it. */
#define EMULATED_KERNEL(number, name, synchronizes)                                                    \
  static void thread_##name(void **arguments) { callWith(arguments, name); }                          \
  extern "C" __attribute__((visibility("default"))) const Kernel emulated_##number##_##name = {       \
      thread_##name, Signature<decltype(name)>::parameters, &emulated_block,                          \
      __start_emulated_shared_##number, __stop_emulated_shared_##number, synchronizes};
