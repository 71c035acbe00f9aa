// The CUDA driver on a machine without one. It knows only the calls that the engine makes; here are devices and contexts.
// A call that is wrong fails with a code of the driver and says why on the standard error; so does a kernel that is.
#include "driver.h"

#include <cstdio>
#include <mutex>

namespace {
constexpr int DEVICES = 3;

std::mutex mutex;
bool initialized = false;
Context contexts[DEVICES];
thread_local Handle currentContext = 0;

/** What a test wants of a call: 0, or the code with which it fails. */
int (*wanted)(const char *name) = nullptr;
std::string complaint;

int mustBeDevice(int device) {
  if (!initialized) throw Failure(NOT_INITIALIZED, "cuInit was not called");
  if (device < 0 || device >= DEVICES) throw Failure(INVALID_DEVICE, "no device: " + std::to_string(device));
  return device;
}

}  // namespace

/** The numbers of contexts are those of their devices, from 1 on. */
Context &of(Handle context) { return contexts[context - 1]; }

Handle newHandle() {
  static Handle last = 0x1000;
  return ++last;
}

Handle context() {
  if (currentContext == 0) throw Failure(INVALID_CONTEXT, "no context is current");
  if (of(currentContext).users == 0) throw Failure(INVALID_CONTEXT, "the current context was released");
  if (of(currentContext).lost != 0) throw Failure(of(currentContext).lost, "the context is lost");
  return currentContext;
}

void mustBeCurrent(Handle ofObject, const char *kind) {
  if (ofObject != context()) throw Failure(INVALID_CONTEXT, std::string(kind) + " of another context than the current one");
}

int call(const char *name, const std::function<void()> &body) {
  std::lock_guard<std::mutex> lock(mutex);
  int code = wanted == nullptr ? 0 : wanted(name);
  if (code != 0) return code;
  try {
    body();
    return 0;
  } catch (Failure &failure) {
    complaint = std::string(name) + ": " + failure.what();
    std::fprintf(stderr, "emulated driver: %s\n", complaint.c_str());
    return failure.code;
  }
}

/** What tests ask of the driver, and what they want to know. */
extern "C" {
/** Has a function asked before each call, which takes its name and gives the code that it fails with, or 0. */
int emulatedWant(int (*function)(const char *name)) {
  wanted = function;
  return 0;
}

/** Why a call failed by itself, the last that did. */
int emulatedComplaint(char *text, int bytes) { return std::snprintf(text, bytes, "%s", complaint.c_str()); }

/** What was taken and not given back: contexts, streams, events, memory. */
int emulatedAlive() {
  int users = 0;
  for (Context &context : contexts) users += context.users;
  return users + aliveStreams() + memory.size();
}
}

extern "C" {
int cuInit(unsigned) {
  return call("cuInit", [] { initialized = true; });
}

int cuDriverGetVersion(int *version) {
  return call("cuDriverGetVersion", [=] { *version = 12090; });
}

int cuDeviceGetCount(int *count) {
  return call("cuDeviceGetCount", [=] {
    mustBeDevice(0);
    *count = DEVICES;
  });
}

int cuDeviceGet(int *device, int ordinal) {
  return call("cuDeviceGet", [=] { *device = mustBeDevice(ordinal); });
}

int cuDeviceGetName(char *name, int bytes, int device) {
  return call("cuDeviceGetName", [=] { std::snprintf(name, bytes, "Emulated GPU %d", mustBeDevice(device)); });
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  return call("cuDeviceGetAttribute", [=] {
    mustBeDevice(device);
    switch (attribute) {
      case 16: *value = 1; break;  // multiprocessors: a product stays whole, as on the CPU
      case 75: *value = 9; break;  // the compute capability
      case 76: *value = 0; break;
      default: throw Failure(INVALID_VALUE, "an attribute that is not known here: " + std::to_string(attribute));
    }
  });
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  return call("cuDeviceTotalMem", [=] {
    mustBeDevice(device);
    *bytes = DEVICE_BYTES;
  });
}

int cuDevicePrimaryCtxRetain(Handle *context, int device) {
  return call("cuDevicePrimaryCtxRetain", [=] {
    contexts[mustBeDevice(device)].users++;
    *context = device + 1;
  });
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  return call("cuDevicePrimaryCtxRelease", [=] {
    if (contexts[mustBeDevice(device)].users == 0) throw Failure(INVALID_CONTEXT, "a context that nobody has");
    if (--contexts[device].users > 0) return;
    contexts[device] = {};
    loseCode(device + 1);
    loseStreams(device + 1);
    loseMemory(device + 1);
  });
}

int cuCtxSetCurrent(Handle context) {
  return call("cuCtxSetCurrent", [=] {
    if (context > DEVICES) throw Failure(INVALID_CONTEXT, "no context: " + std::to_string(context));
    currentContext = context;
  });
}
}
