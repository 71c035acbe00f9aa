package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/** A library whose functions return 0, or the code of an error, which is thrown as a {@link CudaException}. */
final class CheckedLibrary {
  private final NativeLibrary library;
  private final BiFunction<String, Integer, CudaException> error;

  private CheckedLibrary(NativeLibrary library, BiFunction<String, Integer, CudaException> error) {
    this.library = library;
    this.error = error;
  }

  /** The driver. */
  static CheckedLibrary ofDriver(NativeLibrary library) {
    return new CheckedLibrary(library, CudaException::new);
  }

  /**
   * A library next to the driver.
   *
   * @param name the library in error messages
   * @param meaning what its codes mean
   */
  static CheckedLibrary of(NativeLibrary library, String name, IntFunction<String> meaning) {
    return new CheckedLibrary(
        library,
        (function, code) ->
            new CudaException(
                function + ": " + name + " error " + code + ": " + meaning.apply(code)));
  }

  /** A function with parameters of given layouts. */
  MethodHandle function(String function, MemoryLayout... parameters) {
    return library.function(function, parameters);
  }

  /** The path or name by which it was found. */
  String name() {
    return library.name();
  }

  /** Throws if a function returned a code that is not that of success. */
  void check(String function, int code) {
    if (code != 0) {
      // Functions of the driver are known by the names of their first versions.
      throw error.apply(function.replace("_v2", ""), code);
    }
  }

  /** The code that a function returns, which may be an answer; see {@link NativeLibrary#call}. */
  int code(String function, Object... arguments) {
    return library.call(function, arguments);
  }

  /** Calls a function that is rarely called. */
  void call(String function, Object... arguments) {
    check(function, code(function, arguments));
  }

  /** A call of a function by its handle. */
  interface Exact {
    /** The code of the call. */
    int call() throws Throwable;
  }

  /** Calls a function by its handle. */
  void exactly(String function, Exact call) {
    int code;
    try {
      code = call.call();
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(function, e);
    }
    check(function, code);
  }

  /** Calls a function whose first parameter points to its result, a number of 4 or 8 bytes. */
  long ask(String function, Object... others) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      Object[] arguments = new Object[others.length + 1];
      arguments[0] = result;
      System.arraycopy(others, 0, arguments, 1, others.length);
      call(function, arguments);
      return result.get(JAVA_LONG, 0);
    }
  }
}
