// The rest of the emulated driver: modules, launches and graphs.
#include <dlfcn.h>
#include <elf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "driver.h"

namespace {
constexpr unsigned MOST_ROWS = 65535;
constexpr size_t MOST_SHARED = 48 << 10;
constexpr size_t MOST_ARGUMENTS = 32764;

Table<Module> modules{"module"};
Table<Function> functions{"function"};
Table<Graph> graphs{"graph"};
Table<Node> nodes{"node of a graph"};
Table<Executable> executables{"executable graph"};

/** A launch in a graph, as CUDA_KERNEL_NODE_PARAMS_v2 of cuda.h. */
struct NodeParameters {
  Handle function;
  Dim3 blocks, threads;
  unsigned sharedBytes;
  void **arguments;
  void **extra;
  void *kernel;
  void *context;
};

/** The library of an image, and which of its texts is meant: a number behind the library, of 4 bytes. */
std::pair<void *, int> open(const void *image) {
  auto *header = (const Elf64_Ehdr *) image;
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) throw Failure(INVALID_IMAGE, "not machine code");
  // The table of sections is the last thing in the file.
  size_t bytes = header->e_shoff + size_t{header->e_shnum} * header->e_shentsize;
  // A file with a name of its own, as a library of the same name would be taken for this one.
  char path[] = P_tmpdir "/adjoint-kernel-XXXXXX";
  int file = mkstemp(path);
  bool written = file >= 0 && write(file, image, bytes) == (ssize_t) bytes;
  void *library = written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  close(file);
  unlink(path);
  if (library == nullptr) throw Failure(INVALID_IMAGE, "machine code that cannot be loaded");
  int text;
  std::memcpy(&text, (const char *) image + bytes, sizeof text);
  return {library, text};
}

/** Throws unless each pointer of a launch leads to device memory, as aligned as its elements. */
void checkPointers(const Launch &launch, const Function &function) {
  for (size_t i = 0; i < launch.offsets.size(); i++) {
    unsigned pointee = function.kernel->parameters[i].pointee;
    if (pointee == 0) continue;
    Address address;
    std::memcpy(&address, &launch.bytes[launch.offsets[i]], sizeof address);
    if (address == 0 && function.kernel->parameters[i].optional) continue;
    std::string which = function.name + ", argument " + std::to_string(i);
    if (address % pointee != 0) throw Failure(MISALIGNED_ADDRESS, which + " is not aligned");
    try {
      mustBeMemory(address, 1, true, function.context);
    } catch (Failure &failure) {
      throw Failure(failure.code, which + ": " + failure.what());
    }
  }
}

Launch launchOf(Handle handle, Dim3 blocks, Dim3 threads, unsigned sharedBytes, void **arguments, void **extra) {
  Function &function = functions[handle];
  mustBeCurrent(function.context, "function");
  const Kernel &kernel = *function.kernel;
  uint64_t count = uint64_t{threads.x} * threads.y * threads.z;
  if (count == 0 || blocks.x == 0 || blocks.y == 0 || blocks.z == 0 || blocks.x > INT32_MAX || blocks.y > MOST_ROWS ||
      blocks.z > MOST_ROWS || count > MOST_THREADS || threads.z > 64) {
    throw Failure(INVALID_VALUE, function.name + ": so many blocks or threads cannot be");
  }
  if (sharedBytes != 0 || extra != nullptr || arguments == nullptr) {
    throw Failure(INVALID_VALUE, function.name + ": arguments come as pointers, and shared memory is declared");
  }
  Launch launch{handle, blocks, threads, {}, {}};
  for (int i = 0; kernel.parameters[i].bytes != 0; i++) {
    launch.bytes.resize((launch.bytes.size() + 7) & -8);
    launch.offsets.push_back(launch.bytes.size());
    auto *from = (const char *) arguments[i];
    launch.bytes.insert(launch.bytes.end(), from, from + kernel.parameters[i].bytes);
  }
  if (launch.bytes.size() > MOST_ARGUMENTS || kernel.sharedEnd - kernel.shared > (long) MOST_SHARED) {
    throw Failure(LAUNCH_OUT_OF_RESOURCES, function.name + ": too many arguments, or too much shared memory");
  }
  checkPointers(launch, function);
  return launch;
}

void run(Launch &launch) {
  Function &function = functions[launch.function];
  checkPointers(launch, function);
  std::vector<void *> arguments;
  for (size_t offset : launch.offsets) arguments.push_back(&launch.bytes[offset]);
  try {
    runBlocks(*function.kernel, launch.blocks, launch.threads, arguments.data());
  } catch (Failure &failure) {
    throw Failure(failure.code, function.name + ": " + failure.what());
  }
}

void run(Node &node) {
  if (node.launch.function != 0) run(node.launch);
  if (node.call.function != nullptr) node.call.function(node.call.data.data());
  for (Node &inner : node.child) run(inner);
}

Handle addNode(Handle graph, Node node) {
  Handle handle = newHandle();
  node.graph = graph;
  nodes.all[handle] = std::move(node);
  graphs[graph].nodes.push_back(handle);
  return handle;
}

/** Enqueues a launch or a call, or adds it to the graph that the stream is captured into, after what is there. */
void enqueueNode(Handle stream, Node node) {
  Handle graph = captureOf(stream);
  if (graph == 0) {
    enqueue(stream, [node = std::move(node)]() mutable { run(node); });
    return;
  }
  if (!graphs[graph].nodes.empty()) node.before = {graphs[graph].nodes.back()};
  addNode(graph, std::move(node));
}

/** The nodes of a graph in an order that they allow, otherwise the last first. */
std::vector<Node> ordered(const std::map<Handle, Node> &all) {
  std::vector<Node> order;
  std::vector<Handle> done;
  auto isDone = [&](Handle node) { return std::find(done.begin(), done.end(), node) != done.end(); };
  while (done.size() < all.size()) {
    for (auto i = all.rbegin(); i != all.rend(); ++i) {
      auto &[handle, node] = *i;
      if (isDone(handle) || !std::all_of(node.before.begin(), node.before.end(), isDone)) continue;
      order.push_back(node);
      done.push_back(handle);
      break;
    }
  }
  return order;
}

std::map<Handle, Node> nodesOf(Handle graph) {
  Graph &from = graphs[graph];
  mustBeCurrent(from.context, "graph");
  std::map<Handle, Node> all;
  for (Handle node : from.nodes) all[node] = nodes[node];
  return all;
}

std::vector<Handle> earlier(Handle graph, const Handle *before, size_t count) {
  mustBeCurrent(graphs[graph].context, "graph");
  std::vector<Handle> list(before, before + count);
  for (Handle other : list) {
    if (nodes[other].graph != graph) throw Failure(INVALID_VALUE, "a node of another graph");
  }
  return list;
}

Node &nodeOf(Handle executable, Handle node) {
  Executable &it = executables[executable];
  mustBeCurrent(it.context, "executable graph");
  if (nodes[node].graph != it.graph) throw Failure(INVALID_VALUE, "a node of another graph");
  return it.nodes[node];
}

void destroyGraph(Handle graph) {
  mustBeCurrent(graphs[graph].context, "graph");
  for (Handle node : graphs[graph].nodes) nodes.all.erase(node);
  graphs.all.erase(graph);
}

Launch launchOf(const NodeParameters &p) {
  if (p.kernel != nullptr || p.context != nullptr) throw Failure(INVALID_VALUE, "a node with more than a function");
  return launchOf(p.function, p.blocks, p.threads, p.sharedBytes, p.arguments, p.extra);
}
}  // namespace

void loseCode(Handle context) {
  for (auto &[_, module] : modules.all) {
    if (module.context == context) dlclose(module.library);
  }
  eraseOf(modules, context);
  eraseOf(functions, context);
  eraseOf(graphs, context);
  eraseOf(executables, context);
}

extern "C" {
int cuModuleLoadData(Handle *module, const void *image) {
  return call("cuModuleLoadData", [=] {
    Handle owner = context();
    auto [library, text] = open(image);
    modules.all[*module = newHandle()] = {owner, library, text, {}};
  });
}

int cuModuleUnload(Handle module) {
  return call("cuModuleUnload", [=] {
    Module &it = modules[module];
    mustBeCurrent(it.context, "module");
    for (auto &[_, function] : it.functions) functions.all.erase(function);
    dlclose(it.library);
    modules.all.erase(module);
  });
}

int cuModuleGetFunction(Handle *function, Handle module, const char *name) {
  return call("cuModuleGetFunction", [=] {
    Module &it = modules[module];
    mustBeCurrent(it.context, "module");
    std::string symbol = "emulated_" + std::to_string(it.text) + "_" + name;
    auto *kernel = (const Kernel *) dlsym(it.library, symbol.c_str());
    if (kernel == nullptr) throw Failure(NOT_FOUND, std::string("no kernel ") + name);
    Handle &known = it.functions[name];
    if (known == 0) functions.all[known = newHandle()] = {it.context, name, kernel};
    *function = known;
  });
}

int cuLaunchKernel(Handle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
    unsigned sharedBytes, Handle stream, void **arguments, void **extra) {
  return call("cuLaunchKernel", [=] {
    Node node{};
    node.launch = launchOf(function, {gx, gy, gz}, {bx, by, bz}, sharedBytes, arguments, extra);
    enqueueNode(stream, std::move(node));
  });
}

int cuGraphCreate(Handle *graph, unsigned) {
  return call("cuGraphCreate", [=] { graphs.all[*graph = newHandle()].context = context(); });
}

int cuGraphDestroy(Handle graph) {
  return call("cuGraphDestroy", [=] { destroyGraph(graph); });
}

int cuGraphAddKernelNode_v2(Handle *node, Handle graph, const Handle *before, size_t count, const NodeParameters *parameters) {
  return call("cuGraphAddKernelNode", [=] {
    Node made{};
    made.before = earlier(graph, before, count);
    made.launch = launchOf(*parameters);
    *node = addNode(graph, std::move(made));
  });
}

int cuGraphAddChildGraphNode(Handle *node, Handle graph, const Handle *before, size_t count, Handle child) {
  return call("cuGraphAddChildGraphNode", [=] {
    Node made{};
    made.before = earlier(graph, before, count);
    made.child = ordered(nodesOf(child));
    *node = addNode(graph, std::move(made));
  });
}

int cuGraphExecChildGraphNodeSetParams(Handle executable, Handle node, Handle child) {
  return call("cuGraphExecChildGraphNodeSetParams", [=] {
    Node &it = nodeOf(executable, node);
    std::vector<Node> others = ordered(nodesOf(child));
    bool alike = it.child.size() == others.size();
    for (size_t i = 0; alike && i < others.size(); i++) {
      alike = (it.child[i].launch.function != 0) == (others[i].launch.function != 0);
    }
    if (!alike) throw Failure(GRAPH_UPDATE_FAILURE, "a graph of other nodes than before");
    it.child = others;
  });
}

int cuStreamBeginCapture_v2(Handle stream, int mode) {
  return call("cuStreamBeginCapture", [=] {
    if (mode != 1) throw Failure(INVALID_VALUE, "only the calls of one thread are captured here");
    if (captureOf(stream) != 0) throw Failure(INVALID_VALUE, "the stream is captured already");
    Handle graph = newHandle();
    graphs.all[graph].context = context();
    capture(stream, graph);
  });
}

int cuStreamEndCapture(Handle stream, Handle *graph) {
  int failed = call("cuStreamEndCapture", [=] {
    *graph = capture(stream, 0);
    if (*graph == 0) throw Failure(CAPTURE_UNMATCHED, "the stream is not captured");
  });
  if (failed != 0) {
    // The capture is over also if a test wants this to fail.
    try {
      Handle abandoned = capture(stream, 0);
      if (abandoned != 0) destroyGraph(abandoned);
    } catch (Failure &) {
    }
    *graph = 0;
  }
  return failed;
}

/** Enqueues what a call of a library wants to run, with a copy of its data; it is captured like a launch. */
int emulatedEnqueueCall(
    const char *name, Handle stream, void (*function)(const void *data), const void *data, size_t bytes) {
  return call(name, [=] {
    Node node{};
    node.call = {function, {(const char *) data, (const char *) data + bytes}};
    enqueueNode(stream, std::move(node));
  });
}

/** The same for a product of cuBLASLt. */
int emulatedEnqueue(Handle stream, void (*function)(const void *data), const void *data, size_t bytes) {
  return emulatedEnqueueCall("cublasLtMatmul", stream, function, data, bytes);
}

int cuGraphInstantiateWithFlags(Handle *executable, Handle graph, unsigned long long) {
  return call("cuGraphInstantiateWithFlags", [=] {
    std::map<Handle, Node> all = nodesOf(graph);
    executables.all[*executable = newHandle()] = {context(), graph, all};
  });
}

int cuGraphExecDestroy(Handle executable) {
  return call("cuGraphExecDestroy", [=] {
    mustBeCurrent(executables[executable].context, "executable graph");
    executables.all.erase(executable);
  });
}

int cuGraphExecKernelNodeSetParams_v2(Handle executable, Handle node, const NodeParameters *parameters) {
  return call("cuGraphExecKernelNodeSetParams", [=] {
    nodeOf(executable, node).launch = launchOf(*parameters);
  });
}

int cuGraphLaunch(Handle executable, Handle stream) {
  return call("cuGraphLaunch", [=] {
    Executable &it = executables[executable];
    mustBeCurrent(it.context, "executable graph");
    for (Node &node : ordered(it.nodes)) enqueue(stream, [node]() mutable { run(node); });
  });
}

/** The modules that are loaded. */
int emulatedModules() { return modules.all.size(); }

/** Graphs, and executable graphs. */
int emulatedGraphs() { return graphs.all.size() + executables.all.size(); }
}
