package dev.adjoint.cpu;

import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.Program;
import dev.adjoint.device.Reclaimer;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** The processor: native memory from a pool, kernels as bytecode, and a team of threads that runs them. */
public final class CpuDevice implements Backend {
  private final Workers workers;
  private final CpuAllocator allocator = new CpuAllocator(MemoryLimit::bytes);

  CpuDevice(Workers workers) {
    this.workers = workers;
  }

  static String describe() {
    int lanes = VectorUnit.lanes();
    String vectors = lanes == 1 ? "plain loops" : lanes + " lanes of f32 (" + VectorUnit.instructionSet() + ")";
    int threads = Workers.shared().size();
    return vectors + ", " + threads + (threads == 1 ? " thread" : " threads") + ", JDK " + Runtime.version().feature()
        + versionTail();
  }

  private static String versionTail() {
    Runtime.Version version = Runtime.version();
    return "." + version.interim() + "." + version.update();
  }

  @Override
  public String description() {
    return describe();
  }

  @Override
  public Buffer allocate(long bytes) {
    return allocator.allocate(bytes);
  }

  @Override
  public void free(Buffer buffer) {
    allocator.free((CpuBuffer) buffer);
  }

  @Override
  public MemoryStats memory() {
    return allocator.stats();
  }

  @Override
  public void onPressure(Reclaimer reclaimer) {
    allocator.onPressure(reclaimer);
  }

  @Override
  public void write(Buffer to, long start, MemorySegment from) {
    MemorySegment.copy(from, 0, ((CpuBuffer) to).segment(), start, from.byteSize());
  }

  @Override
  public void read(Buffer from, long start, MemorySegment to) {
    MemorySegment.copy(((CpuBuffer) from).segment(), start, to, 0, to.byteSize());
  }

  @Override
  public Program compile(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Loop loop -> new LoopProgram(loop, workers);
      case Kernel.MatMul matmul -> new MatMulProgram(matmul, workers);
      case Kernel.Random random -> new RandomProgram(workers);
      case Kernel.Gather gather -> new GatherProgram(gather, workers);
      case Kernel.ScatterAdd scatter -> new ScatterAddProgram(scatter, workers);
    };
  }

  /** Does nothing: a launch returns when its work is done. */
  @Override
  public void synchronize() {}

  @Override
  public int parallelism() {
    return workers.size();
  }
}
