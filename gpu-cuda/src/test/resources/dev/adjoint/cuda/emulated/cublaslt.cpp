// cuBLASLt on a machine without CUDA: products by plain loops, which the emulated driver runs in their stream. It knows only the
// calls that the engine makes, and refuses products whose matrices do not fit each other.
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>

namespace {
enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum Computation { F32 = 68, F64 = 70, F32_BY_BF16 = 75, F32_BY_TF32 = 77 };
enum Type { R_32F = 0, R_64F = 1 };
enum Epilogue { DEFAULT = 1, BIAS = 4 };

using Handle = uint64_t;
using Enqueue = int (*)(Handle stream, void (*function)(const void *data), const void *data, size_t bytes);

struct Operation {
  int computation, scale;
  int transposesA = 0, transposesB = 0;
  uint32_t epilogue = DEFAULT;
  uint64_t bias = 0;
};

struct Layout {
  int type;
  int64_t rows, columns, leading;
  int batches = 1;
  int64_t batch = 0;
};

/** A product of matrices by columns: D = alpha A B, of which A and B may be transposed, and a bias for each row of D. */
struct Product {
  Operation operation;
  Layout a, b, d;
  uint64_t from, with, to;
  double alpha;
};

std::mutex mutex;
Enqueue enqueue = nullptr;
Handle last = 0;
std::map<Handle, Operation> operations;
std::map<Handle, Layout> layouts;
std::map<Handle, uint64_t> preferences;
Handle library = 0;

template <class T> int make(std::map<Handle, T> &all, Handle *object, T value) {
  std::lock_guard<std::mutex> lock(mutex);
  all[*object = ++last] = value;
  return SUCCESS;
}

template <class T> int drop(std::map<Handle, T> &all, Handle object) {
  std::lock_guard<std::mutex> lock(mutex);
  return all.erase(object) == 1 ? SUCCESS : INVALID_VALUE;
}

template <class T> int set(T &attribute, const void *value, size_t bytes) {
  if (bytes != sizeof attribute) return INVALID_VALUE;
  std::memcpy(&attribute, value, bytes);
  return SUCCESS;
}

bool fit(const Operation &o, const Layout &a, const Layout &b, const Layout &d) {
  int64_t m = o.transposesA ? a.columns : a.rows, k = o.transposesA ? a.rows : a.columns;
  int64_t n = o.transposesB ? b.rows : b.columns;
  bool types = a.type == b.type && b.type == d.type && o.scale == d.type && (o.computation == F64) == (d.type == R_64F);
  bool sizes = m == d.rows && n == d.columns && k == (o.transposesB ? b.columns : b.rows);
  bool leading = a.leading >= a.rows && b.leading >= b.rows && d.leading >= d.rows;
  return types && sizes && leading && a.batches == d.batches && b.batches == d.batches;
}

/** A factor as a computation sees it: rounded to the nearest number of fewer bits where it is allowed to. */
float rounded(float x, int computation) {
  int bits = computation == F32_BY_BF16 ? 16 : computation == F32_BY_TF32 ? 13 : 0;
  if (bits == 0) return x;
  uint32_t word;
  std::memcpy(&word, &x, sizeof word);
  word = (word + (1u << (bits - 1))) >> bits << bits;
  std::memcpy(&x, &word, sizeof word);
  return x;
}
double rounded(double x, int) { return x; }

/** As in a BLAS, factors are not read where alpha is 0. */
template <class T> void multiply(const Product &p) {
  const Operation &o = p.operation;
  const T *bias = (const T *) (o.epilogue == BIAS ? o.bias : 0);
  int64_t depth = o.transposesA ? p.a.rows : p.a.columns;
  for (int batch = 0; batch < p.d.batches; batch++) {
    const T *a = (const T *) p.from + batch * p.a.batch, *b = (const T *) p.with + batch * p.b.batch;
    T *d = (T *) p.to + batch * p.d.batch;
    for (int64_t j = 0; j < p.d.columns; j++) {
      for (int64_t i = 0; i < p.d.rows; i++) {
        T sum = 0;
        for (int64_t k = 0; k < depth && p.alpha != 0; k++) {
          T left = a[o.transposesA ? i * p.a.leading + k : k * p.a.leading + i];
          T right = b[o.transposesB ? k * p.b.leading + j : j * p.b.leading + k];
          sum += rounded(left, o.computation) * rounded(right, o.computation);
        }
        T scaled = (T) p.alpha * sum;
        d[j * p.d.leading + i] = bias == nullptr ? scaled : scaled + bias[i];
      }
    }
  }
}

void run(const void *data) {
  Product p;
  std::memcpy(&p, data, sizeof p);
  if (p.d.type == R_64F) {
    multiply<double>(p);
  } else {
    multiply<float>(p);
  }
}

/** A number of a type in host memory. */
double number(const void *at, int type) { return type == R_64F ? *(const double *) at : *(const float *) at; }

/** What an address is a multiple of; 0 for none. */
uint64_t alignment(uint64_t address) { return address & -address; }
}  // namespace

extern "C" {
/** Tells how work gets into a stream of the emulated driver. */
int emulatedStreams(Enqueue function) {
  enqueue = function;
  return 0;
}

int cublasLtCreate(Handle *handle) {
  *handle = library = 0xb1a5;
  return SUCCESS;
}

int cublasLtMatmulDescCreate(Handle *object, int computation, int scale) {
  bool known = computation == F32 || computation == F64 || computation == F32_BY_BF16 || computation == F32_BY_TF32;
  return known ? make(operations, object, {computation, scale}) : (int) INVALID_VALUE;
}

int cublasLtMatmulDescSetAttribute(Handle object, int attribute, const void *value, size_t bytes) {
  if (operations.count(object) == 0) return INVALID_VALUE;
  Operation &o = operations[object];
  switch (attribute) {
    case 3: return set(o.transposesA, value, bytes);
    case 4: return set(o.transposesB, value, bytes);
    case 7: {
      int status = set(o.epilogue, value, bytes);
      return status == SUCCESS && o.epilogue != DEFAULT && o.epilogue != BIAS ? (int) INVALID_VALUE : status;
    }
    case 8: return set(o.bias, value, bytes);
    default: return INVALID_VALUE;
  }
}

int cublasLtMatmulDescDestroy(Handle object) { return drop(operations, object); }

int cublasLtMatrixLayoutCreate(Handle *object, int type, uint64_t rows, uint64_t columns, int64_t leading) {
  return make(layouts, object, {type, (int64_t) rows, (int64_t) columns, leading});
}

int cublasLtMatrixLayoutSetAttribute(Handle object, int attribute, const void *value, size_t bytes) {
  if (layouts.count(object) == 0) return INVALID_VALUE;
  if (attribute == 5) return set(layouts[object].batches, value, bytes);
  return attribute == 6 ? set(layouts[object].batch, value, bytes) : (int) INVALID_VALUE;
}

int cublasLtMatrixLayoutDestroy(Handle object) { return drop(layouts, object); }

int cublasLtMatmulPreferenceCreate(Handle *object) { return make(preferences, object, uint64_t{0}); }

int cublasLtMatmulPreferenceSetAttribute(Handle object, int attribute, const void *value, size_t bytes) {
  if (preferences.count(object) == 0) return INVALID_VALUE;
  if (attribute == 1) return set(preferences[object], value, bytes);
  uint32_t alignment;
  return attribute >= 5 && attribute <= 8 ? set(alignment, value, bytes) : (int) INVALID_VALUE;
}

int cublasLtMatmulPreferenceDestroy(Handle object) { return drop(preferences, object); }

int cublasLtMatmulAlgoGetHeuristic(Handle handle, Handle operation, Handle a, Handle b, Handle c, Handle d,
    Handle preference, int requested, void *results, int *found) {
  if (handle != library || preferences.count(preference) == 0 || requested < 1 || c != d) return INVALID_VALUE;
  std::memset(results, 0, 96);
  *found = 1;
  try {
    const Operation &o = operations.at(operation);
    if (o.epilogue == BIAS && o.bias == 0) return INVALID_VALUE;
    // The algorithm is for biases that are aligned like this one.
    uint64_t aligned = alignment(o.bias);
    std::memcpy(results, &aligned, sizeof aligned);
    return fit(o, layouts.at(a), layouts.at(b), layouts.at(d)) ? SUCCESS : NOT_SUPPORTED;
  } catch (std::out_of_range &) {
    return INVALID_VALUE;
  }
}

int cublasLtMatmul(Handle handle, Handle operation, const void *alpha, uint64_t a, Handle layoutA, uint64_t b,
    Handle layoutB, const void *beta, uint64_t c, Handle layoutC, uint64_t d, Handle layoutD, const void *algorithm,
    uint64_t workspace, size_t workspaceBytes, Handle stream) {
  if (handle != library || enqueue == nullptr) return NOT_INITIALIZED;
  Product p;
  try {
    p = {operations.at(operation), layouts.at(layoutA), layouts.at(layoutB), layouts.at(layoutD), a, b, d, 0};
  } catch (std::out_of_range &) {
    return INVALID_VALUE;
  }
  p.alpha = number(alpha, p.d.type);
  bool plain = number(beta, p.d.type) == 0 && c == d && layoutC == layoutD;
  if (!plain || algorithm == nullptr || workspace == 0 || workspaceBytes == 0) return INVALID_VALUE;
  uint64_t aligned;
  std::memcpy(&aligned, algorithm, sizeof aligned);
  bool biased = p.operation.epilogue == BIAS;
  if (biased && (p.operation.bias == 0 || alignment(p.operation.bias) < aligned)) return INVALID_VALUE;
  if (!fit(p.operation, p.a, p.b, p.d)) return INVALID_VALUE;
  return enqueue(stream, run, &p, sizeof p) == 0 ? SUCCESS : EXECUTION_FAILED;
}
}
