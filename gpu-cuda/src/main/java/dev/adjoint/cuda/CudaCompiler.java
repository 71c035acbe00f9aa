package dev.adjoint.cuda;

import dev.adjoint.codegen.CSource;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.Undo;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Compiles kernels, or finds them in the cache on disk. Equal texts are compiled once, different ones by as many threads at a
 * time as ask for them.
 */
final class CudaCompiler {
  private final CudaSession session;
  private final KernelCompiler compiler;
  private final @Nullable BinaryCache cache;
  private final ConcurrentHashMap<String, Long> byText = new ConcurrentHashMap<>();

  CudaCompiler(CudaSession session, KernelCompiler compiler, @Nullable BinaryCache cache) {
    this.session = session;
    this.compiler = compiler;
    this.cache = cache;
  }

  /** The size limit of all arguments of a kernel together. */
  int argumentBytes() {
    return compiler.argumentBytes();
  }

  /** The function of a source. */
  long compile(CSource source) {
    return byText.computeIfAbsent(source.text(), _ -> build(source));
  }

  private long build(CSource source) {
    session.mustBeThere();
    String key = BinaryCache.key(compiler.identity(), source.text());
    byte[] image = cache == null ? null : cache.find(key);
    if (image != null) {
      try {
        return load(source, image);
      } catch (CudaException e) {
        // The driver does not take what another one of the same kind took.
        image = null;
      }
    }
    try {
      image = compiler.compile(source.text());
    } catch (CudaException e) {
      throw new CudaException(session.name() + ": " + source.name() + " cannot be compiled", e);
    }
    long function = load(source, image);
    if (cache != null) {
      cache.put(key, image);
    }
    return function;
  }

  private long load(CSource source, byte[] image) {
    return session.calling(
        () -> source.name() + " cannot be loaded",
        () -> {
          try (var undo = new Undo()) {
            long module = session.driver().loadModule(image);
            undo.add(() -> session.driver().unloadModule(module));
            long function = session.driver().function(module, source.name());
            undo.keep();
            return function;
          }
        });
  }
}
