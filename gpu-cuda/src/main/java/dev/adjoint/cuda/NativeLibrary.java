package dev.adjoint.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A library with functions that return a result code. It is never unloaded: what it started may still run. */
final class NativeLibrary {
  private final String name;
  private final SymbolLookup symbols;
  private final ConcurrentHashMap<String, MethodHandle> handles = new ConcurrentHashMap<>();

  NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /** A library by its path, or by a name that the loader of the system finds; null if there is none that can be loaded. */
  static @Nullable NativeLibrary open(String nameOrPath) {
    try {
      return new NativeLibrary(nameOrPath, SymbolLookup.libraryLookup(nameOrPath, Arena.global()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The path or name by which it was found. */
  String name() {
    return name;
  }

  /** A function with parameters of given layouts, which returns an int. */
  MethodHandle function(String function, MemoryLayout... parameters) {
    MemorySegment address =
        symbols
            .find(function)
            .orElseThrow(
                () ->
                    new CudaException(
                        name + " has no function " + function + "; it is too old or too new"));
    return Linker.nativeLinker()
        .downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  /**
   * Calls a function whose parameters are integers, longs, doubles and pointers, as the arguments are; for calls that are rare,
   * because it is slow.
   */
  int call(String function, Object... arguments) {
    MethodHandle handle = handles.computeIfAbsent(function, f -> function(f, layouts(arguments)));
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw unexpected(function, e);
    }
  }

  /** The error about a call that Java itself could not make. */
  static IllegalStateException unexpected(String function, Throwable e) {
    return new IllegalStateException(function + " cannot be called", e);
  }

  private static MemoryLayout[] layouts(Object[] arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Integer _ -> ValueLayout.JAVA_INT;
            case Long _ -> ValueLayout.JAVA_LONG;
            case Double _ -> ValueLayout.JAVA_DOUBLE;
            case MemorySegment _ -> ValueLayout.ADDRESS;
            default ->
                throw new IllegalArgumentException("no argument of a native call: " + arguments[i]);
          };
    }
    return layouts;
  }
}
