package dev.adjoint.benchmarks;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** An expression of TorchScript in operands a, b, c and so on, which libtorch computes and differentiates. */
final class TorchCall {
  private final CompilationUnit unit;

  TorchCall(String expression, int operands) {
    var names = new ArrayList<String>();
    for (int i = 0; i < operands; i++) {
      names.add(String.valueOf((char) ('a' + i)));
    }
    unit = torch.compile("def f(" + String.join(", ", names) + "):\n  return " + expression + "\n");
  }

  /** What libtorch computed: zeros for a gradient that does not exist. */
  record Result(ScalarType type, int[] sizes, double[] elements) {}

  /**
   * The result, and after it the gradients by the operands of float types.
   *
   * @param cotangent what the gradients are multiplied by, of the shape of the result, or null for no gradients
   */
  List<Result> apply(List<Tensor> operands, @Nullable Tensor cotangent) {
    var arguments = new IValueVector();
    var leaves = new ArrayList<org.bytedeco.pytorch.Tensor>();
    for (Tensor operand : operands) {
      var argument = tensor(operand);
      if (operand.dtype().isFloat()) {
        leaves.add(argument.set_requires_grad(cotangent != null));
      }
      arguments.push_back(new IValue(argument));
    }
    var result = unit.get_function(new QualifiedName("f")).apply(arguments).toTensor();
    var all = new ArrayList<>(List.of(result(result.detach())));
    if (cotangent != null) {
      var gradients =
          torch.grad(
              new TensorVector(result),
              new TensorVector(leaves.toArray(org.bytedeco.pytorch.Tensor[]::new)),
              new TensorVector(tensor(cotangent)),
              new BoolOptional(false),
              false,
              true);
      for (int i = 0; i < leaves.size(); i++) {
        var gradient = gradients.get(i);
        all.add(result(gradient.defined() ? gradient : torch.zeros_like(leaves.get(i))));
      }
    }
    return all;
  }

  /** A tensor of libtorch with the same elements, type and shape. */
  static org.bytedeco.pytorch.Tensor tensor(Tensor x) {
    var integers = torch.tensor(words(x));
    var flat = x.dtype().isFloat() ? integers.view(ScalarType.Double) : integers;
    return flat.reshape(sizes(x)).to(type(x.dtype()));
  }

  /** The elements, of floats the bits in double precision. */
  private static long[] words(Tensor x) {
    return x.dtype().isFloat()
        ? Arrays.stream(x.toDoubles()).mapToLong(Double::doubleToRawLongBits).toArray()
        : x.to(DType.I64).toLongs();
  }

  private static long[] sizes(Tensor x) {
    long[] sizes = new long[x.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = x.dim(i);
    }
    return sizes;
  }

  /** libtorch's name of a type. */
  static ScalarType type(DType dtype) {
    return switch (dtype) {
      case F32 -> ScalarType.Float;
      case F64 -> ScalarType.Double;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case I8 -> ScalarType.Char;
      case U8 -> ScalarType.Byte;
      case I32 -> ScalarType.Int;
      case I64 -> ScalarType.Long;
      case BOOL -> ScalarType.Bool;
    };
  }

  static Result result(org.bytedeco.pytorch.Tensor x) {
    double[] elements = new double[Math.toIntExact(x.numel())];
    var flat = x.detach().to(ScalarType.Double).contiguous();
    if (elements.length > 0) {
      flat.data_ptr_double().get(elements);
    }
    int[] sizes = new int[Math.toIntExact(x.dim())];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(x.size(i));
    }
    return new Result(x.dtype().toScalarType().intern(), sizes, elements);
  }
}
