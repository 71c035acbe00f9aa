package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.cuda.ConvolutionShape.Image;
import dev.adjoint.cuda.ConvolutionShape.Pass;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which products are convolutions. That these compute the same is seen in {@link CudnnTest}. */
class ConvolutionShapeTest {
  private static final int IMAGE = 3;

  private static Kernel.MatMul kernel(int rows, int depth, boolean depthInner, Instr... more) {
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    var body = new ArrayList<Instr>(List.of(new Instr.Load(0, DType.F32)));
    body.addAll(List.of(more));
    var map = new Stage.Map(body, List.of(new Stage.Store(1, body.size() - 1)));
    var loop = new Kernel.Loop(2, 0, false, accesses, List.of(), List.of(map));
    var factor = new Kernel.Factor(rows, depth, depthInner, loop);
    return new Kernel.MatMul(DType.F32, Precision.TF32, null, factor, null);
  }

  /** Windows of 4 images of 2 groups of 4 channels, 22 rows of 22: 3 x 3 elements, each second window. */
  private static final int[] SIZES = {4, 2, 3, 100, 36, 4, 3, 3, 10, 10};

  private static long[][] strides() {
    return new long[][] {
      {0, 108, 36, 0, 1, 0, 0, 0, 0, 0},
      {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {600, 300, 100, 1, 0, 0, 0, 0, 0, 0},
      {3872, 1936, 0, 0, 0, 484, 22, 1, 44, 2}
    };
  }

  private static @Nullable ConvolutionShape of(long[][] strides) {
    return ConvolutionShape.of(
        kernel(2, 3, false), new Geometry(SIZES, new long[strides.length], strides));
  }

  @Test
  void stridesTellWhatAConvolutionIs() {
    ConvolutionShape shape = of(strides());
    assertThat(shape).isNotNull();
    assertThat(shape)
        .isEqualTo(
            new ConvolutionShape(
                Pass.FORWARD,
                DType.F32,
                Precision.TF32,
                new Image(List.of(4, 8, 21, 21), List.of(3872, 484, 22, 1)),
                List.of(6, 4, 3, 3),
                new Image(List.of(4, 6, 10, 10), List.of(600, 100, 10, 1)),
                List.of(2, 2),
                List.of(1, 1),
                2,
                false));
    assertThat(shape.work()).isEqualTo(4.0 * 2 * 3 * 100 * 36);
  }

  @Test
  void imagesMayLieInAnyOrder() {
    long[][] strides = strides();
    strides[IMAGE] = new long[] {3872, 4, 0, 0, 0, 1, 176, 8, 352, 16};
    assertThat(of(strides))
        .extracting(ConvolutionShape::input)
        .isEqualTo(new Image(List.of(4, 8, 21, 21), List.of(3872, 1, 176, 8)));
  }

  @Test
  void channelsOfGroupsThatAreApartAreAnAxisWithOneWindow() {
    long[][] strides = strides();
    strides[IMAGE] = new long[] {7744, 3872, 0, 0, 0, 484, 22, 1, 44, 2};
    ConvolutionShape shape = of(strides);
    assertThat(shape).isNotNull();
    assertThat(shape.input())
        .isEqualTo(new Image(List.of(4, 2, 4, 21, 21), List.of(7744, 3872, 484, 22, 1)));
    assertThat(shape.filter()).containsExactly(6, 1, 4, 3, 3);
    assertThat(shape.groups()).isEqualTo(2);
  }

  @Test
  void aWeightGradientIsOneAsWell() {
    int[] sizes = {2, 3, 36, 400, 4, 3, 3, 4, 10, 10};
    long[][] strides = {
      {1200, 400, 0, 1, 0, 0, 0, 0, 0, 0},
      {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {108, 36, 1, 0, 0, 0, 0, 0, 0, 0},
      {1936, 0, 0, 0, 484, 22, 1, 3872, 44, 2}
    };
    assertThat(ConvolutionShape.of(kernel(3, 3, true), new Geometry(sizes, new long[4], strides)))
        .isEqualTo(
            new ConvolutionShape(
                Pass.WEIGHT_GRADIENT,
                DType.F32,
                Precision.TF32,
                new Image(List.of(4, 8, 21, 21), List.of(3872, 484, 22, 1)),
                List.of(6, 4, 3, 3),
                new Image(List.of(4, 6, 10, 10), List.of(100, 400, 10, 1)),
                List.of(2, 2),
                List.of(1, 1),
                2,
                false));
  }

  private static void mustBeNone(int operand, long... changed) {
    long[][] strides = strides();
    assertThat(of(strides)).isNotNull();
    strides[operand] = changed;
    assertThat(of(strides)).isNull();
  }

  @Test
  void othersAreNone() {
    // A weight whose elements are reversed, rows apart, and groups apart.
    mustBeNone(0, 0, 108, 36, 0, -1, 0, 0, 0, 0, 0);
    mustBeNone(0, 0, 160, 40, 0, 1, 0, 0, 0, 0, 0);
    mustBeNone(0, 0, 120, 36, 0, 1, 0, 0, 0, 0, 0);
    // A weight for each image.
    mustBeNone(0, 216, 108, 36, 0, 1, 0, 0, 0, 0, 0);
    // An image that is read backwards, the same image for all groups, and rows that lie on each
    // other.
    mustBeNone(IMAGE, 3872, 1936, 0, 0, 0, 484, -22, 1, 44, 2);
    mustBeNone(IMAGE, 3872, 0, 0, 0, 0, 484, 22, 1, 44, 2);
    mustBeNone(IMAGE, 3872, 1936, 0, 0, 0, 484, 15, 1, 30, 2);
    // Results of groups that do not follow each other.
    mustBeNone(2, 1200, 600, 100, 1, 0, 0, 0, 0, 0, 0);
    // More than an int counts.
    mustBeNone(IMAGE, 1L << 31, 1936, 0, 0, 0, 484, 22, 1, 44, 2);
  }

  @Test
  void onlyCopiesOfElementsAreWindows() {
    var twice = new Instr.Apply(ScalarOp.ADD, DType.F32, 0, 0, -1);
    var geometry = new Geometry(SIZES, new long[4], strides());
    assertThat(ConvolutionShape.of(kernel(2, 3, false, twice), geometry)).isNull();
    assertThat(ConvolutionShape.of(new Kernel.MatMul(DType.F32, null), geometry)).isNull();
    int[] empty = SIZES.clone();
    empty[0] = 0;
    assertThat(
            ConvolutionShape.of(kernel(2, 3, false), new Geometry(empty, new long[4], strides())))
        .isNull();
    // Without a second element in any window it is a product.
    int[] sizes = {4, 3, 100, 4, 4, 10, 10};
    long[][] product = {
      {0, 4, 0, 1, 0, 0, 0}, new long[7], {300, 100, 1, 0, 0, 0, 0}, {2000, 0, 0, 0, 500, 44, 2}
    };
    assertThat(ConvolutionShape.of(kernel(2, 1, false), new Geometry(sizes, new long[4], product)))
        .isNull();
  }
}
