package dev.adjoint.cpu;

import dev.adjoint.Precision;
import dev.adjoint.cpu.loop.LoopProgram;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.NativeMemory;
import dev.adjoint.cpu.plain.ArgSortProgram;
import dev.adjoint.cpu.plain.LoopCompiler;
import dev.adjoint.cpu.plain.ScanProgram;
import dev.adjoint.cpu.plain.ScatterProgram;
import dev.adjoint.cpu.product.AttentionProgram;
import dev.adjoint.cpu.product.FactorizeProgram;
import dev.adjoint.cpu.product.MatMulProgram;
import dev.adjoint.cpu.product.SolveTriangularProgram;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.PooledBackend;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** The processor: native memory from a pool, kernels as machine code, and a team of threads that runs them. */
public final class CpuDevice extends PooledBackend<CpuBuffer> {
  private static final long COPY_BYTES = 1 << 20;

  private final Workers workers;

  CpuDevice(Workers workers) {
    super(CpuBuffer.class, new CpuAllocator(NativeMemory::limit));
    this.workers = workers;
  }

  static String describe() {
    String code =
        switch (CpuFeatures.HERE.isa()) {
          case NONE -> "plain loops";
          case NEON -> "machine code for NEON";
          case AVX2 -> "machine code for AVX2";
          case AVX512 -> "machine code for AVX-512";
        };
    int threads = Workers.shared().size();
    return code
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads")
        + ", JDK "
        + System.getProperty("java.version");
  }

  @Override
  public String description() {
    return describe();
  }

  @Override
  public void write(Buffer to, long start, MemorySegment from) {
    copy(from, 0, ((CpuBuffer) to).segment(), start, from.byteSize());
  }

  @Override
  public void read(Buffer from, long start, MemorySegment to) {
    copy(((CpuBuffer) from).segment(), start, to, 0, to.byteSize());
  }

  /** Copies piece by piece, as the JVM cannot stop a thread, for a collection, in the middle of one copy. */
  private static void copy(MemorySegment from, long start, MemorySegment to, long at, long bytes) {
    for (long done = 0; done < bytes; done += COPY_BYTES) {
      MemorySegment.copy(from, start + done, to, at + done, Math.min(COPY_BYTES, bytes - done));
    }
  }

  @Override
  public boolean readsWindows() {
    return true;
  }

  @Override
  public boolean hasUnitFor(Precision precision) {
    return MatMulProgram.hasUnitFor(precision);
  }

  @Override
  public boolean multipliesBytes() {
    return MatMulProgram.multipliesBytes();
  }

  @Override
  public Program compile(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Loop loop -> new LoopProgram(LoopCompiler.compile(loop), workers);
      case Kernel.MatMul matmul -> new MatMulProgram(matmul, workers);
      case Kernel.Scatter scatter -> new ScatterProgram(scatter, workers);
      case Kernel.Scan scan -> new ScanProgram(scan, workers);
      case Kernel.ArgSort sort -> new ArgSortProgram(sort, workers);
      case Kernel.Factorize factorize -> new FactorizeProgram(factorize, workers);
      case Kernel.SolveTriangular solve -> new SolveTriangularProgram(solve, workers);
      case Kernel.Attention attention -> new AttentionProgram(attention, workers);
    };
  }

  /** Does nothing: a launch returns when its work is done. */
  @Override
  public void synchronize() {}
}
