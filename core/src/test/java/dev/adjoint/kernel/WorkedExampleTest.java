package dev.adjoint.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel that ARCHITECTURE.md shows is what is printed. */
class WorkedExampleTest {
  @Test
  void thePageShowsTheKernel() throws IOException {
    var body = new BodyBuilder();
    int x = ScalarMath.load(body, 0, DType.F32);
    int y = ScalarMath.load(body, 1, DType.F32);
    int product = ScalarMath.binary(body, BinaryOp.MUL, x, y, DType.F32);
    int sum = ScalarMath.binary(body, BinaryOp.ADD, product, x, DType.F32);
    int relu = ScalarMath.unary(body, UnaryOp.RELU, sum, DType.F32);
    var read = new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS);
    var write = new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS);
    Stage stage = new Stage.Map(body.build(), List.of(new Stage.Store(2, relu)));
    var kernel =
        new Kernel.Loop(1, 0, false, List.of(read, read, write), List.of(), List.of(stage));
    Path page = Path.of("..", "ARCHITECTURE.md");
    assertThat(Files.readString(page)).contains(KernelPrinter.listing(kernel).strip());
  }
}
