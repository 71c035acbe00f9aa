package dev.adjoint.schedule;

import static dev.adjoint.Index.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which positions are known to be in range without asking a device. */
class KnownPositionsTest {
  private static final int ROWS = 10;

  private final Tensor table = Tensors.rand(ROWS, 3).realize();
  private final Tensor uploaded = Tensors.of(0, 3, 9, 3);

  private boolean areKnown(Tensor index) {
    Tensor rows = table.indexSelect(0, index);
    return KnownPositions.areInRange(Walk.from(List.of(rows.node())));
  }

  private void areKnown(UnaryOperator<Tensor> index) {
    assertThat(areKnown(index.apply(uploaded))).isTrue();
  }

  private void areNot(UnaryOperator<Tensor> index) {
    assertThat(areKnown(index.apply(uploaded))).isFalse();
  }

  @Test
  void dataThatWereUploadedAndViewsOfThem() {
    areKnown(x -> x);
    areKnown(x -> x.to(DType.I64));
    areKnown(x -> x.flip(0).slice(0, 1, 4, 2));
    areKnown(x -> x.reshape(2, 2).expand(3, 2, 2).reshape(12));
    areKnown(x -> x.gather(0, Tensors.of(1, 1, 2)));
    areKnown(x -> x.reshape(2, 2).get(of(Tensors.of(1, 0)), of(Tensors.of(0, 1))));
  }

  @Test
  void whatIsComputedFromThemIfTheIntervalFits() {
    areKnown(x -> x.mul(-1).add(9));
    areKnown(x -> Tensors.arange(4).add(6));
    areKnown(x -> x.gt(5).where(x, 0));
    areKnown(x -> Tensors.cat(0, x, Tensors.arange(10)));
    areKnown(x -> table.select(1, 0).argsort(0));
    areNot(x -> x.add(1));
    areNot(x -> x.sub(1));
    areNot(x -> Tensors.arange(4).add(7));
    areNot(x -> x.gt(5).where(x, 10));
    // These wrap, to numbers that would be in range.
    areNot(x -> x.add(Integer.MAX_VALUE).add(Integer.MAX_VALUE).add(2));
    areNot(x -> x.mul(1 << 30).mul(4));
    areNot(x -> x.to(DType.I64).mul(1L << 40).mul(1L << 40));
  }

  @Test
  void whatOnlyTheDeviceKnowsIsNot() {
    areNot(x -> x.mul(1).bitwiseAnd(7));
    areNot(x -> x.to(DType.F32).to(DType.I32));
    areNot(x -> x.bitwiseAnd(7).realize());
    areNot(x -> new Variable("rows", x));
    areNot(x -> Tensors.rand(4).mul(9).to(DType.I32));
  }

  @Test
  void allLookupsOfAComputationMustBe() {
    Tensor rows = table.indexSelect(0, uploaded);
    Tensor more = rows.indexSelect(0, uploaded.bitwiseAnd(3));
    assertThat(KnownPositions.areInRange(Walk.from(List.of(more.node())))).isFalse();
    Tensor sum = table.indexAdd(0, uploaded, rows);
    assertThat(KnownPositions.areInRange(Walk.from(List.of(sum.node())))).isTrue();
    Tensor other = table.indexAdd(0, uploaded.add(1), rows);
    assertThat(KnownPositions.areInRange(Walk.from(List.of(other.node())))).isFalse();
    assertThatThrownBy(other::realize).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
