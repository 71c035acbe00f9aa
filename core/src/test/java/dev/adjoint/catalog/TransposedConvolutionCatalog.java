package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Rows of {@link dev.adjoint.TransposedConvolutionOps}: one in all types, the others in f32. */
final class TransposedConvolutionCatalog {
  /** As many products as the samples sum, or more. */
  private static final int DEPTH = 40;

  private static final String NUMBERS = ",int,int,int,int,int";
  private static final String ARRAYS = ",int[],int[],int[],int,int[]";

  private TransposedConvolutionCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(shorthands());
    rows.addAll(full());
    rows.forEach(row -> row.tolerance(Tolerance.sum(DEPTH)).gradient(Gradient.SECOND));
    return rows;
  }

  private static List<OpSpec> shorthands() {
    String line = "[2, 3, 4] [3, 2, 3] [2]";
    String plane = "[1, 2, 3, 2] [2, 2, 2, 3] [2]";
    String space = "[1, 2, 2, 1, 3] [2, 2, 2, 1, 2] [2]";
    List<OpSpec> rows =
        List.of(
            of("convTranspose1d(Tensor)", 2, x -> x.get(0).convTranspose1d(x.get(1)))
                .shapes("[2, 3, 4] [3, 2, 3]"),
            row(1, ",int", x -> x.get(0).convTranspose1d(x.get(1), x.get(2), 2), line),
            row(1, ",int,int", x -> x.get(0).convTranspose1d(x.get(1), x.get(2), 2, 1), line),
            of("convTranspose2d(Tensor)", 2, x -> x.get(0).convTranspose2d(x.get(1)))
                .shapes("[1, 2, 3, 2] [2, 2, 2, 3]"),
            row(2, ",int", x -> x.get(0).convTranspose2d(x.get(1), x.get(2), 2), plane),
            row(2, ",int,int", x -> x.get(0).convTranspose2d(x.get(1), x.get(2), 2, 1), plane),
            of("convTranspose3d(Tensor)", 2, x -> x.get(0).convTranspose3d(x.get(1)))
                .shapes("[1, 2, 2, 1, 3] [2, 2, 2, 1, 2]"),
            row(3, ",int", x -> x.get(0).convTranspose3d(x.get(1), x.get(2), 2), space),
            row(3, ",int,int", x -> x.get(0).convTranspose3d(x.get(1), x.get(2), 2, 0), space));
    rows.forEach(row -> row.dtypes(Set.of(DType.F32)).shorthand());
    return rows;
  }

  private static List<OpSpec> full() {
    return List.of(
        row(1, "", x -> x.get(0).convTranspose1d(x.get(1), x.get(2)), "[2, 3, 4] [3, 2, 3] [2]")
            .shorthand(),
        row(
            1,
            NUMBERS,
            x -> x.get(0).convTranspose1d(x.get(1), x.get(2), 2, 1, 2, 2, 3),
            "[2, 4, 3] [4, 2, 2] [4]"),
        row(2, "", x -> x.get(0).convTranspose2d(x.get(1), x.get(2)), "[2, 3, 2] [2, 3, 2, 3] [3]")
            .shorthand(),
        row(
                2,
                NUMBERS,
                x -> x.get(0).convTranspose2d(x.get(1), x.get(2), 2, 1, 1, 2, 1),
                "[1, 4, 3, 2] [4, 1, 3, 2] [2]")
            .dtypes(OpSpec.FLOATS)
            .error(
                () ->
                    Tensors.ones(1, 4, 3, 3)
                        .convTranspose2d(Tensors.ones(4, 2, 3, 3), null, 2, 1, 2, 1, 1),
                "convTranspose2d: output padding [2, 2]: must be below the stride [2, 2] or the dilation [1, 1]")
            .error(
                () -> Tensors.ones(1, 3, 3, 3).convTranspose2d(Tensors.ones(4, 2, 3, 3), null),
                "convTranspose2d: weight [4, 2, 3, 3] in 1 groups does not fit the 3 channels of input [1, 3, 3, 3]")
            .error(
                () ->
                    Tensors.ones(1, 4, 3, 3)
                        .convTranspose2d(Tensors.ones(4, 2, 3, 3), Tensors.ones(4)),
                "convTranspose2d: bias [4] does not fit the 2 filters of weight [4, 2, 3, 3]")
            .error(
                () ->
                    Tensors.ones(1, 4, 1, 1)
                        .convTranspose2d(Tensors.ones(4, 2, 3, 3), null, 1, 2, 0, 1, 1),
                "convTranspose2d: input [1, 4, 1, 1] and weight [4, 2, 3, 3] with padding 2 leave -1 elements")
            .error(
                () -> Tensors.ones(3, 3).convTranspose2d(Tensors.ones(4, 2, 3, 3), null),
                "convTranspose2d: needs an input of 4 axes, or one less, and a weight of 4, not [3, 3]"),
        row(
            2,
            ARRAYS,
            x ->
                x.get(0)
                    .convTranspose2d(
                        x.get(1),
                        x.get(2),
                        new int[] {1, 3},
                        new int[] {1, 0},
                        new int[] {1, 2},
                        1,
                        new int[] {2, 1}),
            "[1, 2, 3, 2] [2, 2, 2, 3] [2]"),
        row(
                3,
                "",
                x -> x.get(0).convTranspose3d(x.get(1), x.get(2)),
                "[1, 2, 2, 1, 3] [2, 2, 2, 1, 2] [2]")
            .shorthand(),
        row(
            3,
            NUMBERS,
            x -> x.get(0).convTranspose3d(x.get(1), x.get(2), 2, 1, 1, 2, 1),
            "[1, 2, 2, 3, 2] [2, 1, 2, 2, 2] [2]"),
        row(
            3,
            ARRAYS,
            x ->
                x.get(0)
                    .convTranspose3d(
                        x.get(1),
                        x.get(2),
                        new int[] {1, 2, 1},
                        new int[] {1, 0, 0},
                        new int[] {0, 1, 0},
                        1,
                        new int[] {1, 1, 2}),
            "[1, 1, 2, 2, 3] [1, 2, 2, 2, 2] [2]"));
  }

  private static OpSpec row(
      int axes, String parameters, Function<List<Tensor>, Tensor> f, String shapes) {
    return of("convTranspose" + axes + "d(Tensor,Tensor" + parameters + ")", 3, f)
        .shapes(shapes)
        .dtypes(Set.of(DType.F32));
  }
}
