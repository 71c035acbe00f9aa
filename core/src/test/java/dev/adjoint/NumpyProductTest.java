package dev.adjoint;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products against NumPy. */
final class NumpyProductTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void equalsNumpy(String expression, Supplier<Tensor> call) {
    NumpyValues.check(expression, call);
  }

  static Stream<Arguments> values() {
    Tensor x = NumpyValues.X;
    Tensor y = NumpyValues.Y;
    Tensor r = NumpyValues.R;
    Tensor q = NumpyValues.Q;
    return Stream.of(
        golden("r.matmul(r.transpose(1, 2))", () -> r.matmul(r.transpose(1, 2))),
        golden("r.matmul(x.t())", () -> r.matmul(x.t())),
        golden("x.matmul(r.transpose(1, 2))", () -> x.matmul(r.transpose(1, 2))),
        golden("x.matmul(x.select(0, 0))", () -> x.matmul(x.select(0, 0))),
        golden("r.matmul(x.select(0, 2))", () -> r.matmul(x.select(0, 2))),
        golden("x.select(1, 1).matmul(x)", () -> x.select(1, 1).matmul(x)),
        golden("x.select(1, 1).matmul(r)", () -> x.select(1, 1).matmul(r)),
        golden(
            "x.select(0, 2).matmul(y.select(0, 1))", () -> x.select(0, 2).matmul(y.select(0, 1))),
        golden(
            "r.unsqueeze(1).matmul(q.unsqueeze(0))", () -> r.unsqueeze(1).matmul(q.unsqueeze(0))),
        golden("r.bmm(q)", () -> r.bmm(q)),
        golden("x.select(0, 2).dot(y.select(0, 1))", () -> x.select(0, 2).dot(y.select(0, 1))),
        golden("r.inner(x)", () -> r.inner(x)),
        golden("r.inner(r.select(0, 0).select(0, 0))", () -> r.inner(r.select(0, 0).select(0, 0))),
        golden("r.select(0, 0).select(0, 0).inner(r)", () -> r.select(0, 0).select(0, 0).inner(r)),
        golden("x.select(0, 2).inner(y.select(0, 1))", () -> x.select(0, 2).inner(y.select(0, 1))),
        golden("x.select(0, 0).outer(y.select(1, 1))", () -> x.select(0, 0).outer(y.select(1, 1))),
        golden(
            "y.select(0, 0).select(0, 0).addmm(x, y.t())",
            () -> y.select(0, 0).select(0, 0).addmm(x, y.t())),
        golden(
            "y.select(0, 0).narrow(0, 0, 3).addmm(x, y.t(), 2, 3)",
            () -> y.select(0, 0).narrow(0, 0, 3).addmm(x, y.t(), 2, 3)),
        golden("r.linear(x)", () -> r.linear(x)),
        golden("r.linear(x, y.select(1, 0))", () -> r.linear(x, y.select(1, 0))),
        golden("Tensors.einsum(\"ij,kj->ik\", x, y)", () -> Tensors.einsum("ij,kj->ik", x, y)),
        golden("Tensors.einsum(\"ij,kj\", x, y)", () -> Tensors.einsum("ij,kj", x, y)),
        golden(
            "Tensors.einsum(\"bij,bkj->bik\", r, r)", () -> Tensors.einsum("bij,bkj->bik", r, r)),
        golden("Tensors.einsum(\"bij,bij->b\", r, r)", () -> Tensors.einsum("bij,bij->b", r, r)),
        golden("Tensors.einsum(\"ij->ji\", x)", () -> Tensors.einsum("ij->ji", x)),
        golden("Tensors.einsum(\"ij->\", x)", () -> Tensors.einsum("ij->", x)),
        golden(
            "Tensors.einsum(\"ii->i\", x.narrow(1, 0, 3))",
            () -> Tensors.einsum("ii->i", x.narrow(1, 0, 3))),
        golden(
            "Tensors.einsum(\"ii\", x.narrow(1, 0, 3))",
            () -> Tensors.einsum("ii", x.narrow(1, 0, 3))),
        golden(
            "Tensors.einsum(\"i,j->ij\", x.select(0, 0), y.select(1, 1))",
            () -> Tensors.einsum("i,j->ij", x.select(0, 0), y.select(1, 1))),
        golden(
            "Tensors.einsum(\"bij,jk,kl->bil\", r, x.t(), x)",
            () -> Tensors.einsum("bij,jk,kl->bil", r, x.t(), x)),
        golden("Tensors.einsum(\"bij->bj\", r)", () -> Tensors.einsum("bij->bj", r)),
        golden("Tensors.einsum(\"bij,ij->ijb\", r, x)", () -> Tensors.einsum("bij,ij->ijb", r, x)),
        golden(
            "Tensors.einsum(\"ij,jk,kl->il\", y, r.select(0, 0).t(), y)",
            () -> Tensors.einsum("ij,jk,kl->il", y, r.select(0, 0).t(), y)),
        golden(
            "Tensors.einsum(\"abc,cd->dab\", r, x.t())",
            () -> Tensors.einsum("abc,cd->dab", r, x.t())),
        golden(
            "Tensors.einsum(\"iij->ij\", r.narrow(1, 0, 2))",
            () -> Tensors.einsum("iij->ij", r.narrow(1, 0, 2))));
  }

  private static Arguments golden(String expression, Supplier<Tensor> call) {
    return Arguments.of(expression, call);
  }
}
