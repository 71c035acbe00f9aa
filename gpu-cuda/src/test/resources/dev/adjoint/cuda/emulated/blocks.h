// Runs the blocks of a kernel.
#pragma once
#include <stdexcept>
#include <string>

#include "kernel.h"

/** A call that fails with a code of the driver, and what to tell about it. */
struct Failure : std::runtime_error {
  int code;
  Failure(int code, const std::string &what) : std::runtime_error(what), code(code) {}
};

constexpr unsigned MOST_THREADS = 1024;

/** Runs all threads of all blocks; throws a Failure if one does what it must not. */
void runBlocks(const Kernel &kernel, Dim3 blocks, Dim3 threads, void **arguments);
