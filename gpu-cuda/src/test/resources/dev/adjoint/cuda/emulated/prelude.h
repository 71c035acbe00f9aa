// The words of CUDA C that the printed kernels use, for a C++ compiler. Only these: a text with another one is an error.
#pragma once
#include "kernel.h"

#define __global__
#define __launch_bounds__(items, groups)
#define __device__
#define __shared__ static __attribute__((section("emulated_shared")))
#define __syncthreads() emulated_block->barrier(__LINE__)
#define threadIdx emulated_block->threadIdx
#define blockIdx emulated_block->blockIdx
#define blockDim emulated_block->blockDim
#define gridDim emulated_block->gridDim

static Block *emulated_block;
extern char __start_emulated_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_emulated_shared[] __attribute__((weak, visibility("hidden")));

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

template <class T> struct Pointee { static constexpr unsigned bytes = 0; };
template <class T> struct Pointee<T *> { static constexpr unsigned bytes = sizeof(T); };

/** Calls a kernel when it is made: in braces, arguments are evaluated in order. */
template <class... A> struct Call {
  Call(void (*kernel)(A...), A... arguments) { kernel(arguments...); }
};
template <class... A> static inline void callWith(void **at, void (*kernel)(A...)) {
  Call<A...>{kernel, *(A *) *at++...};
}

template <class F> struct Signature;
template <class... A> struct Signature<void(A...)> {
  static constexpr Parameter parameters[] = {{sizeof(A), Pointee<A>::bytes}..., {0, 0}};
};

/** Follows the text of a kernel. */
#define EMULATED_KERNEL(name, synchronizes)                                                        \
  static void thread_##name(void **arguments) { callWith(arguments, name); }                      \
  extern "C" __attribute__((visibility("default"))) const Kernel emulated_##name = {              \
      thread_##name,           Signature<decltype(name)>::parameters, &emulated_block,            \
      __start_emulated_shared, __stop_emulated_shared,                synchronizes};
