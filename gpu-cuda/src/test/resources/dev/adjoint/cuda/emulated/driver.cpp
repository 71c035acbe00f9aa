// The CUDA driver on a machine without one: devices, contexts, memory, streams and events. It knows only the calls that the engine
// makes. A call that is wrong fails with a code of the driver and says why on the standard error; so does a kernel that is.
#include "driver.h"

#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>

std::map<Address, Memory> memory;
Table<Stream> streams{"stream"};

namespace {
constexpr int DEVICES = 3;
constexpr size_t DEVICE_BYTES = size_t{16} << 30;
constexpr size_t PAGE = 4096;
constexpr size_t ALIGNMENT = 256;
constexpr size_t GARBAGE = 1 << 20;

/** The primary context of a device. */
struct Context {
  int users = 0;
  size_t taken = 0;
  int lost = 0;
};

std::recursive_mutex mutex;
bool initialized = false;
Context contexts[DEVICES];
Table<Event> events{"event"};
thread_local Handle currentContext = 0;

/** What a test wants of a call: 0, or the code with which it fails. */
int (*wanted)(const char *name) = nullptr;
std::string complaint;

/** The numbers of contexts are those of their devices, from 1 on. */
Context &of(Handle context) { return contexts[context - 1]; }

int mustBeDevice(int device) {
  if (!initialized) throw Failure(NOT_INITIALIZED, "cuInit was not called");
  if (device < 0 || device >= DEVICES) throw Failure(INVALID_DEVICE, "no device: " + std::to_string(device));
  return device;
}

/** Runs the work of a stream up to a position. What fails, fails for good: the context is lost. */
void runUntil(Stream &stream, uint64_t position) {
  while (stream.done < position) {
    auto work = std::move(stream.work.front());
    stream.work.pop_front();
    stream.done++;
    try {
      work();
    } catch (Failure &failure) {
      of(stream.context).lost = failure.code;
      stream.done = stream.enqueued;
      stream.work.clear();
      throw;
    }
  }
}

void run(Stream &stream) { runUntil(stream, stream.enqueued); }

/** Runs all work of a context, as the driver does before it takes memory away. */
void runAll(Handle context) {
  for (auto &[_, stream] : streams.all) {
    if (stream.context == context) run(stream);
  }
}

/** Maps memory so that it ends, but for the alignment, where a page begins that cannot be touched. */
Address take(size_t bytes, bool device) {
  Handle owner = context();
  if (bytes == 0) throw Failure(INVALID_VALUE, "no bytes are wanted");
  if (device && bytes > DEVICE_BYTES - of(owner).taken) throw Failure(OUT_OF_MEMORY, "the device is full");
  size_t room = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  size_t mappedBytes = (room + PAGE - 1) / PAGE * PAGE + 2 * PAGE;
  void *mapped = mmap(nullptr, mappedBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw Failure(OUT_OF_MEMORY, "the host is full");
  char *start = (char *) mapped;
  mprotect(start + PAGE, mappedBytes - 2 * PAGE, PROT_READ | PROT_WRITE);
  char *address = start + mappedBytes - PAGE - room;
  if (device) {
    of(owner).taken += bytes;
    std::memset(address, 0xff, std::min(bytes, GARBAGE));
  }
  memory[(Address) address] = {owner, device, bytes, start, mappedBytes};
  return (Address) address;
}

void giveBack(Address address, bool device) {
  auto found = memory.find(address);
  if (found == memory.end() || found->second.device != device) {
    throw Failure(INVALID_VALUE, device ? "not an address of device memory" : "not an address of pinned memory");
  }
  mustBeCurrent(found->second.context, "memory");
  runAll(found->second.context);
  if (device) of(found->second.context).taken -= found->second.bytes;
  munmap(found->second.mapped, found->second.mappedBytes);
  memory.erase(found);
}

/** Drops all objects of a context, as the driver does when the last who uses it has gone; the next gets a new one. */
void loseAll(Handle context) {
  eraseOf(streams, context);
  eraseOf(events, context);
  loseCode(context);
  for (auto i = memory.begin(); i != memory.end();) {
    if (i->second.context == context) munmap(i->second.mapped, i->second.mappedBytes);
    i = i->second.context == context ? memory.erase(i) : std::next(i);
  }
}

/** Enqueues a copy between pinned and device memory, which must still be there when it runs. */
void copy(Address to, bool toDevice, Address from, size_t bytes, Handle stream) {
  Handle owner = context();
  auto look = [=] {
    mustBeMemory(to, bytes, toDevice, owner);
    mustBeMemory(from, bytes, !toDevice, owner);
  };
  look();
  enqueue(stream, [=] {
    look();
    std::memcpy((void *) to, (void *) from, bytes);
  });
}

double now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
}  // namespace

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

void mustBeMemory(Address address, size_t bytes, bool device, Handle owner) {
  auto after = memory.upper_bound(address);
  const char *kind = device ? "device" : "pinned";
  if (after != memory.begin()) {
    auto &[start, block] = *--after;
    if (address + bytes <= start + block.bytes) {
      if (block.device != device) throw Failure(INVALID_VALUE, std::string("not ") + kind + " memory");
      if (device && block.context != owner) throw Failure(ILLEGAL_ADDRESS, "memory of another device");
      return;
    }
  }
  throw Failure(device ? ILLEGAL_ADDRESS : INVALID_VALUE, std::string("no ") + kind + " memory, or no longer");
}

void enqueue(Handle stream, std::function<void()> work) {
  Stream &to = streams[stream];
  mustBeCurrent(to.context, "stream");
  to.work.push_back(std::move(work));
  to.enqueued++;
}

int call(const char *name, const std::function<void()> &body) {
  std::lock_guard<std::recursive_mutex> lock(mutex);
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

/** The work of all streams that nobody has waited for. */
int emulatedPending() {
  int pending = 0;
  for (auto &[_, stream] : streams.all) pending += stream.work.size();
  return pending;
}

/** What was taken and not given back: contexts, streams, events, memory. */
int emulatedAlive() {
  int users = 0;
  for (Context &context : contexts) users += context.users;
  return users + streams.all.size() + events.all.size() + memory.size();
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
      case 16: *value = 4; break;  // multiprocessors
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
    loseAll(device + 1);
  });
}

int cuCtxSetCurrent(Handle context) {
  return call("cuCtxSetCurrent", [=] {
    if (context > DEVICES) throw Failure(INVALID_CONTEXT, "no context: " + std::to_string(context));
    currentContext = context;
  });
}

int cuMemGetInfo_v2(size_t *free, size_t *total) {
  return call("cuMemGetInfo", [=] {
    *free = DEVICE_BYTES - of(context()).taken;
    *total = DEVICE_BYTES;
  });
}

int cuMemAlloc_v2(Address *address, size_t bytes) {
  return call("cuMemAlloc", [=] { *address = take(bytes, true); });
}

int cuMemFree_v2(Address address) {
  return call("cuMemFree", [=] { giveBack(address, true); });
}

int cuMemHostAlloc(Address *address, size_t bytes, unsigned) {
  return call("cuMemHostAlloc", [=] { *address = take(bytes, false); });
}

int cuMemFreeHost(Address address) {
  return call("cuMemFreeHost", [=] { giveBack(address, false); });
}

int cuMemcpyHtoDAsync_v2(Address to, Address from, size_t bytes, Handle stream) {
  return call("cuMemcpyHtoDAsync", [=] { copy(to, true, from, bytes, stream); });
}

int cuMemcpyDtoHAsync_v2(Address to, Address from, size_t bytes, Handle stream) {
  return call("cuMemcpyDtoHAsync", [=] { copy(to, false, from, bytes, stream); });
}

int cuStreamCreate(Handle *stream, unsigned) {
  return call("cuStreamCreate", [=] { streams.all[*stream = newHandle()].context = context(); });
}

int cuStreamDestroy_v2(Handle stream) {
  return call("cuStreamDestroy", [=] {
    mustBeCurrent(streams[stream].context, "stream");
    run(streams[stream]);
    streams.all.erase(stream);
  });
}

int cuStreamSynchronize(Handle stream) {
  return call("cuStreamSynchronize", [=] {
    mustBeCurrent(streams[stream].context, "stream");
    run(streams[stream]);
  });
}

int cuEventCreate(Handle *event, unsigned flags) {
  return call("cuEventCreate", [=] { events.all[*event = newHandle()] = {context(), (flags & 2) == 0}; });
}

int cuEventDestroy_v2(Handle event) {
  return call("cuEventDestroy", [=] {
    mustBeCurrent(events[event].context, "event");
    events.all.erase(event);
  });
}

int cuEventRecord(Handle event, Handle stream) {
  return call("cuEventRecord", [=] {
    Event &it = events[event];
    mustBeCurrent(it.context, "event");
    enqueue(stream, [=] {
      auto found = events.all.find(event);
      if (found != events.all.end()) found->second.milliseconds = now();
    });
    it.stream = stream;
    it.position = streams[stream].enqueued;
  });
}

int cuEventSynchronize(Handle event) {
  return call("cuEventSynchronize", [=] {
    Event &it = events[event];
    mustBeCurrent(it.context, "event");
    auto stream = streams.all.find(it.stream);
    if (stream != streams.all.end()) runUntil(stream->second, it.position);
  });
}

int cuEventElapsedTime(float *milliseconds, Handle start, Handle end) {
  return call("cuEventElapsedTime", [=] {
    if (!events[start].timing || !events[end].timing) throw Failure(INVALID_HANDLE, "an event without a clock");
    if (events[start].milliseconds < 0 || events[end].milliseconds < 0) throw Failure(600, "an event that has not happened");
    *milliseconds = events[end].milliseconds - events[start].milliseconds;
  });
}
}
