package dev.adjoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Index;
import dev.adjoint.Scope;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.reference.Reference;
import dev.adjoint.schedule.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors that come when a value is computed name the method that the program called, its line and the module. */
class OriginTest {
  private static final Tensor X = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2).realize();

  /** Positions that are not known before they are computed. */
  private static Tensor bad() {
    return Tensors.of(0, 6, 1).add(1);
  }

  private static Tensor badColumn() {
    return bad().unsqueeze(1);
  }

  private static int lineOfCaller() {
    return StackWalker.getInstance()
        .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
  }

  static Stream<Arguments> calls() {
    String axis0 = ": index 7 is out of range for axis 0 of size 3";
    return Stream.of(
        call("gather" + axis0, () -> X.gather(0, badColumn())),
        call("indexSelect" + axis0, () -> X.indexSelect(0, bad())),
        call("takeAlongDim" + axis0, () -> X.takeAlongDim(badColumn(), 0)),
        call("take: index 7 is out of range for axis 0 of size 6", () -> X.take(bad())),
        call("get" + axis0, () -> X.get(Index.of(bad()))),
        call(
            "scatterAdd" + axis0,
            () -> X.narrow(1, 0, 1).scatterAdd(0, badColumn(), Tensors.ones(3, 1))),
        call("indexAdd" + axis0, () -> X.indexAdd(0, bad(), X)),
        call("embedding: index 7 is out of range for a table of 3 rows", () -> X.embedding(bad())),
        call("oneHot: class 7 is out of range for 4 classes", () -> bad().oneHot(4)));
  }

  private static Arguments call(String message, Supplier<Tensor> call) {
    return Arguments.of(message, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void theErrorNamesTheCallAndTheLine(String message, Supplier<Tensor> call) {
    Tensor result = call.get();
    assertThatThrownBy(result::realize)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageMatching(Pattern.quote(message) + " \\(at OriginTest.java:\\d+\\)");
    String computed = messageOf(result::realize);
    assertThat(messageOf(() -> Reference.evaluate(result))).isEqualTo(computed);
  }

  private static String messageOf(Runnable action) {
    try {
      action.run();
    } catch (IndexOutOfBoundsException e) {
      return e.getMessage();
    }
    throw new AssertionError("no position is out of range");
  }

  /** The plan is that of the first line, and it must not know it. */
  @Test
  void aPlanThatAnotherLineUsesAgain() {
    Tensor positions = Tensors.of(2, 1, 0);
    Tensor first = X.indexSelect(0, positions.add(0)).mul(31);
    int line = lineOfCaller() - 1;
    first.realize();
    long plans = Engine.statistics().plans();
    Tensor second = Scope.inModule("net", () -> X.indexSelect(0, positions.add(3)).mul(31));
    int other = lineOfCaller() - 1;
    assertThatThrownBy(second::realize)
        .hasMessage(
            "indexSelect: index 5 is out of range for axis 0 of size 3 (at OriginTest.java:"
                + other
                + " in net)");
    Tensor third = X.gather(0, positions.add(-1).reshape(3, 1).expand(3, 2)).mul(31);
    int last = lineOfCaller() - 1;
    assertThatThrownBy(third::realize)
        .hasMessage(
            "gather: index -1 is out of range for axis 0 of size 3 (at OriginTest.java:"
                + last
                + ")");
    assertThat(List.of(line, other, last)).doesNotHaveDuplicates();
    assertThat(Engine.statistics().plans() - plans).isLessThanOrEqualTo(1);
  }

  @Test
  void aModuleInAModuleIsAPath() {
    Tensor x =
        Scope.inModule("encoder", () -> Scope.inModule("fc1", () -> X.indexSelect(0, bad())));
    assertThatThrownBy(x::realize).hasMessageEndingWith(" in encoder.fc1)");
  }

  @Test
  void aStaleTensorNamesItselfTheVariableAndTheWayOut() {
    var w = new Variable("w", Tensors.of(1f, 2f));
    Tensor old = w.value();
    Tensor stale = Scope.inModule("net", () -> w.mul(2));
    Tensor fine = Tensors.ones(2);
    w.set(w.add(1));
    Engine.realize(List.of());
    String rest =
        ": needs the value that 'w' had before it was updated, and that value is gone: before the step, call keep() on the"
            + " tensor, or realize() if the loss does not depend on it";
    assertThatThrownBy(() -> Tensor.realize(List.of(fine, stale)))
        .isInstanceOf(StaleTensorException.class)
        .hasMessage(
            "mul f32[2] (in net)" + rest + "; ADJOINT_ORIGINS=all tells the line that recorded it");
    assertThatThrownBy(old::realize)
        .isInstanceOf(StaleTensorException.class)
        .hasMessage("a value of 'w'" + rest);
    assertThatThrownBy(() -> Reference.evaluate(stale)).isInstanceOf(StaleTensorException.class);
  }

  @Test
  void classesOfTheProgramAreKnownByTheirNames() {
    assertThat(Call.isOfTheProgram("Train")).isTrue();
    assertThat(Call.isOfTheProgram("com.example.Train$Net")).isTrue();
    assertThat(Call.isOfTheProgram("dev.adjoint.graph.OriginTest$1")).isTrue();
    assertThat(Call.isOfTheProgram("dev.adjoint.Tensor")).isFalse();
    assertThat(Call.isOfTheProgram("dev.adjoint.nn.Linear$Test")).isFalse();
    assertThat(Call.isOfTheProgram("java.util.ArrayList")).isFalse();
  }

  /** What a process prints that is told which origins to record. */
  private static List<String> messages(String recorded) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dadjoint.origins=" + recorded,
                "-cp",
                System.getProperty("java.class.path"),
                OriginTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var text = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return text.lines().toList();
  }

  /** Prints two errors: of a position, and of a stale tensor. */
  public static void main(String[] arguments) {
    var w = new Variable("w", Tensors.of(1f, 2f));
    var tensors = new ArrayList<Tensor>();
    tensors.add(X.indexSelect(0, bad()));
    tensors.add(w.softmax(0));
    w.set(w.add(1));
    Engine.realize(List.of());
    for (Tensor tensor : tensors) {
      try {
        tensor.realize();
      } catch (IndexOutOfBoundsException | StaleTensorException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void originsCanBeSwitchedOffAndRecordedForAll() throws IOException, InterruptedException {
    List<String> off = messages("off");
    assertThat(off).hasSize(2);
    assertThat(off.get(0)).isEqualTo("gather: index 7 is out of range for axis 0 of size 3");
    assertThat(off.get(1)).startsWith("div f32[2]: needs").endsWith("that recorded it");
    List<String> all = messages("all");
    assertThat(all).hasSize(2);
    assertThat(all.get(0)).matches("indexSelect: .* \\(at OriginTest.java:\\d+\\)");
    assertThat(all.get(1))
        .matches("softmax f32\\[2\\] \\(at OriginTest.java:\\d+\\): needs .*depend on it");
    assertThat(messages("some")).isEmpty();
  }
}
