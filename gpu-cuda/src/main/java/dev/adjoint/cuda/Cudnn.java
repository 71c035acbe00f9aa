package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.device.Undo;
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
final class Cudnn implements ProductLibrary<ConvolutionShape> {
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

  private final CheckedLibrary library;
  private final MethodHandle forward;
  private final MethodHandle biasedForward;
  private final MethodHandle backwardFilter;
  private final long handle;
  private final long workspace;

  /** Opens the library on the current context. */
  Cudnn(NativeLibrary found, CudaDriver driver, long stream) {
    library = CheckedLibrary.of(found, "cuDNN", Cudnn::meaning);
    forward = convolution("cudnnConvolutionForward");
    backwardFilter = convolution("cudnnConvolutionBackwardFilter");
    biasedForward =
        library.function(
            BIASED, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_LONG);
    try (var undo = new Undo()) {
      workspace = driver.allocate(WORKSPACE);
      undo.add(() -> driver.free(workspace));
      handle = library.ask("cudnnCreate");
      undo.add(() -> library.code("cudnnDestroy", handle));
      library.call("cudnnSetStream", handle, stream);
      undo.keep();
    }
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

  /** Calls a function that describes something, which the library may not support. */
  private void describe(String function, Object... arguments) throws NotSupported {
    int code = library.code(function, arguments);
    if (isNotSupported(code)) {
      throw new NotSupported(function);
    }
    library.check(function, code);
  }

  private static MemorySegment ints(Arena arena, List<Integer> numbers) {
    return arena.allocateFrom(JAVA_INT, numbers.stream().mapToInt(n -> n).toArray());
  }

  /** Makes a description; {@code undo} learns how to destroy it. */
  private long make(Undo undo, String kind) {
    long object = library.ask("cudnnCreate" + kind + "Descriptor");
    undo.add(() -> library.code("cudnnDestroy" + kind + "Descriptor", object));
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
  public @Nullable Product prepare(ConvolutionShape shape) {
    Descriptions d;
    try (var undo = new Undo();
        Arena arena = Arena.ofConfined()) {
      d = describe(shape, arena, undo);
      undo.keep();
    } catch (NotSupported e) {
      return null;
    }
    return switch (shape.pass()) {
      case FORWARD ->
          (weight, input, result, bias, scale) -> {
            var x = new Operand(d.input, input);
            var w = new Operand(d.filter, weight);
            var y = new Operand(d.output, result);
            if (shape.biased()) {
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

  private Descriptions describe(ConvolutionShape shape, Arena arena, Undo undo)
      throws NotSupported {
    boolean f32 = shape.dtype() == DType.F32;
    int type = f32 ? FLOAT : DOUBLE;
    int rank = shape.filter().size();
    final long input = image(arena, type, shape.input(), undo);
    final long output = image(arena, type, shape.output(), undo);
    long filter = make(undo, "Filter");
    MemorySegment sizes = ints(arena, shape.filter());
    describe("cudnnSetFilterNdDescriptor", filter, type, NCHW, rank, sizes);
    long convolution = make(undo, "Convolution");
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
                  shape.biased() ? BIASED_ALGORITHMS : FORWARD_ALGORITHMS,
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
        shape.biased() ? bias(arena, type, shape, undo) : 0,
        shape.biased() ? identity(undo) : 0,
        algorithm,
        forever.allocate(JAVA_LONG),
        forever.allocate(JAVA_LONG));
  }

  private long bias(Arena arena, int type, ConvolutionShape shape, Undo undo) throws NotSupported {
    var sizes = new ArrayList<>(Collections.nCopies(shape.filter().size(), 1));
    final var strides = new ArrayList<>(sizes);
    int outputs = shape.filter().getFirst();
    sizes.set(1, outputs);
    strides.set(0, outputs);
    return image(arena, type, new ConvolutionShape.Image(sizes, strides), undo);
  }

  private long identity(Undo undo) throws NotSupported {
    long activation = make(undo, "Activation");
    describe("cudnnSetActivationDescriptor", activation, IDENTITY, PROPAGATE_NAN, 0.0);
    return activation;
  }

  private long image(Arena arena, int type, ConvolutionShape.Image image, Undo undo)
      throws NotSupported {
    long tensor = make(undo, "Tensor");
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
      int code = library.code(function, handle, a, b, convolution, c, algorithm, bytes);
      if (!isNotSupported(code)) {
        library.check(function, code);
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
    library.exactly(
        name,
        () ->
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
                    c.address));
  }

  /** A forward pass with a bias; what it might add besides, times 0, is its result. */
  private void run(Descriptions d, long scale, Operand x, Operand w, Operand bias, Operand y) {
    d.scale.set(JAVA_LONG, 0, scale);
    library.exactly(
        BIASED,
        () ->
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
                    y.address));
  }
}
