// cuDNN on a machine without CUDA: convolutions by plain loops in double, which the emulated driver runs in their stream. It knows
// only the calls that the engine makes, and refuses images and weights that do not fit each other.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace {
enum Status { SUCCESS = 0, NOT_INITIALIZED = 1001, BAD_PARAM = 2000, NOT_SUPPORTED = 3000, EXECUTION_FAILED = 5000 };
enum Type { FLOAT = 0, DOUBLE = 1 };
enum Math { DEFAULT_MATH = 0, FMA_MATH = 3 };

/** As many axes as a convolution of images with three axes has. */
const int MOST = 5;

using Handle = uint64_t;
using Enqueue = int (*)(const char *call, Handle stream, void (*function)(const void *data), const void *data, size_t bytes);

/** Images or weights; the strides of weights are those of contiguous ones. */
struct Tensor {
  int type, rank, sizes[MOST], strides[MOST];
};

struct Convolution {
  int axes, padding[3], strides[3], dilations[3], type, groups, math;
};

/** What a call computes: an image, a weight and an output, of which one is written, after it was scaled; and maybe a bias. */
struct Work {
  Tensor input, filter, output;
  Convolution convolution;
  bool gradient;
  uint64_t x, w, y, b;
  double scale;
};

std::mutex mutex;
Enqueue enqueue = nullptr;
Handle last = 0;
/** The algorithms that this does not have, one bit for each. */
int refused = 0;
std::map<Handle, Tensor> tensors, filters;
std::map<Handle, Convolution> convolutions;
/** Whether each activation is described; all are the identity. */
std::map<Handle, bool> activations;
/** The stream of each handle. */
std::map<Handle, Handle> streams;

template <class T> int make(std::map<Handle, T> &all, Handle *object) {
  std::lock_guard<std::mutex> lock(mutex);
  all[*object = ++last] = T{};
  return SUCCESS;
}

template <class T> int drop(std::map<Handle, T> &all, Handle object) {
  std::lock_guard<std::mutex> lock(mutex);
  return all.erase(object) == 1 ? SUCCESS : BAD_PARAM;
}

int describe(std::map<Handle, Tensor> &all, Handle object, int type, int rank, const int *sizes, const int *strides) {
  std::lock_guard<std::mutex> lock(mutex);
  if (all.count(object) == 0 || (type != FLOAT && type != DOUBLE) || rank < 4) return BAD_PARAM;
  if (rank > MOST) return NOT_SUPPORTED;
  Tensor t{type, rank, {}, {}};
  for (int axis = rank - 1, next = 1; axis >= 0; axis--) {
    t.sizes[axis] = sizes[axis];
    t.strides[axis] = strides == nullptr ? next : strides[axis];
    if (t.sizes[axis] < 1 || t.strides[axis] < 1) return BAD_PARAM;
    next *= sizes[axis];
  }
  all[object] = t;
  return SUCCESS;
}

/** Whether no two elements are at one place. */
bool apart(const Tensor &t) {
  std::vector<std::pair<int, int>> axes;
  for (int axis = 0; axis < t.rank; axis++) {
    if (t.sizes[axis] > 1) axes.push_back({t.strides[axis], t.sizes[axis]});
  }
  std::sort(axes.begin(), axes.end());
  int64_t reached = 0;
  for (auto &axis : axes) {
    if (axis.first <= reached) return false;
    reached += (int64_t) axis.first * (axis.second - 1);
  }
  return true;
}

bool fit(const Work &work) {
  const Convolution &c = work.convolution;
  const Tensor &x = work.input, &w = work.filter, &y = work.output;
  bool fits = x.type == w.type && w.type == y.type && y.type == c.type && x.rank == c.axes + 2 && w.rank == x.rank &&
              y.rank == x.rank && c.groups > 0 && w.sizes[0] % c.groups == 0 && x.sizes[0] == y.sizes[0] &&
              x.sizes[1] == w.sizes[1] * c.groups && y.sizes[1] == w.sizes[0] && apart(x) && apart(y);
  for (int axis = 0; axis < c.axes && fits; axis++) {
    int reach = (w.sizes[2 + axis] - 1) * c.dilations[axis] + 1;
    int padded = x.sizes[2 + axis] + 2 * c.padding[axis];
    fits = padded >= reach && y.sizes[2 + axis] == (padded - reach) / c.strides[axis] + 1;
  }
  return fits;
}

/** A factor as a convolution sees it: rounded to TF32 unless it must not be. */
double rounded(float x, int math) {
  if (math == FMA_MATH) return x;
  uint32_t word;
  std::memcpy(&word, &x, sizeof word);
  word = (word + (1u << 12)) >> 13 << 13;
  std::memcpy(&x, &word, sizeof word);
  return x;
}
double rounded(double x, int) { return x; }

/** The next index along some axes; false after the last. */
bool next(int *index, const int *sizes, int axes) {
  for (int axis = axes - 1; axis >= 0; axis--) {
    if (++index[axis] < sizes[axis]) return true;
    index[axis] = 0;
  }
  return false;
}

int64_t at(const Tensor &t, const int *index) {
  int64_t place = 0;
  for (int axis = 0; axis < t.rank; axis++) place += (int64_t) index[axis] * t.strides[axis];
  return place;
}

template <class T> void convolve(const Work &work) {
  const Convolution &c = work.convolution;
  const T *x = (const T *) work.x;
  T *w = (T *) work.w, *y = (T *) work.y;
  const Tensor &result = work.gradient ? work.filter : work.output;
  std::vector<double> sums(at(result, result.sizes) + 1);
  int out[MOST] = {};
  do {
    int of[MOST] = {};
    do {
      int element[MOST] = {out[1]}, place[MOST] = {out[0], out[1] / (work.filter.sizes[0] / c.groups) * work.filter.sizes[1] + of[0]};
      bool inside = true;
      for (int axis = 1; axis < work.filter.rank; axis++) element[axis] = of[axis - 1];
      for (int axis = 0; axis < c.axes; axis++) {
        int p = out[2 + axis] * c.strides[axis] + of[1 + axis] * c.dilations[axis] - c.padding[axis];
        inside = inside && p >= 0 && p < work.input.sizes[2 + axis];
        place[2 + axis] = p;
      }
      if (inside) {
        double from = rounded(x[at(work.input, place)], c.math);
        if (work.gradient) {
          sums[at(work.filter, element)] += from * rounded(y[at(work.output, out)], c.math);
        } else {
          sums[at(work.output, out)] += from * rounded(w[at(work.filter, element)], c.math);
        }
      }
    } while (next(of, work.filter.sizes + 1, work.filter.rank - 1));
  } while (next(out, work.output.sizes, work.output.rank));
  int index[MOST] = {};
  do {
    T value = (T) (work.scale * sums[at(result, index)]);
    if (work.b != 0) value += ((const T *) work.b)[index[1]];
    (work.gradient ? w : y)[at(result, index)] = value;
  } while (next(index, result.sizes, result.rank));
}

void run(const void *data) {
  Work work;
  std::memcpy(&work, data, sizeof work);
  if (work.input.type == DOUBLE) {
    convolve<double>(work);
  } else {
    convolve<float>(work);
  }
}

/** A number of a type in host memory. */
double number(const void *at, int type) { return type == DOUBLE ? *(const double *) at : *(const float *) at; }

bool known(int algorithm, bool gradient) { return algorithm == 1 || (algorithm == 0 && !gradient); }

int find(Handle handle, Work *work, Handle x, Handle w, Handle convolution, Handle y, int algorithm, bool gradient) {
  std::lock_guard<std::mutex> lock(mutex);
  if (streams.count(handle) == 0) return NOT_INITIALIZED;
  try {
    *work = {tensors.at(x), filters.at(w), tensors.at(y), convolutions.at(convolution), gradient, 0, 0, 0, 0, 1};
  } catch (std::out_of_range &) {
    return BAD_PARAM;
  }
  if (!known(algorithm, gradient) || !fit(*work)) return BAD_PARAM;
  return (refused >> algorithm & 1) != 0 ? NOT_SUPPORTED : SUCCESS;
}

int start(const char *call, Handle handle, Work work, const void *scale, const void *zero, uint64_t workspace, size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex);
  Handle stream = streams[handle];
  if (enqueue == nullptr || stream == 0) return NOT_INITIALIZED;
  int size = work.input.type == DOUBLE ? 8 : 4;
  bool placed = work.x != 0 && work.w != 0 && work.y != 0 && (work.x | work.w | work.y | work.b) % size == 0;
  bool plain = number(zero, work.input.type) == 0;
  work.scale = number(scale, work.input.type);
  if (!placed || !plain || workspace == 0 || bytes < 1024) return BAD_PARAM;
  return enqueue(call, stream, run, &work, sizeof work) == 0 ? SUCCESS : EXECUTION_FAILED;
}
}  // namespace

extern "C" {
/** Tells how work gets into a stream of the emulated driver. */
int emulatedStreams(Enqueue function) {
  enqueue = function;
  return 0;
}

/** Has some algorithms be refused from now on. */
int emulatedRefuse(int algorithms) {
  refused = algorithms;
  return 0;
}

/** The descriptions that are not destroyed. */
int emulatedDescriptions() { return tensors.size() + filters.size() + convolutions.size() + activations.size(); }

int cudnnCreate(Handle *handle) { return make(streams, handle); }

int cudnnDestroy(Handle handle) { return drop(streams, handle); }

int cudnnSetStream(Handle handle, Handle stream) {
  std::lock_guard<std::mutex> lock(mutex);
  if (streams.count(handle) == 0 || stream == 0) return BAD_PARAM;
  streams[handle] = stream;
  return SUCCESS;
}

int cudnnCreateTensorDescriptor(Handle *object) { return make(tensors, object); }
int cudnnDestroyTensorDescriptor(Handle object) { return drop(tensors, object); }
int cudnnCreateFilterDescriptor(Handle *object) { return make(filters, object); }
int cudnnDestroyFilterDescriptor(Handle object) { return drop(filters, object); }
int cudnnCreateConvolutionDescriptor(Handle *object) { return make(convolutions, object); }
int cudnnDestroyConvolutionDescriptor(Handle object) { return drop(convolutions, object); }
int cudnnCreateActivationDescriptor(Handle *object) { return make(activations, object); }
int cudnnDestroyActivationDescriptor(Handle object) { return drop(activations, object); }

int cudnnSetTensorNdDescriptor(Handle object, int type, int rank, const int *sizes, const int *strides) {
  return strides == nullptr ? (int) BAD_PARAM : describe(tensors, object, type, rank, sizes, strides);
}

int cudnnSetFilterNdDescriptor(Handle object, int type, int format, int rank, const int *sizes) {
  return format != 0 ? (int) BAD_PARAM : describe(filters, object, type, rank, sizes, nullptr);
}

int cudnnSetConvolutionNdDescriptor(Handle object, int axes, const int *padding, const int *strides, const int *dilations,
    int mode, int type) {
  std::lock_guard<std::mutex> lock(mutex);
  if (convolutions.count(object) == 0 || axes < 2 || axes > 3 || mode != 1) return BAD_PARAM;
  Convolution c{axes, {}, {}, {}, type, 1, DEFAULT_MATH};
  for (int axis = 0; axis < axes; axis++) {
    c.padding[axis] = padding[axis];
    c.strides[axis] = strides[axis];
    c.dilations[axis] = dilations[axis];
    if (padding[axis] < 0 || strides[axis] < 1 || dilations[axis] < 1) return BAD_PARAM;
  }
  convolutions[object] = c;
  return SUCCESS;
}

int cudnnSetActivationDescriptor(Handle object, int mode, int nan, double) {
  std::lock_guard<std::mutex> lock(mutex);
  if (activations.count(object) == 0 || mode != 5 || nan != 1) return BAD_PARAM;
  activations[object] = true;
  return SUCCESS;
}

int cudnnSetConvolutionGroupCount(Handle object, int groups) {
  std::lock_guard<std::mutex> lock(mutex);
  if (convolutions.count(object) == 0 || groups < 1) return BAD_PARAM;
  convolutions[object].groups = groups;
  return SUCCESS;
}

int cudnnSetConvolutionMathType(Handle object, int math) {
  std::lock_guard<std::mutex> lock(mutex);
  if (convolutions.count(object) == 0 || (math != DEFAULT_MATH && math != FMA_MATH)) return BAD_PARAM;
  convolutions[object].math = math;
  return SUCCESS;
}

int cudnnGetConvolutionForwardWorkspaceSize(Handle handle, Handle x, Handle w, Handle convolution, Handle y, int algorithm,
    size_t *bytes) {
  Work work;
  *bytes = 1024;
  return find(handle, &work, x, w, convolution, y, algorithm, false);
}

int cudnnGetConvolutionBackwardFilterWorkspaceSize(Handle handle, Handle x, Handle y, Handle convolution, Handle w,
    int algorithm, size_t *bytes) {
  Work work;
  *bytes = 1024;
  return find(handle, &work, x, w, convolution, y, algorithm, true);
}

int cudnnConvolutionForward(Handle handle, const void *one, Handle x, uint64_t input, Handle w, uint64_t filter,
    Handle convolution, int algorithm, uint64_t workspace, size_t bytes, const void *zero, Handle y, uint64_t output) {
  Work work;
  int code = find(handle, &work, x, w, convolution, y, algorithm, false);
  if (code != SUCCESS) return code;
  work.x = input;
  work.w = filter;
  work.y = output;
  return start("cudnnConvolutionForward", handle, work, one, zero, workspace, bytes);
}

/** The result is also what might be added, which is not. */
int cudnnConvolutionBiasActivationForward(Handle handle, const void *scale, Handle x, uint64_t input, Handle w, uint64_t filter,
    Handle convolution, int algorithm, uint64_t workspace, size_t bytes, const void *zero, Handle z, uint64_t added, Handle b,
    uint64_t bias, Handle activation, Handle y, uint64_t output) {
  Work work;
  int code = find(handle, &work, x, w, convolution, y, algorithm, false);
  if (code != SUCCESS) return code;
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (tensors.count(b) == 0 || activations.count(activation) == 0 || !activations[activation]) return BAD_PARAM;
    const Tensor &t = tensors[b];
    bool fits = t.type == work.output.type && t.rank == work.output.rank && z == y && added == output && bias != 0;
    for (int axis = 0; axis < t.rank; axis++) fits = fits && t.sizes[axis] == (axis == 1 ? work.filter.sizes[0] : 1);
    if (!fits || t.strides[1] != 1) return BAD_PARAM;
  }
  if (algorithm != 1) return NOT_SUPPORTED;
  work.x = input;
  work.w = filter;
  work.y = output;
  work.b = bias;
  return start("cudnnConvolutionBiasActivationForward", handle, work, scale, zero, workspace, bytes);
}

int cudnnConvolutionBackwardFilter(Handle handle, const void *one, Handle x, uint64_t input, Handle y, uint64_t output,
    Handle convolution, int algorithm, uint64_t workspace, size_t bytes, const void *zero, Handle w, uint64_t filter) {
  Work work;
  int code = find(handle, &work, x, w, convolution, y, algorithm, true);
  if (code != SUCCESS) return code;
  work.x = input;
  work.w = filter;
  work.y = output;
  return start("cudnnConvolutionBackwardFilter", handle, work, one, zero, workspace, bytes);
}
}
