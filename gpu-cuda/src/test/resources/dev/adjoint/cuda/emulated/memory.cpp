// Memory of the emulated driver, and copies.
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "driver.h"

std::map<Address, Memory> memory;

namespace {
constexpr size_t PAGE = 4096;
constexpr size_t ALIGNMENT = 256;
constexpr size_t GARBAGE = 1 << 20;

/** Maps memory so that it ends, but for the alignment, where a page begins that cannot be touched. */
Address take(size_t bytes, bool device) {
  mustNotCapture();
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
  mustNotCapture();
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

/** Enqueues a copy between pinned and device memory, which must still be there when it runs. */
void copy(Address to, bool toDevice, Address from, bool fromDevice, size_t bytes, Handle stream) {
  Handle owner = context();
  auto look = [=] {
    mustBeMemory(to, bytes, toDevice, owner);
    mustBeMemory(from, bytes, fromDevice, owner);
  };
  look();
  enqueue(stream, [=] {
    look();
    std::memcpy((void *) to, (void *) from, bytes);
  });
}
}  // namespace

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

void loseMemory(Handle context) {
  for (auto i = memory.begin(); i != memory.end();) {
    if (i->second.context == context) munmap(i->second.mapped, i->second.mappedBytes);
    i = i->second.context == context ? memory.erase(i) : std::next(i);
  }
}

extern "C" {
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
  return call("cuMemcpyHtoDAsync", [=] { copy(to, true, from, false, bytes, stream); });
}

int cuMemcpyDtoHAsync_v2(Address to, Address from, size_t bytes, Handle stream) {
  return call("cuMemcpyDtoHAsync", [=] { copy(to, false, from, true, bytes, stream); });
}

int cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, Handle stream) {
  return call("cuMemcpyDtoDAsync", [=] { copy(to, true, from, true, bytes, stream); });
}
}
