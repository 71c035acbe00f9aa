package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What users read when a call is wrong. */
final class ErrorMessagesTest {
  private static final Device CUDA = new Device("cuda:0", new NeverOpened(), 0);

  private static Tensor on(Device device) {
    return Tensors.full(Shape.of(2, 3), 1, DType.F32, device);
  }

  private static Arguments golden(String message, Executable call) {
    return Arguments.of(message, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"elementwise", "movement", "products"})
  void theMessageNamesOpValuesAndRule(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  static Stream<Arguments> elementwise() {
    Tensor x = Tensors.ones(2, 3);
    Tensor ints = Tensors.zeros(Shape.of(2, 3), DType.I32);
    Tensor mask = Tensors.zeros(Shape.of(2, 3), DType.BOOL);
    return Stream.of(
        golden("add: shapes do not broadcast: [2, 3] and [4]", () -> x.add(Tensors.ones(4))),
        golden("sub: shapes do not broadcast: [2, 3] and [3, 3]", () -> x.sub(Tensors.ones(3, 3))),
        golden(
            "mul: left is on cuda:0, right is on cpu: call .to(device) of one of them, or of the model",
            () -> on(CUDA).mul(x)),
        golden("sub: not defined for bool: call .to(...)", () -> mask.sub(mask)),
        golden("neg: not defined for bool: call .to(...)", () -> mask.neg()),
        golden("bitwiseAnd: not defined for f32: call .to(...)", () -> x.bitwiseAnd(x)),
        golden("shiftLeft: not defined for f32: call .to(...)", () -> x.shiftLeft(1)),
        golden("shiftLeft: not defined for f32: call .to(...)", () -> ints.shiftLeft(x)),
        golden("add: 300 is no value of u8", () -> Tensors.zeros(Shape.of(2), DType.U8).add(300)),
        golden("add: 1099511627776 is no value of i32", () -> ints.add(1L << 40)),
        golden(
            "pow: base and exponent are bool, one must be a number: call toLong()",
            () -> mask.pow(mask)),
        golden("pow: exponent -1 of i32 is negative: call toFloat()", () -> ints.pow(-1)),
        golden("hypot: shapes do not broadcast: [2, 3] and [2]", () -> x.hypot(Tensors.ones(2))),
        golden(
            "logaddexp: left is on cpu, right is on cuda:0: call .to(device) of one of them, or of the model",
            () -> x.logaddexp(on(CUDA))),
        golden("where: the condition must be bool, not f32", () -> x.where(x, x)),
        golden(
            "where: shapes do not broadcast: [2, 3] and [4, 4]",
            () -> mask.where(x, Tensors.ones(4, 4))),
        golden(
            "maskedFill: shapes do not broadcast: [3, 3] and [2, 3]",
            () -> x.maskedFill(Tensors.ones(3, 3).toBool(), 0)),
        golden(
            "prelu: slopes of shape [2] for 3 channels of [2, 3]: must be one, or a vector with one for each channel",
            () -> x.prelu(Tensors.ones(2))),
        golden(
            "maskedFill: the value must be a scalar, not of shape [2]",
            () -> x.maskedFill(mask, Tensors.ones(2))),
        golden("bitcast: f32 and f64 do not have the same bits", () -> x.bitcast(DType.F64)),
        golden("bitcast: bool and u8 do not have the same bits", () -> mask.bitcast(DType.U8)),
        golden("sum: axis 2 is out of range for shape [2, 3] of rank 2", () -> x.sum(2)),
        golden("sum: axis 0 appears twice in [0, -2]", () -> x.sum(0, -2)),
        golden("max: axis -3 is out of range for shape [2, 3] of rank 2", () -> x.max(-3)),
        golden("max: no elements along axis 0 of shape [0, 3]", () -> Tensors.zeros(0, 3).amax(0)),
        golden(
            "argmax: no elements along axis 0 of shape [0, 3]",
            () -> Tensors.zeros(0, 3).argmax(0)),
        golden("softmax: axis 2 is out of range for shape [2, 3] of rank 2", () -> x.softmax(2)));
  }

  static Stream<Arguments> movement() {
    Tensor x = Tensors.ones(2, 3);
    return Stream.of(
        golden("reshape: [2, 3] with 6 elements does not fit [4, 2]", () -> x.reshape(4, 2)),
        golden("reshape: [2, 3] with 6 elements does not fit [-1, 4]", () -> x.reshape(-1, 4)),
        golden(
            "reshape: bad sizes [-1, -1]: only one may be -1, none may be less",
            () -> x.reshape(-1, -1)),
        golden(
            "reshape: bad sizes [-2, 3]: only one may be -1, none may be less",
            () -> x.reshape(-2, 3)),
        golden("expand: [2, 3] does not broadcast to [4, 3]", () -> x.expand(4, 3)),
        golden("expand: bad size -1 in [-1, 2, 3] for shape [2, 3]", () -> x.expand(-1, 2, 3)),
        golden("broadcastTo: [2, 3] does not broadcast to [3]", () -> x.broadcastTo(3)),
        golden("unsqueeze: axis 4 is out of range for shape [2, 3]", () -> x.unsqueeze(4)),
        golden("flatten: axis 1 comes after axis 0 in shape [2, 3]", () -> x.flatten(1, 0)),
        golden(
            "unflatten: [2, 3] with 3 elements does not fit [2, -1]", () -> x.unflatten(1, 2, -1)),
        golden("permute: order [0] does not have the 2 axes of shape [2, 3]", () -> x.permute(0)),
        golden(
            "permute: order [0, 0] is no permutation of the axes of shape [2, 3]",
            () -> x.permute(0, 0)),
        golden(
            "transpose: axis 2 is out of range for shape [2, 3] of rank 2",
            () -> x.transpose(0, 2)),
        golden(
            "t: needs at most 2 axes, not shape [2, 3, 4]: use transpose",
            () -> Tensors.ones(2, 3, 4).t()),
        golden(
            "narrow: 2 elements from 2 are out of range for axis 1 of shape [2, 3]",
            () -> x.narrow(1, 2, 2)),
        golden("slice: the step is 0", () -> x.slice(1, 0, 3, 0)),
        golden("select: index 3 is out of range for axis 1 of shape [2, 3]", () -> x.select(1, 3)),
        golden("split: the length must be positive, not 0", () -> x.split(0, 1)),
        golden(
            "split: lengths add up to 2, not to 3: axis 1 of shape [2, 3]",
            () -> x.split(new int[] {1, 1}, 1)),
        golden("chunk: the count must be positive, not 0", () -> x.chunk(0, 0)),
        golden("roll: 1 shifts for 2 axes", () -> x.roll(new int[] {1}, new int[] {0, 1})),
        golden("rot90: the axes 0 and -2 of shape [2, 3] are the same", () -> x.rot90(1, 0, -2)),
        golden("pad: sizes [1] are no pairs for axes of shape [2, 3]", () -> x.pad(1)),
        golden("pad: sizes [-2, -2] cut off more than shape [2, 3] has", () -> x.pad(-2, -2)),
        golden("repeat: counts [2] do not fit shape [2, 3]", () -> x.repeat(2)),
        golden(
            "repeatInterleave: the count must not be negative, it is -1",
            () -> x.repeatInterleave(-1, 0)),
        golden(
            "diagonal: the axes 1 and 1 of shape [2, 3] are the same", () -> x.diagonal(0, 1, 1)),
        golden("tril: needs at least 2 axes, not shape [3]", () -> Tensors.ones(3).tril()),
        golden("trace: needs a matrix, not shape [3]", () -> Tensors.ones(3).trace()));
  }

  static Stream<Arguments> products() {
    Tensor x = Tensors.ones(2, 3);
    Tensor ints = Tensors.zeros(Shape.of(2, 3), DType.I32);
    return Stream.of(
        golden("get: 3 positions for shape [2, 3]", () -> x.get(0, 0, 0)),
        golden("get: more than one ellipsis", () -> x.get(Index.ellipsis(), Index.ellipsis())),
        golden("gather: the index must be i32 or i64, not f32", () -> x.gather(0, x)),
        golden(
            "gather: index [2] does not fit [2, 3] outside axis 0",
            () -> x.gather(0, Tensors.of(1, 2))),
        golden(
            "gather: index [3, 1] does not fit [2, 3] outside axis 1",
            () -> x.gather(1, Tensors.zeros(Shape.of(3, 1), DType.I64))),
        golden(
            "indexSelect: the index must be a vector, not of shape [2, 3]",
            () -> x.indexSelect(0, ints)),
        golden(
            "indexAdd: source [1, 2] does not fit [2, 3] outside axis 0",
            () -> x.indexAdd(0, Tensors.of(0), Tensors.ones(1, 2))),
        golden(
            "scatterAdd: the source is f32[2, 2], it must be f32[2, 3] like the target and the index",
            () -> x.scatterAdd(1, ints, Tensors.ones(2, 2))),
        golden(
            "scatterAdd: the source is i32[2, 3], it must be f32[2, 3] like the target and the index",
            () -> x.scatterAdd(1, ints, ints)),
        golden(
            "embedding: the table must be a matrix, not of shape [3]",
            () -> Tensors.ones(3).embedding(Tensors.of(0))),
        golden("oneHot: class numbers must be integers, not f32", () -> x.oneHot(3)),
        golden("matmul: inner sizes differ: [2, 3] x [2, 3]", () -> x.matmul(x)),
        golden(
            "matmul: needs vectors or matrices, not a scalar: [2, 3] x []",
            () -> x.matmul(Tensors.of(1.0))),
        golden(
            "matmul: left is f32, right is f64: call .to(...)", () -> x.matmul(x.toDouble().t())),
        golden(
            "matmul: defined for numbers, not bool: call toInt()",
            () -> x.gt(0).matmul(x.t().gt(0))),
        golden(
            "matmul: left is on cpu, right is on cuda:0: call .to(device) of one of them, or of the model",
            () -> x.matmul(on(CUDA))),
        golden(
            "matmul: batch sizes do not broadcast: [2, 4, 3] x [3, 3, 5]",
            () -> Tensors.ones(2, 4, 3).matmul(Tensors.ones(3, 3, 5))),
        golden("bmm: needs [b, m, k] x [b, k, n], not [2, 3] x [2, 3]", () -> x.bmm(x)),
        golden("dot: needs two vectors of equal size, not [2, 3] and [2, 3]", () -> x.dot(x)),
        golden("outer: needs two vectors, not [2, 3] and [2, 3]", () -> x.outer(x)),
        golden("inner: last sizes differ: [2, 3] and [2]", () -> x.inner(Tensors.ones(2))),
        golden(
            "linear: input [2, 3] does not fit weights [5, 4] of [out, in]",
            () -> x.linear(Tensors.ones(5, 4))),
        golden(
            "einsum: 'ij,jk->ik' has 2 terms for 1 tensors", () -> Tensors.einsum("ij,jk->ik", x)),
        golden(
            "einsum: 'ij' does not name the axes of shape [2]",
            () -> Tensors.einsum("ij->i", Tensors.ones(2))),
        golden("einsum: axis j has sizes 3 and 2", () -> Tensors.einsum("ij,jk->ik", x, x)),
        golden(
            "einsum: axis k of the result of 'ij->k' must be an axis of a term, once",
            () -> Tensors.einsum("ij->k", x)),
        golden("item: needs exactly one element, not shape [2, 3]", () -> x.item()),
        golden("cat: needs at least one tensor", () -> Tensors.cat(List.of(), 0)),
        golden(
            "cat: shapes differ outside axis 0: [2, 3] and [2, 4]",
            () -> Tensors.cat(0, x, Tensors.ones(2, 4))),
        golden("stack: shapes differ: [2, 3] and [3]", () -> Tensors.stack(0, x, Tensors.ones(3))),
        golden(
            "tensor: [2, 2] needs 4 values, there are 3",
            () -> Tensors.of(new double[] {1, 2, 3}, 2, 2)),
        golden(
            "tensor: rows of axis 1 have 2 and 1 elements",
            () -> Tensors.of(new float[][] {{1, 2}, {3}})),
        golden(
            "tensor: no type for the elements of String[]", () -> Tensors.of(new String[] {"a"})),
        golden("arange: no range from 0 to 5 by 0", () -> Tensors.arange(0, 5, 0)),
        golden(
            "randint: the range from 3 to 3 must have 1 to 2^31 values",
            () -> Tensors.randint(3, 3, 2)),
        golden("shape: negative size in [-1]", () -> Tensors.zeros(-1)),
        golden(
            "bernoulli: the probability must be in [0, 1], it is 1.5",
            () -> Random.standard().bernoulli(1.5, 2)),
        golden(
            "requiresGrad: only float tensors have gradients, this is i32",
            () -> x.requiresGrad().toInt().requiresGrad()),
        golden(
            "matmul: inner sizes differ: [2, 3] x [2, 3] (in net.fc1)",
            () -> Scope.inModule("net", () -> Scope.inModule("fc1", () -> x.matmul(x)))),
        golden(
            "sum: axis 7 is out of range for shape [2, 3] of rank 2 (in net)",
            () -> Scope.inModule("net", () -> x.sum(7))));
  }

  /** A device that exists in name only. */
  private static final class NeverOpened implements DeviceProvider {
    @Override
    public String kind() {
      return "cuda";
    }

    @Override
    public List<String> describe() {
      return List.of();
    }

    @Override
    public Optional<String> whyNot() {
      return Optional.empty();
    }

    @Override
    public Backend open(int ordinal) {
      throw new AssertionError("a check must not open a device");
    }
  }
}
