package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions by cuDNN, versions 8 and 9: f32 is computed in f32 and not in TF32, unless a convolution accepts less.
 *
 * <p>Of its algorithms, those are used that sum the products as they are, in the same order each time: implicit matrix products.
 * Transforms, as those of Winograd and Fourier, round what they transform; one of the algorithms for weights adds in any order.
 */
final class Cudnn implements ConvolutionLibrary {
  private static final int FLOAT = 0;
  private static final int DOUBLE = 1;
  private static final int NCHW = 0;
  private static final int CROSS_CORRELATION = 1;
  private static final int DEFAULT_MATH = 0;
  private static final int FMA_MATH = 3;

  /** {@code IMPLICIT_PRECOMP_GEMM}, then {@code IMPLICIT_GEMM}. */
  private static final int[] FORWARD_ALGORITHMS = {1, 0};

  /** Only the first of these adds a bias without an activation. */
  private static final int[] BIASED_ALGORITHMS = {1};

  /** {@code CUDNN_ACTIVATION_IDENTITY}. RELU is not used: that of cuBLASLt is not, for NaN. */
  private static final int IDENTITY = 5;

  private static final int PROPAGATE_NAN = 1;

  /** {@code CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1}. */
  private static final int[] FILTER_ALGORITHMS = {1};

  private static final int NOT_SUPPORTED_8 = 9;

  /** From version 9 on, codes from 3000 to 3999 mean that something is not supported. */
  private static final int NOT_SUPPORTED_9 = 3;

  private static final int CLASS = 1000;

  private static final String BIASED = "cudnnConvolutionBiasActivationForward";

  /** As much as cuBLASLt gets. */
  private static final long WORKSPACE = 32L << 20;

  private final NativeLibrary library;
  private final MethodHandle forward;
  private final MethodHandle biasedForward;
  private final MethodHandle backwardFilter;
  private final long handle;
  private final long workspace;

  /** Opens the library on the current context. */
  Cudnn(NativeLibrary library, CudaDriver driver, long stream) {
    this.library = library;
    forward = convolution("cudnnConvolutionForward");
    backwardFilter = convolution("cudnnConvolutionBackwardFilter");
    biasedForward =
        library.function(
            BIASED, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_LONG);
    workspace = driver.allocate(WORKSPACE);
    long made = 0;
    try (Arena arena = Arena.ofConfined()) {
      made = make(arena, "cudnnCreate");
      call("cudnnSetStream", made, stream);
    } catch (CudaException e) {
      if (made != 0) {
        library.call("cudnnDestroy", made);
      }
      driver.free(workspace);
      throw e;
    }
    handle = made;
  }

  /** Both functions have parameters of the same types. */
  private MethodHandle convolution(String name) {
    return library.function(
        name, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT,
        JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
  }

  /** Something that cuDNN says it does not have. */
  private static final class NotSupported extends Exception {
    private static final long serialVersionUID = 1;

    NotSupported(String call) {
      super(call);
    }
  }

  private static boolean isNotSupported(int code) {
    return code == NOT_SUPPORTED_8 || code / CLASS == NOT_SUPPORTED_9;
  }

  private static void check(String call, int code) {
    if (code != 0) {
      throw new CudaException(call + ": cuDNN error " + code + ": " + meaning(code));
    }
  }

  private static String meaning(int code) {
    return switch (code < CLASS ? code : code / CLASS * CLASS) {
      case 1, CLASS -> "not initialized, or a part of cuDNN cannot be loaded";
      case 2 -> "out of memory";
      case 3, 5, 2 * CLASS -> "an argument is wrong";
      case 4, 4 * CLASS -> "an internal error";
      case 6 -> "the device is too old";
      case 8, 5 * CLASS -> "the device failed";
      case NOT_SUPPORTED_8, NOT_SUPPORTED_9 * CLASS -> "this is not supported";
      default -> "see the documentation of cuDNN";
    };
  }

  private void call(String function, Object... arguments) {
    check(function, library.call(function, arguments));
  }

  /** Calls a function that describes something, which the library may not support. */
  private void describe(String function, Object... arguments) throws NotSupported {
    int code = library.call(function, arguments);
    if (isNotSupported(code)) {
      throw new NotSupported(function);
    }
    check(function, code);
  }

  /** Calls a function that makes an object and returns it through its only parameter. */
  private long make(Arena arena, String function) {
    MemorySegment result = arena.allocate(JAVA_LONG);
    call(function, result);
    return result.get(JAVA_LONG, 0);
  }

  private static MemorySegment ints(Arena arena, List<Integer> numbers) {
    return arena.allocateFrom(JAVA_INT, numbers.stream().mapToInt(n -> n).toArray());
  }

  /** An object of the library, and the function that destroys it. */
  private record Made(String destroy, long object) {}

  private void destroy(List<Made> made) {
    made.reversed().forEach(m -> library.call(m.destroy, m.object));
  }

  private long make(Arena arena, String kind, List<Made> made) {
    long object = make(arena, "cudnnCreate" + kind + "Descriptor");
    made.add(new Made("cudnnDestroy" + kind + "Descriptor", object));
    return object;
  }

  /**
   * What a call needs apart from addresses and the scale; kept for the life of the process, as plans are.
   *
   * @param bias the description of a bias, 0 if there is none; and so for the activation, which does nothing
   * @param scale room for the bits of the scale, of which an f32 is the first half on every machine with CUDA
   */
  private record Descriptions(
      long input,
      long filter,
      long convolution,
      long output,
      long bias,
      long activation,
      int algorithm,
      MemorySegment scale,
      MemorySegment zero) {}

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public ProductLibrary.@Nullable Product prepare(ConvolutionShape shape, boolean biased) {
    var made = new ArrayList<Made>();
    Descriptions d;
    try (Arena arena = Arena.ofConfined()) {
      d = describe(shape, biased, arena, made);
    } catch (NotSupported e) {
      destroy(made);
      return null;
    } catch (CudaException e) {
      destroy(made);
      throw e;
    }
    return switch (shape.pass()) {
      case FORWARD ->
          (weight, input, result, bias, scale) -> {
            var x = new Operand(d.input, input);
            var w = new Operand(d.filter, weight);
            var y = new Operand(d.output, result);
            if (biased) {
              run(d, scale, x, w, new Operand(d.bias, bias), y);
            } else {
              run("cudnnConvolutionForward", forward, d, scale, x, w, y);
            }
          };
      case WEIGHT_GRADIENT ->
          (gradient, input, result, _, scale) ->
              run(
                  "cudnnConvolutionBackwardFilter",
                  backwardFilter,
                  d,
                  scale,
                  new Operand(d.input, input),
                  new Operand(d.output, gradient),
                  new Operand(d.filter, result));
    };
  }

  private Descriptions describe(
      ConvolutionShape shape, boolean biased, Arena arena, List<Made> made) throws NotSupported {
    boolean f32 = shape.dtype() == DType.F32;
    int type = f32 ? FLOAT : DOUBLE;
    int rank = shape.filter().size();
    final long input = image(arena, type, shape.input(), made);
    final long output = image(arena, type, shape.output(), made);
    long filter = make(arena, "Filter", made);
    MemorySegment sizes = ints(arena, shape.filter());
    describe("cudnnSetFilterNdDescriptor", filter, type, NCHW, rank, sizes);
    long convolution = make(arena, "Convolution", made);
    describe(
        "cudnnSetConvolutionNdDescriptor",
        convolution,
        rank - 2,
        arena.allocate(JAVA_INT, rank - 2),
        ints(arena, shape.strides()),
        ints(arena, shape.dilations()),
        CROSS_CORRELATION,
        type);
    describe("cudnnSetConvolutionGroupCount", convolution, shape.groups());
    if (f32) {
      boolean full = shape.precision() == Precision.F32;
      describe("cudnnSetConvolutionMathType", convolution, full ? FMA_MATH : DEFAULT_MATH);
    }
    int algorithm =
        switch (shape.pass()) {
          case FORWARD ->
              algorithm(
                  arena,
                  "Forward",
                  biased ? BIASED_ALGORITHMS : FORWARD_ALGORITHMS,
                  input,
                  filter,
                  convolution,
                  output);
          case WEIGHT_GRADIENT ->
              algorithm(
                  arena, "BackwardFilter", FILTER_ALGORITHMS, input, output, convolution, filter);
        };
    Arena forever = Arena.ofAuto();
    return new Descriptions(
        input,
        filter,
        convolution,
        output,
        biased ? bias(arena, type, shape, made) : 0,
        biased ? identity(arena, made) : 0,
        algorithm,
        forever.allocate(JAVA_LONG),
        forever.allocate(JAVA_LONG));
  }

  private long bias(Arena arena, int type, ConvolutionShape shape, List<Made> made)
      throws NotSupported {
    var sizes = new ArrayList<>(Collections.nCopies(shape.filter().size(), 1));
    final var strides = new ArrayList<>(sizes);
    int outputs = shape.filter().getFirst();
    sizes.set(1, outputs);
    strides.set(0, outputs);
    return image(arena, type, new ConvolutionShape.Image(sizes, strides), made);
  }

  private long identity(Arena arena, List<Made> made) throws NotSupported {
    long activation = make(arena, "Activation", made);
    describe("cudnnSetActivationDescriptor", activation, IDENTITY, PROPAGATE_NAN, 0.0);
    return activation;
  }

  private long image(Arena arena, int type, ConvolutionShape.Image image, List<Made> made)
      throws NotSupported {
    long tensor = make(arena, "Tensor", made);
    describe(
        "cudnnSetTensorNdDescriptor",
        tensor,
        type,
        image.sizes().size(),
        ints(arena, image.sizes()),
        ints(arena, image.strides()));
    return tensor;
  }

  /** The first algorithm that the library has for some operands, and that the workspace suffices for. */
  private int algorithm(
      Arena arena, String pass, int[] algorithms, long a, long b, long convolution, long c)
      throws NotSupported {
    String function = "cudnnGetConvolution" + pass + "WorkspaceSize";
    MemorySegment bytes = arena.allocate(JAVA_LONG);
    for (int algorithm : algorithms) {
      int code = library.call(function, handle, a, b, convolution, c, algorithm, bytes);
      if (!isNotSupported(code)) {
        check(function, code);
        if (bytes.get(JAVA_LONG, 0) <= WORKSPACE) {
          return algorithm;
        }
      }
    }
    throw new NotSupported(function);
  }

  /** An operand of a call: its description, and its address. */
  private record Operand(long description, long address) {}

  private void run(
      String name,
      MethodHandle function,
      Descriptions d,
      long scale,
      Operand a,
      Operand b,
      Operand c) {
    d.scale.set(JAVA_LONG, 0, scale);
    int code;
    try {
      code =
          (int)
              function.invokeExact(
                  handle,
                  d.scale,
                  a.description,
                  a.address,
                  b.description,
                  b.address,
                  d.convolution,
                  d.algorithm,
                  workspace,
                  WORKSPACE,
                  d.zero,
                  c.description,
                  c.address);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(name, e);
    }
    check(name, code);
  }

  /** A forward pass with a bias; what it might add besides, times 0, is its result. */
  private void run(Descriptions d, long scale, Operand x, Operand w, Operand bias, Operand y) {
    d.scale.set(JAVA_LONG, 0, scale);
    int code;
    try {
      code =
          (int)
              biasedForward.invokeExact(
                  handle,
                  d.scale,
                  x.description,
                  x.address,
                  w.description,
                  w.address,
                  d.convolution,
                  d.algorithm,
                  workspace,
                  WORKSPACE,
                  d.zero,
                  y.description,
                  y.address,
                  bias.description,
                  bias.address,
                  d.activation,
                  y.description,
                  y.address);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(BIASED, e);
    }
    check(BIASED, code);
  }
}
