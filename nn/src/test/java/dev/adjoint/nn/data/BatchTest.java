package dev.adjoint.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Samples of one tensor, of two and of more. */
class BatchTest {
  private record Triplet(Tensor anchor, Tensor positive, Tensor negative) {}

  private record Labeled(Tensor x, int count) {}

  private record Refusing(Tensor x) {
    private Refusing {
      throw new IllegalStateException("never");
    }
  }

  private final Tensor a = Tensors.ones(4, 2);
  private final Tensor b = Tensors.zeros(4);
  private final Tensor c = Tensors.ones(4, 3);

  @Test
  void tensorsAreTheComponentsOfARecord() {
    assertThat(new Batch(a, b, c).as(Triplet.class)).isEqualTo(new Triplet(a, b, c));
    assertThatThrownBy(() -> new Batch(a, b).as(Triplet.class))
        .hasMessage("batch: Triplet[anchor, positive, negative] is no record of 2 tensors");
    assertThatThrownBy(() -> new Batch(a, b).as(Labeled.class))
        .hasMessage("batch: Labeled[x, count] is no record of 2 tensors");
    assertThatThrownBy(() -> new Batch(a).as(Refusing.class))
        .hasMessage("batch: Refusing refused the tensors")
        .hasRootCauseMessage("never");
  }

  @Test
  void whatIsNotThereIsAnError() {
    assertThat(new Batch(a).x()).isSameAs(a);
    assertThatThrownBy(() -> new Batch(a).y()).hasMessage("batch: no tensor 1, there are 1");
    assertThatThrownBy(() -> new Batch(List.of())).hasMessage("batch: needs at least one tensor");
    assertThatThrownBy(() -> new Batch(a, b, Tensors.ones(3)))
        .hasMessage("batch: axis 0 of all tensors must be equal: [4, 2] and [3]");
  }

  @Test
  void aDataSetGivesRowsOfAllItsTensors() {
    var data =
        new TensorDataset(
            Tensors.arange(6), Tensors.arange(12).reshape(6, 2), Tensors.arange(6).neg());
    Batch batch = data.prepare(x -> x.mul(10)).batch(new int[] {5, 2});
    assertThat(batch.x().toLongs()).containsExactly(50, 20);
    assertThat(batch.y().toLongs()).containsExactly(10, 11, 4, 5);
    assertThat(batch.get(2).toLongs()).containsExactly(-5, -2);
    assertThat(data.subset(4, 1).batch().x().toLongs()).containsExactly(4, 1);
    assertThat(data.prepare(x -> x.mul(10)).batch().x().toLongs())
        .containsExactly(0, 10, 20, 30, 40, 50);
    assertThat(data).hasToString("TensorDataset(i64[6], i64[6, 2], i64[6])");
  }
}
