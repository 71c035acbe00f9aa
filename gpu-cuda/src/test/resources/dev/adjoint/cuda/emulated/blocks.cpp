// Runs the blocks of a kernel one after the other, and the threads of a block as fibers, which change places at barriers.
//
// The lanes of a warp wait for each other in the same way, while other warps run up to the barrier of the block before or after.
//
// Every other time the threads of a block run in reverse order. So where a barrier is missing, some thread reads what another has
// not written yet. Shared memory is garbage when a block begins.
#include "blocks.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace {
constexpr size_t STACK = 256 << 10;
constexpr size_t PAGE = 4096;
constexpr unsigned WARP = 32;
/** Marks the line where a thread waits for its warp alone. */
constexpr int OF_WARP = 1 << 30;
enum Result { ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719 };
enum { FINISHED = -1, READY = 0 };  // otherwise the line of the barrier where a thread waits

struct Fiber {
  ucontext_t start;
  jmp_buf place;
  bool exists = false;
  int state;
};

std::vector<Fiber> fibers(MOST_THREADS);
char *stacks;
jmp_buf scheduler;
Fiber *running;
Block block;
const Kernel *current;
void **currentArguments;

/** What leaves a kernel that has failed, and which thread of the process may do so. */
sigjmp_buf escape;
volatile pid_t escaping;
constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
struct sigaction before[4];

void rest() {
  if (_setjmp(running->place) == 0) _longjmp(scheduler, 1);
}

/** What a fiber does as long as it exists: one thread after the other. */
void live() {
  for (;;) {
    current->thread(currentArguments);
    running->state = FINISHED;
    rest();
  }
}

void waitAtBarrier(int line) {
  running->state = line;
  rest();
}

void waitForWarp(int line) {
  running->state = line | OF_WARP;
  rest();
}

void resume(unsigned thread) {
  Fiber &fiber = fibers[thread];
  running = &fiber;
  if (_setjmp(scheduler) != 0) return;
  if (fiber.exists) _longjmp(fiber.place, 1);
  if (stacks == nullptr) {
    void *room = mmap(nullptr, STACK * MOST_THREADS, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) throw Failure(2, "no room for stacks");
    stacks = (char *) room;
    for (unsigned t = 0; t < MOST_THREADS; t++) mprotect(stacks + t * STACK, PAGE, PROT_NONE);
  }
  getcontext(&fiber.start);
  fiber.start.uc_stack.ss_sp = stacks + thread * STACK;
  fiber.start.uc_stack.ss_size = STACK;
  makecontext(&fiber.start, live, 0);
  fiber.exists = true;
  setcontext(&fiber.start);
}

void forget() {
  for (Fiber &fiber : fibers) fiber.exists = false;
}

void choose(unsigned thread) {
  block.threadIdx = {thread % block.blockDim.x, thread / block.blockDim.x % block.blockDim.y,
      thread / block.blockDim.x / block.blockDim.y};
}

void mustBeAlike(int first, unsigned thread) {
  int state = fibers[thread].state;
  if (state == first) return;
  auto name = [](int s) {
    return s == FINISHED ? "ends"
        : s & OF_WARP    ? "waits for its warp in line " + std::to_string(s - OF_WARP)
                         : "waits in line " + std::to_string(s);
  };
  throw Failure(LAUNCH_FAILED, "threads of a block part: one " + name(first) + ", thread " + std::to_string(thread) +
                                   " " + name(state));
}

/** Runs the threads of a warp until all wait for the block, or end; returns which. */
int runWarp(unsigned from, unsigned end, bool reverse) {
  for (;; reverse = !reverse) {
    unsigned start = reverse ? end - 1 : from;
    for (unsigned i = 0; i < end - from; i++) {
      unsigned thread = reverse ? start - i : start + i;
      choose(thread);
      resume(thread);
      mustBeAlike(fibers[start].state, thread);
    }
    int state = fibers[from].state;
    if (state == FINISHED || !(state & OF_WARP)) return state;
    block.turn++;
  }
}

/** Runs the threads of a block up to the next barrier, or to their end; says whether there was a barrier. */
bool runToBarrier(unsigned threads, bool reverse) {
  unsigned warps = (threads + WARP - 1) / WARP;
  int first = READY;
  for (unsigned i = 0; i < warps; i++) {
    unsigned from = (reverse ? warps - 1 - i : i) * WARP;
    int state = runWarp(from, std::min(from + WARP, threads), reverse);
    if (i == 0) first = state;
    mustBeAlike(first, from);
  }
  return first != FINISHED;
}

void runBlock(unsigned threads) {
  std::memset(current->shared, 0xff, current->sharedEnd - current->shared);
  bool reverse = false;
  if (current->synchronizes) {
    for (unsigned t = 0; t < threads; t++) fibers[t].state = READY;
    while (runToBarrier(threads, reverse)) reverse = !reverse;
    return;
  }
  for (unsigned t = 0; t < threads; t++) {
    choose(t);
    current->thread(currentArguments);
  }
}

/** Leaves the kernel; signals of other threads, and of what else the process does, go to whom they went before. */
void onSignal(int signal, siginfo_t *info, void *context) {
  if (syscall(SYS_gettid) == escaping) siglongjmp(escape, signal);
  for (int i = 0; i < 4; i++) {
    if (SIGNALS[i] != signal) continue;
    if (before[i].sa_flags & SA_SIGINFO) {
      before[i].sa_sigaction(signal, info, context);
    } else if (before[i].sa_handler == SIG_DFL) {
      sigaction(signal, &before[i], nullptr);
    } else if (before[i].sa_handler != SIG_IGN) {
      before[i].sa_handler(signal);
    }
  }
}

/** While it exists, a kernel that fails does not end the process. */
struct Guard {
  Guard() {
    struct sigaction ours = {};
    ours.sa_sigaction = onSignal;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (int i = 0; i < 4; i++) sigaction(SIGNALS[i], &ours, &before[i]);
    escaping = syscall(SYS_gettid);
  }
  ~Guard() {
    escaping = 0;
    for (int i = 0; i < 4; i++) sigaction(SIGNALS[i], &before[i], nullptr);
  }
};

std::string place(Dim3 at) {
  return "(" + std::to_string(at.x) + ", " + std::to_string(at.y) + ", " + std::to_string(at.z) + ")";
}
}  // namespace

void runBlocks(const Kernel &kernel, Dim3 blocks, Dim3 threads, void **arguments) {
  Guard guard;
  int signal = sigsetjmp(escape, 1);
  if (signal != 0) {
    forget();
    std::string where = ", in block " + place(block.blockIdx) + ", thread " + place(block.threadIdx);
    if (signal == SIGSEGV || signal == SIGBUS) throw Failure(ILLEGAL_ADDRESS, "no memory at an address" + where);
    throw Failure(LAUNCH_FAILED, "what C leaves undefined, such as an index outside of an array" + where);
  }
  current = &kernel;
  currentArguments = arguments;
  block.blockDim = threads;
  block.gridDim = blocks;
  block.barrier = waitAtBarrier;
  block.warpBarrier = waitForWarp;
  block.shared = kernel.shared;
  block.sharedEnd = kernel.sharedEnd;
  *kernel.block = &block;
  try {
    for (unsigned z = 0; z < blocks.z; z++) {
      for (unsigned y = 0; y < blocks.y; y++) {
        for (unsigned x = 0; x < blocks.x; x++) {
          block.blockIdx = {x, y, z};
          runBlock(threads.x * threads.y * threads.z);
        }
      }
    }
  } catch (Failure &) {
    forget();
    throw;
  }
}
