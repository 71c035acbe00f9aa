package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.device.FailingDriver;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A driver without hardware: memory is real, and kernels that a test has it learn are interpreted. It counts what is alive.
 * Its compiler returns the text as machine code.
 */
final class FakeDriver extends FailingDriver implements CudaDriver, KernelCompiler {
  private static final long CONTEXT = 17;
  private static final long ALIGNMENT = 256;
  private static final long GARBAGE = 1 << 20;
  private static final MethodHandle ALLOCATE =
      of("aligned_alloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FREE = of("free", FunctionDescriptor.ofVoid(JAVA_LONG));

  private final Set<Long> memory = new HashSet<>();
  private final TreeMap<Long, Long> deviceBytes = new TreeMap<>();
  private final Map<Long, String> objects = new ConcurrentHashMap<>();
  private final Map<Long, String> images = new HashMap<>();
  private final ThreadLocal<Boolean> current = ThreadLocal.withInitial(() -> false);
  private final ThreadLocal<@Nullable Wait> onWait = new ThreadLocal<>();
  final List<String> texts = new ArrayList<>();
  private long objectNumber = 1000;
  private long taken;
  private long capacity = 256L << 20;
  final FakeKernels kernels = new FakeKernels(info(), this::block);
  final FakeGraphs graphs = new FakeGraphs(this);

  private static MethodHandle of(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
  }

  /** Sets the size of the device. */
  void capacity(long bytes) {
    capacity = bytes;
  }

  /** The number of modules that were loaded and not unloaded. */
  long modules() {
    return objects.values().stream().filter("module"::equals).count();
  }

  @Override
  public int alive() {
    return memory.size() + objects.size();
  }

  @Override
  protected RuntimeException error(String call, int code) {
    return new CudaException(call, code);
  }

  void inContext(String name) {
    if (!current.get()) {
      throw new AssertionError(name + " without a context");
    }
    call(name);
  }

  /** A number that nothing else has. */
  long number() {
    return ++objectNumber;
  }

  long make(String kind) {
    objects.put(number(), kind);
    return objectNumber;
  }

  void drop(long object, String kind) {
    if (!kind.equals(objects.remove(object))) {
      throw new AssertionError(kind + " " + object + " is not there");
    }
  }

  void mustBe(long object, String kind) {
    if (!kind.equals(objects.get(object))) {
      throw new AssertionError("no " + kind + " " + object);
    }
  }

  /** Memory of the fake device or pinned memory. */
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /** The memory of the device from an address on. */
  private MemorySegment block(long address) {
    Map.Entry<Long, Long> block = deviceBytes.floorEntry(address);
    if (block == null || address >= block.getKey() + block.getValue()) {
      throw new AssertionError("a kernel is given " + address + ", where there is no memory");
    }
    return at(address, block.getKey() + block.getValue() - address);
  }

  /** What a function does with the arguments that are in memory now. */
  Runnable action(long function, MemorySegment arguments) {
    return kernels.read(images.getOrDefault(function, ""), arguments);
  }

  /** Takes memory that begins with garbage; pages of large blocks that nobody touches cost nothing. */
  private long takeMemory(long bytes) {
    long address;
    try {
      address = (long) ALLOCATE.invokeExact(ALIGNMENT, (bytes + ALIGNMENT - 1) & -ALIGNMENT);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    at(address, Math.min(bytes, GARBAGE)).fill((byte) -1);
    memory.add(address);
    return address;
  }

  private void dropMemory(long address) {
    if (!memory.remove(address)) {
      throw new AssertionError("no memory at " + address);
    }
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A device like a small H100. */
  static CudaInfo info() {
    return new CudaInfo("Fake GPU", 90, 4, 256L << 20, 13000);
  }

  @Override
  public void initialize() {
    call("cuInit");
  }

  @Override
  public int devices() {
    call("cuDeviceGetCount");
    return 1;
  }

  @Override
  public CudaInfo info(int ordinal) {
    call("cuDeviceGetAttribute");
    return info();
  }

  @Override
  public long retainContext(int ordinal) {
    call("cuDevicePrimaryCtxRetain");
    objects.put(CONTEXT, "context");
    return CONTEXT;
  }

  @Override
  public void releaseContext(int ordinal) {
    drop(CONTEXT, "context");
  }

  @Override
  public void use(long context) {
    mustBe(context, "context");
    call("cuCtxSetCurrent");
    current.set(true);
  }

  @Override
  public long freeMemory() {
    inContext("cuMemGetInfo");
    return capacity - taken;
  }

  @Override
  public long createStream() {
    inContext("cuStreamCreate");
    return make("stream");
  }

  @Override
  public void destroyStream(long stream) {
    drop(stream, "stream");
  }

  @Override
  public void waitForStream(long stream) {
    mustBe(stream, "stream");
    inContext("cuStreamSynchronize");
  }

  @Override
  public long allocate(long bytes) {
    inContext("cuMemAlloc");
    if (taken + bytes > capacity) {
      throw new CudaException("cuMemAlloc", CudaResult.OUT_OF_MEMORY.code());
    }
    taken += bytes;
    long address = takeMemory(bytes);
    deviceBytes.put(address, bytes);
    return address;
  }

  @Override
  public void free(long address) {
    taken -= deviceBytes.remove(address);
    dropMemory(address);
  }

  @Override
  public long allocatePinned(long bytes) {
    inContext("cuMemHostAlloc");
    return takeMemory(bytes);
  }

  @Override
  public void freePinned(long address) {
    dropMemory(address);
  }

  @Override
  public void copyToDevice(long to, long from, long bytes, long stream) {
    mustBe(stream, "stream");
    inContext("cuMemcpyHtoDAsync");
    at(to, bytes).copyFrom(at(from, bytes));
  }

  @Override
  public void copyToHost(long to, long from, long bytes, long stream) {
    mustBe(stream, "stream");
    inContext("cuMemcpyDtoHAsync");
    at(to, bytes).copyFrom(at(from, bytes));
  }

  @Override
  public void copyOnDevice(long to, long from, long bytes, long stream) {
    mustBe(stream, "stream");
    inContext("cuMemcpyDtoDAsync");
    at(to, bytes).copyFrom(at(from, bytes));
  }

  @Override
  public long loadModule(byte[] image) {
    inContext("cuModuleLoadData");
    long module = make("module");
    images.put(module, new String(image, StandardCharsets.UTF_8));
    return module;
  }

  @Override
  public void unloadModule(long module) {
    drop(module, "module");
  }

  @Override
  public long function(long module, String name) {
    mustBe(module, "module");
    inContext("cuModuleGetFunction");
    return module;
  }

  @Override
  public CudaKernel kernel(
      long function, int groups, int items, int rowItems, MemorySegment arguments) {
    return new FakeKernel(this, function, groups, items, rowItems, arguments);
  }

  @Override
  public GraphDriver graphs() {
    return graphs;
  }

  @Override
  public long createEvent(boolean timing) {
    inContext("cuEventCreate");
    return make("event");
  }

  @Override
  public void destroyEvent(long event) {
    drop(event, "event");
  }

  @Override
  public void record(long event, long stream) {
    mustBe(event, "event");
    mustBe(stream, "stream");
    inContext("cuEventRecord");
  }

  @Override
  public void waitForEvent(long event) {
    mustBe(event, "event");
    inContext("cuEventSynchronize");
    if (onWait.get() != null) {
      try {
        onWait.get().await();
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Waits of one thread for an event, as long as a test wants. */
  interface Wait {
    void await() throws InterruptedException;
  }

  /** Has this thread wait for each event as long as a function takes. */
  void onWait(Wait wait) {
    onWait.set(wait);
  }

  @Override
  public void waitForEvent(long stream, long event) {
    mustBe(stream, "stream");
    mustBe(event, "event");
    inContext("cuStreamWaitEvent");
  }

  @Override
  public double milliseconds(long start, long end) {
    mustBe(start, "event");
    mustBe(end, "event");
    inContext("cuEventElapsedTime");
    return 0.001;
  }

  @Override
  public String identity() {
    return "fake compiler";
  }

  @Override
  public byte[] compile(String text) {
    call("nvrtcCompileProgram");
    texts.add(text);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int argumentBytes() {
    return 4096;
  }
}
