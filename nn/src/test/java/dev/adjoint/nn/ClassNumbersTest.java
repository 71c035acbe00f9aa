package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.schedule.Engine;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Class numbers that are out of range: an error at the call where they are known, else when the result is read. */
class ClassNumbersTest {
  private final Tensor logits = Tensors.of(new float[] {1, -2, 0.5f, 0, 3, 3}, 2, 3);

  private static Tensor labels(int... values) {
    return Tensors.of(values);
  }

  /** The same labels, which are not known before they are computed. */
  private static Tensor computed(int... values) {
    return labels(values).add(1).sub(1);
  }

  /** Requires an error when a result is computed, which also names the line, in a module or not. */
  private static void refused(Supplier<Tensor> result, String message) {
    assertThatThrownBy(() -> result.get().realize())
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageMatching(
            Pattern.quote(message) + " \\(at ClassNumbersTest.java:\\d+( in [A-Za-z.]+)?\\)");
  }

  private static void refusedAtTheCall(Supplier<Tensor> result, String message) {
    assertThatThrownBy(result::get)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -99, 3, 100, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void classificationLossesNameTheClass(int bad) {
    String rule = ": class " + bad + " is out of range for 3 classes";
    for (DType type : new DType[] {DType.I32, DType.I64}) {
      refusedAtTheCall(
          () -> Losses.crossEntropy(logits, labels(1, bad).to(type)), "crossEntropy" + rule);
      refusedAtTheCall(() -> Losses.nll(logits, labels(1, bad).to(type)), "nll" + rule);
      refused(() -> Losses.crossEntropy(logits, computed(1, bad).to(type)), "crossEntropy" + rule);
      refused(() -> Losses.nll(logits, computed(1, bad).to(type)), "nll" + rule);
    }
  }

  @Test
  void minus100IsIgnoredAndNoOtherLabel() {
    for (DType type : new DType[] {DType.I32, DType.I64}) {
      double first = Losses.crossEntropy(logits.narrow(0, 0, 1), labels(1).to(type)).item();
      assertThat(Losses.crossEntropy(logits, labels(1, -100).to(type)).item()).isEqualTo(first);
      assertThat(Losses.crossEntropy(logits, computed(1, -100).to(type)).item()).isEqualTo(first);
      double second = Losses.nll(logits.narrow(0, 1, 1), labels(2)).item();
      assertThat(Losses.nll(logits, labels(-100, 2).to(type)).item()).isEqualTo(second);
      assertThat(Losses.nll(logits, computed(-100, 2).to(type)).item()).isEqualTo(second);
    }
    String rule = " is out of range for 3 classes";
    refused(() -> Losses.crossEntropy(logits, labels(-100, -1)), "crossEntropy: class -1" + rule);
    refused(() -> Losses.nll(logits, computed(-100, -1)), "nll: class -1" + rule);
    refusedAtTheCall(() -> Losses.nll(logits, labels(-100, 3)), "nll: class 3" + rule);
    refusedAtTheCall(() -> Losses.nll(logits, labels(-101, 0)), "nll: class -101" + rule);
  }

  @Test
  void anotherLabelIsIgnoredInsteadOfMinus100() {
    var ignoring = CrossEntropyOptions.DEFAULT.ignoreIndex(-1);
    double first = Losses.crossEntropy(logits.narrow(0, 0, 1), labels(1)).item();
    assertThat(Losses.crossEntropy(logits, labels(1, -1), ignoring).item()).isEqualTo(first);
    assertThat(Losses.crossEntropy(logits, computed(1, -1), ignoring).item()).isEqualTo(first);
    String message = "crossEntropy: class -100 is out of range for 3 classes";
    refusedAtTheCall(() -> Losses.crossEntropy(logits, labels(-100, 1), ignoring), message);
    refused(() -> Losses.crossEntropy(logits, computed(-100, -1), ignoring), message);
    // The class 156 is no -100 that has wrapped around.
    Tensor wide = Tensors.randn(1, 200);
    double last = Losses.crossEntropy(wide, labels(156)).item();
    assertThat(Losses.crossEntropy(wide, computed(156).to(DType.U8)).item()).isEqualTo(last);
  }

  @Test
  void theMeanOfIgnoredSamplesIsNaNWithoutGradients() {
    Tensor x = logits.requiresGrad();
    Tensor mean = Losses.crossEntropy(x, labels(-100, -100));
    assertThat(mean.item()).isNaN();
    assertThat(mean.backward().of(x).toFloats()).containsOnly(new float[6]);
    var options = CrossEntropyOptions.DEFAULT;
    Tensor sum = Losses.crossEntropy(x, labels(-100, -100), options.reduction(Reduction.SUM));
    assertThat(sum.item()).isZero();
    Tensor each = Losses.crossEntropy(x, labels(-100, 0), options.reduction(Reduction.NONE));
    assertThat(each.toFloats()[0]).isZero();
    assertThat(each.toFloats()[1]).isPositive();
  }

  @Test
  void theErrorComesWhenTheBackwardPassIsComputedToo() {
    Tensor x = logits.requiresGrad();
    Tensor loss = Losses.crossEntropy(x, computed(7, 0));
    refused(() -> loss.backward().of(x), "crossEntropy: class 7 is out of range for 3 classes");
  }

  @Test
  void checkingComputedLabelsTakesNoLaunch() {
    Tensor loss = Losses.crossEntropy(logits.narrow(0, 1, 1), computed(0));
    long before = Engine.statistics().launches();
    loss.realize();
    assertThat(Engine.statistics().launches() - before).isEqualTo(1);
  }

  @Test
  void labelsOfADataSetAreReadOnce() {
    var data = new TensorDataset(logits, labels(2, 0));
    Batch batch = data.batch(new int[] {1});
    Tensor loss = Losses.crossEntropy(logits.narrow(0, 1, 1), batch.y());

    var wrong = new TensorDataset(logits, labels(3, 0));
    assertThat(Losses.crossEntropy(logits.narrow(0, 1, 1), wrong.batch(new int[] {1}).y()).item())
        .isEqualTo(loss.item());
    refused(
        () -> Losses.crossEntropy(logits.narrow(0, 0, 1), wrong.batch(new int[] {0}).y()),
        "crossEntropy: class 3 is out of range for 3 classes");
  }

  @Test
  void errorsAtTheCallNameTheModule() {
    var embedding = new Embedding(5, 2);
    refusedAtTheCall(
        () -> embedding.apply(labels(4, 5)),
        "embedding: index 5 is out of range for a table of 5 rows (in Embedding)");
    refused(
        () -> embedding.apply(computed(4, -2)),
        "embedding: index -2 is out of range for a table of 5 rows");
  }

  @Test
  void theErrorWhenItIsComputedNamesTheModule() {
    var model = Sequential.of(new Embedding(5, 2), new Linear(2, 1));
    Tensor loss = model.apply(computed(4, 5)).sum();
    String message = "embedding: index 5 is out of range for a table of 5 rows";
    assertThatThrownBy(loss::realize)
        .hasMessageStartingWith(message + " (at ClassNumbersTest.java:")
        .hasMessageEndingWith(" in Sequential.0)");
    // The gradient scatters by the same numbers, and has the same error.
    Variable table = model.parameters().getFirst();
    Tensor embedded = table.indexSelect(0, computed(4, 5));
    Tensor gradient = embedded.sum().backward().of(table);
    assertThatThrownBy(gradient::realize)
        .hasMessageStartingWith(
            "indexSelect: index 5 is out of range for axis 0 of size 5 (at ClassNumbersTest.java:");
  }

  @Test
  void oneHotNamesTheClass() {
    refusedAtTheCall(() -> labels(0, 4).oneHot(4), "oneHot: class 4 is out of range for 4 classes");
    refused(() -> computed(0, -1).oneHot(4), "oneHot: class -1 is out of range for 4 classes");
    refused(
        () -> computed(0, 4).to(DType.U8).oneHot(4),
        "oneHot: class 4 is out of range for 4 classes");
    assertThat(labels().oneHot(4).shape().dims()).containsExactly(0, 4);
    assertThat(computed(1).oneHot(2).toInts()).containsExactly(0, 1);
  }

  @Test
  void aNumberThatWrapsIntoTheRangeIsNotRefused() {
    Tensor large = Tensors.of(1L << 32);
    assertThat(large.to(DType.I32).oneHot(2).toInts()).containsExactly(1, 0);
  }

  @Test
  void aVariableIsReadWhenTheResultIsComputed() {
    var counter = new Variable("counter", labels(1));
    Tensor before = counter.oneHot(2);
    assertThat(before.toInts()).containsExactly(0, 1);
    counter.set(counter.add(1));
    refused(() -> counter.oneHot(2), "oneHot: class 2 is out of range for 2 classes");
  }
}
