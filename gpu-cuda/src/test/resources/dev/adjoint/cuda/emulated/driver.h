// The objects of the emulated driver. Handles are numbers that are never used twice, so any use of what is gone is noticed.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "blocks.h"

using Handle = uint64_t;
using Address = uint64_t;

/** The results of the driver that the emulated one gives by itself. */
enum Result {
  INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_DEVICE = 101, INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201, INVALID_HANDLE = 400, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700,
  LAUNCH_OUT_OF_RESOURCES = 701, MISALIGNED_ADDRESS = 716, CAPTURE_UNSUPPORTED = 900, CAPTURE_UNMATCHED = 903,
  GRAPH_UPDATE_FAILURE = 910
};

constexpr size_t DEVICE_BYTES = size_t{16} << 30;

/** The primary context of a device; `lost` is the code that every call with it gives, or 0. */
struct Context {
  int users = 0;
  size_t taken = 0;
  int lost = 0;
};

/** Device memory, or pinned memory of the host, with a page before and behind it that nobody can touch. */
struct Memory {
  Handle context;
  bool device;
  size_t bytes;
  char *mapped;
  size_t mappedBytes;
};

/**
 * Work of a stream runs as late as it may: when somebody waits for it. So a wait that is missing changes results. While it is
 * captured, `capture` is the graph that gets what is enqueued, and work that is no launch fails.
 */
struct Stream {
  Handle context;
  Handle capture = 0;
  std::deque<std::function<void()>> work;
  uint64_t enqueued = 0, done = 0;
};

struct Event {
  Handle context;
  bool timing;
  Handle stream = 0;
  uint64_t position = 0;
  double milliseconds = -1;
};

/** A text among those of a library. */
struct Module {
  Handle context;
  void *library;
  int text;
  std::map<std::string, Handle> functions;
};

struct Function {
  Handle context;
  std::string name;
  const Kernel *kernel;
};

/** A launch with a copy of its arguments. */
struct Launch {
  Handle function;
  Dim3 blocks, threads;
  std::vector<char> bytes;
  std::vector<size_t> offsets;
};

/** What a library enqueues: a function of its own, of whose data there is a copy. */
struct Call {
  void (*function)(const void *data);
  std::vector<char> data;
};

/** A launch, a call or, as a copy, all nodes of another graph in their order: each has one of the three. */
struct Node {
  Handle graph;
  std::vector<Handle> before;
  Launch launch;
  Call call;
  std::vector<Node> child;
};

struct Graph {
  Handle context;
  std::vector<Handle> nodes;
};

/** An executable graph: the nodes as they were when it was made, or as they were set since. */
struct Executable {
  Handle context, graph;
  std::map<Handle, Node> nodes;
};

/** What exists of one kind. */
template <class T> struct Table {
  const char *kind;
  std::map<Handle, T> all{};

  T &operator[](Handle handle) {
    auto found = all.find(handle);
    if (found == all.end()) throw Failure(INVALID_HANDLE, "no " + std::string(kind) + ": " + std::to_string(handle));
    return found->second;
  }
};

/** Drops what is of a context. */
template <class T> void eraseOf(Table<T> &table, Handle context) {
  for (auto i = table.all.begin(); i != table.all.end();) {
    i = i->second.context == context ? table.all.erase(i) : std::next(i);
  }
}

/** These drop all objects of a context, as the driver does when the last who uses it has gone; the next gets a new one. */
void loseCode(Handle context);
void loseMemory(Handle context);
void loseStreams(Handle context);

extern std::map<Address, Memory> memory;
Handle newHandle();
Context &of(Handle context);

/** How many streams and events there are. */
int aliveStreams();

/** Runs all work of a context, as the driver does before it takes memory away. */
void runAll(Handle context);

/** The current context of this thread; throws if there is none, or if it is lost. */
Handle context();

/** Throws if an object is of another context than the current one. */
void mustBeCurrent(Handle ofObject, const char *kind);

/** Throws unless so many bytes from an address on are memory of one kind of a context. */
void mustBeMemory(Address address, size_t bytes, bool device, Handle context);

/** Adds work to a stream of the current context. */
void enqueue(Handle stream, std::function<void()> work);

/** The graph that a stream of the current context is captured into, or 0. */
Handle captureOf(Handle stream);

/** Throws if a stream is captured by this thread, which then must not wait, nor take memory or give it back. */
void mustNotCapture();

/** Has a stream be captured into a graph, or no more if that is 0; returns the graph of before. */
Handle capture(Handle stream, Handle graph);

/** A call of the driver: counts it, lets it fail if it is to, and gives the code of what it throws. */
int call(const char *name, const std::function<void()> &body);
