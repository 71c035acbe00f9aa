package dev.adjoint.opencl;

import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Dialect;
import dev.adjoint.device.BinaryCache;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jocl.cl_kernel;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** Compiles kernels, or finds them in the cache on disk. Equal texts are compiled once. */
final class OpenClCompiler {
  private static final System.Logger LOG = System.getLogger(OpenClCompiler.class.getName());

  /**
   * What PoCL's compiler says when its temporary file is gone. LLVM deletes such files when the process gets a signal, and
   * HotSpot stops threads by one. The source is not at fault, so it is compiled again.
   */
  private static final String LOST_FILE = "unable to rename temporary";

  private static final int ATTEMPTS = 3;

  /** Has PoCL leave out the header of Clang that declares all functions: it takes the header for one that was read. */
  private static final String NO_HEADER = " -D_OPENCL_H_";

  private final OpenClSession session;
  private final @Nullable BinaryCache cache;
  private final Map<String, Compiled> byText = new HashMap<>();

  /** Whether kernels declare what they call, instead of having the driver read its header. */
  private boolean declares;

  /** A kernel with the numbers of the buffers that it was last given, since setting an argument is a call into the driver. */
  static final class Compiled {
    final cl_kernel kernel;
    final long[] arguments;

    Compiled(cl_kernel kernel, int buffers) {
      this.kernel = kernel;
      this.arguments = new long[buffers];
      Arrays.fill(arguments, OpenClMemory.NONE);
    }
  }

  OpenClCompiler(OpenClSession session, @Nullable BinaryCache cache) {
    this.session = session;
    this.cache = cache;
    declares = session.info().readsHeader();
  }

  /** The kernel of a source. */
  Compiled compile(CSource source) {
    synchronized (byText) {
      Compiled compiled = byText.get(source.text());
      if (compiled == null) {
        compiled = new Compiled(build(source), source.pointers());
        byText.put(source.text(), compiled);
      }
      return compiled;
    }
  }

  private cl_kernel build(CSource source) {
    OpenClInfo info = session.info();
    String options = Dialect.OPENCL.options();
    String key = BinaryCache.key(info.name(), info.driver(), options, source.text());
    byte[] binary = cache == null ? null : cache.find(key);
    if (binary != null) {
      try {
        return kernel(
            session.driver().createProgram(session.context(), info, binary), source, options, null);
      } catch (OpenClException e) {
        // The driver does not take back what it gave out, perhaps because it is another one of the
        // same name: compile again.
      }
    }
    if (!declares) {
      return withAll(source, options, key);
    }
    try {
      return compiled(source, Dialect.OPENCL_FUNCTIONS + source.text(), options + NO_HEADER, key);
    } catch (OpenClException e) {
      cl_kernel kernel = withAll(source, options, key);
      // Another version of the driver may keep its declarations elsewhere: then no kernel compiles
      // without them.
      declares = false;
      LOG.log(
          System.Logger.Level.WARNING,
          session.name()
              + ": kernels are compiled with all functions of OpenCL C from now on, as "
              + source.name()
              + " failed with its own alone",
          e);
      return kernel;
    }
  }

  /** Compiles a source for a compiler that reads the declarations of all functions. */
  private cl_kernel withAll(CSource source, String options, String key) {
    try {
      return compiled(source, source.text(), options, key);
    } catch (OpenClException e) {
      throw new OpenClException(session.name() + ": " + source.name() + " cannot be compiled", e);
    }
  }

  private cl_kernel compiled(CSource source, String text, String options, String key) {
    for (int attempt = 1; ; attempt++) {
      try {
        return kernel(
            session.driver().createProgram(session.context(), text), source, options, key);
      } catch (OpenClException e) {
        if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains(LOST_FILE)) {
          throw e;
        }
        LOG.log(
            System.Logger.Level.WARNING,
            session.name()
                + ": the compiler lost a temporary file of "
                + source.name()
                + " and is asked again");
      }
    }
  }

  /** Builds a program and takes its kernel out of it; the program is released in any case, as a kernel keeps what it needs. */
  private cl_kernel kernel(
      cl_program program, CSource source, String options, @Nullable String newKey) {
    OpenClDriver driver = session.driver();
    try {
      build(program, source, options);
      cl_kernel kernel = driver.createKernel(program, source.name());
      if (cache != null && newKey != null) {
        remember(program, newKey, cache);
      }
      return kernel;
    } finally {
      driver.release(program);
    }
  }

  private void remember(cl_program program, String key, BinaryCache into) {
    try {
      into.put(key, session.driver().binary(program));
    } catch (OpenClException e) {
      // A driver without binaries only costs time at the next start.
    }
  }

  private void build(cl_program program, CSource source, String options) {
    try {
      session.driver().build(program, session.info(), options);
    } catch (OpenClException e) {
      String log;
      try {
        log = session.driver().buildLog(program, session.info());
      } catch (OpenClException second) {
        log = "no build log: " + second.getMessage();
      }
      throw new OpenClException(log.strip() + "\n" + source.text(), e);
    }
  }
}
