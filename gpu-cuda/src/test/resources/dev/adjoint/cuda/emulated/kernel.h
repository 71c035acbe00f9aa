// What a compiled kernel and the driver know of each other. Included in front of every kernel, so without headers.
#pragma once

struct Dim3 {
  unsigned x, y, z;
};

/** The block that runs, and which of its threads does. */
struct Block {
  Dim3 threadIdx, blockIdx, blockDim, gridDim;
  void (*barrier)(int line);
  /** Has the lanes of a warp wait for each other. */
  void (*warpBarrier)(int line);
  /** The memory that the threads share. */
  char *shared, *sharedEnd;
  /** What lanes tell each other, in turns: those that have read all may write while others still read. */
  unsigned turn;
  struct Lane {
    const unsigned *row;
    unsigned words[6];
  } lanes[2][32];
};

/** A parameter: its bytes, and for a pointer also those of an element behind it; one to constants may be null. */
struct Parameter {
  unsigned bytes, pointee, optional;
};

/** What the library of some texts exports as `emulated_`, the number of the text, `_` and the kernel's name. */
struct Kernel {
  /** Runs one thread. */
  void (*thread)(void **arguments);
  /** As many as there are; one without bytes follows. */
  const Parameter *parameters;
  /** What the threads find out about themselves. */
  Block **block;
  /** The memory that the threads of a block share. */
  char *shared, *sharedEnd;
  /** Whether threads wait for each other. */
  bool synchronizes;
};
