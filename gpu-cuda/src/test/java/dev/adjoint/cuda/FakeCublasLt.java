package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cuBLASLt of native functions that are written in Java. It notes how it is asked to compute, and computes nothing. */
final class FakeCublasLt {
  private static final int NOT_SUPPORTED = 15;
  private static final int EPILOGUE = 7;

  /** The functions that the device calls, with their parameters. */
  private static final Map<String, List<MemoryLayout>> FUNCTIONS =
      Map.ofEntries(
          function("Create", ADDRESS),
          function("MatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT),
          function("MatmulDescDestroy", JAVA_LONG),
          function("MatmulDescSetAttribute", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
          function("MatrixLayoutCreate", ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          function("MatrixLayoutDestroy", JAVA_LONG),
          function("MatmulPreferenceCreate", ADDRESS),
          function("MatmulPreferenceDestroy", JAVA_LONG),
          function("MatmulPreferenceSetAttribute", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
          function(
              "MatmulAlgoGetHeuristic",
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_INT,
              ADDRESS,
              ADDRESS),
          function(
              "Matmul", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG,
              JAVA_LONG));

  /** The {@code cublasComputeType_t} and {@code cudaDataType} of each operation that was described. */
  final List<List<Integer>> operations = new ArrayList<>();

  /** For each of them the attributes that were set, in order: number, value and size in bytes. */
  final List<List<List<Long>>> attributes = new ArrayList<>();

  /** The ways to compute for which this has no algorithm. */
  final Set<Integer> missing = new HashSet<>();

  /** Whether it has algorithms for products alone only. */
  boolean withoutEpilogues;

  private final Arena arena;
  private int objects;

  /** A library whose functions live as long as an arena. */
  FakeCublasLt(Arena arena) {
    this.arena = arena;
  }

  private static Map.Entry<String, List<MemoryLayout>> function(
      String name, MemoryLayout... parameters) {
    return Map.entry("cublasLt" + name, List.of(parameters));
  }

  /** This, as the device loads it. */
  NativeLibrary library() {
    return new NativeLibrary("libcublasLt.so.13", (SymbolLookup) this::find);
  }

  private Optional<MemorySegment> find(String name) {
    List<MemoryLayout> parameters = FUNCTIONS.get(name);
    if (parameters == null) {
      return Optional.empty();
    }
    var descriptor = FunctionDescriptor.of(JAVA_INT, parameters.toArray(MemoryLayout[]::new));
    try {
      MethodHandle called =
          MethodHandles.lookup()
              .findVirtual(
                  FakeCublasLt.class,
                  "called",
                  MethodType.methodType(int.class, String.class, Object[].class))
              .bindTo(this)
              .bindTo(name)
              .asCollector(Object[].class, parameters.size())
              .asType(descriptor.toMethodType());
      return Optional.of(Linker.nativeLinker().upcallStub(called, descriptor, arena));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private int called(String name, Object[] arguments) {
    if (name.endsWith("Create")) {
      ((MemorySegment) arguments[0]).reinterpret(JAVA_LONG.byteSize()).set(JAVA_LONG, 0, ++objects);
    }
    if (name.equals("cublasLtMatmulDescCreate")) {
      operations.add(List.of((int) arguments[1], (int) arguments[2]));
      attributes.add(new ArrayList<>());
    }
    if (name.equals("cublasLtMatmulDescSetAttribute")) {
      long bytes = (long) arguments[3];
      MemorySegment value = ((MemorySegment) arguments[2]).reinterpret(bytes);
      attributes
          .getLast()
          .add(
              List.of(
                  (long) (int) arguments[1],
                  bytes == JAVA_INT.byteSize() ? value.get(JAVA_INT, 0) : value.get(JAVA_LONG, 0),
                  bytes));
    }
    if (name.equals("cublasLtMatmulAlgoGetHeuristic")) {
      boolean hasEpilogue = attributes.getLast().stream().anyMatch(a -> a.getFirst() == EPILOGUE);
      if (missing.contains(operations.getLast().getFirst()) || (withoutEpilogues && hasEpilogue)) {
        return NOT_SUPPORTED;
      }
      ((MemorySegment) arguments[9]).reinterpret(JAVA_INT.byteSize()).set(JAVA_INT, 0, 1);
    }
    return 0;
  }
}
