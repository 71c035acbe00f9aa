package dev.adjoint.cuda;

import dev.adjoint.Precision;
import dev.adjoint.codegen.Dialect;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Pool;
import dev.adjoint.device.PooledBackend;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CUDA device. */
final class CudaBackend extends PooledBackend<CudaBuffer> {
  private final CudaSession session;
  private final CudaCompiler compiler;
  private final @Nullable ProductLibrary<GemmShape> products;
  private final @Nullable ProductLibrary<ConvolutionShape> convolutions;
  private final Target target;

  /**
   * A device.
   *
   * @param products the library of matrix products, or null to do without
   * @param convolutions the library of convolutions, likewise
   */
  CudaBackend(
      CudaSession session,
      KernelCompiler compiler,
      @Nullable BinaryCache cache,
      @Nullable ProductLibrary<GemmShape> products,
      @Nullable ProductLibrary<ConvolutionShape> convolutions) {
    super(
        CudaBuffer.class,
        new Pool<>(session.name(), new CudaMemory(session), session::memory, CudaBuffer::new));
    this.session = session;
    this.compiler = new CudaCompiler(session, compiler, cache);
    this.products = products;
    this.convolutions = convolutions;
    CudaInfo info = session.info();
    target = new Target(Dialect.CUDA, Target.Threads.MANY, info.units(), info.tensorCores());
  }

  @Override
  public String description() {
    return session.info().line();
  }

  @Override
  public void write(Buffer to, long start, MemorySegment from) {
    session.write(((CudaBuffer) to).address() + start, from);
  }

  @Override
  public void read(Buffer from, long start, MemorySegment to) {
    session.read(((CudaBuffer) from).address() + start, to);
  }

  @Override
  public boolean hasUnitFor(Precision precision) {
    return super.hasUnitFor(precision) || session.info().tensorCores();
  }

  @Override
  public boolean prefersMatrices() {
    return products != null && products.isThere();
  }

  /** A convolution reaches a library with the zeros around its images in memory. */
  @Override
  public boolean readsWindows() {
    return convolutions != null && convolutions.isThere();
  }

  @Override
  public int productTiles() {
    return target.units();
  }

  @Override
  public boolean hasManyThreads() {
    return true;
  }

  @Override
  public Program compile(Kernel kernel) {
    if (kernel instanceof Kernel.MatMul product) {
      if (product.right() != null && convolutions != null) {
        return ProductProgram.ofImages(session, product, convolutions, this::own);
      }
      if (product.left() == null && product.right() == null && products != null) {
        return ProductProgram.ofMatrices(session, product, products, this::own);
      }
    }
    return own(kernel);
  }

  private CudaProgram own(Kernel kernel) {
    return new CudaProgram(session, compiler, kernel, target);
  }

  @Override
  public Sequence sequence(List<Program.Launch> launches, int firstUpdate) {
    session.run(
        () -> "giving back the graphs of plans that are gone",
        session.graphs()::destroyUnreachable);
    return new CudaSequence(session, launches, firstUpdate, CudaSequence.wanted());
  }

  @Override
  public void synchronize() {
    session.synchronize();
  }

  @Override
  public long time(Runnable launches) {
    return session.time(launches);
  }
}
