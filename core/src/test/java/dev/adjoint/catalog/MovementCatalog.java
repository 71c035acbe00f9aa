package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.MovementOps}, {@link dev.adjoint.SliceOps} and {@link dev.adjoint.TilingOps}. */
final class MovementCatalog {
  private MovementCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(shapes());
    rows.addAll(orders());
    rows.addAll(parts());
    rows.addAll(turns());
    rows.addAll(paddings());
    rows.addAll(repetitions());
    rows.addAll(diagonals());
    rows.forEach(row -> row.dtypes(OpSpec.ALL).gradient(Gradient.SECOND));
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0))).shapes(shapes);
  }

  private static List<OpSpec> shapes() {
    return List.of(
        row("reshape(int[])", x -> x.reshape(-1, 6), "[4, 3, 2]", "[2, 3]", "[6]")
            .error(
                () -> Tensors.ones(2, 3).reshape(4, 2),
                "reshape: [2, 3] with 6 elements does not fit [4, 2]")
            .error(() -> Tensors.ones(2, 3).reshape(-1, -1), "only one may be -1"),
        row("reshape(Shape)", x -> x.reshape(Shape.of(3, 8)), "[4, 3, 2]", "[24]"),
        row("view(int[])", x -> x.view(2, -1), "[4, 3]", "[2]"),
        row("expand(int[])", x -> x.expand(2, -1, 5), "[3, 1]", "[1, 1]", "[3, 5]")
            .error(
                () -> Tensors.ones(2, 3).expand(4, 3),
                "expand: [2, 3] does not broadcast to [4, 3]"),
        row(
            "broadcastTo(Shape)",
            x -> x.broadcastTo(Shape.of(4, 3, 5)),
            "[3, 1]",
            "[5]",
            "[]",
            "[4, 1, 1]"),
        row("broadcastTo(int[])", x -> x.broadcastTo(2, 3), "[3]", "[2, 1]"),
        of("expandAs(Tensor)", 2, x -> x.get(0).expandAs(x.get(1))).shapes("[3, 1] [2, 3, 4]"),
        row("squeeze()", Tensor::squeeze, "[3, 1, 4]", "[1]", "[]"),
        row("squeeze(int[])", x -> x.squeeze(1, -1), "[3, 1, 4]", "[1, 1, 1]")
            .error(() -> Tensors.ones(1, 1).squeeze(1, -1), "squeeze: axis 1 appears twice"),
        row("unsqueeze(int)", x -> x.unsqueeze(1), "[3, 4]", "[5]")
            .error(
                () -> Tensors.ones(2).unsqueeze(3),
                "unsqueeze: axis 3 is out of range for shape [2]"),
        row("unsqueeze(int)", x -> x.unsqueeze(-1), "[3, 4]", "[]").variant("last"),
        row("flatten()", Tensor::flatten, "[3, 4, 2]", "[]", "[0, 3]"),
        row("flatten(int)", x -> x.flatten(1), "[3, 4, 2]", "[3, 1]"),
        row("flatten(int,int)", x -> x.flatten(0, -2), "[3, 4, 2]")
            .error(() -> Tensors.ones(2, 3).flatten(1, 0), "flatten: axis 1 comes after axis 0"),
        row("unflatten(int,int[])", x -> x.unflatten(axis(x, 1), 2, -1), "[3, 4]", "[3, 6, 2]"));
  }

  private static List<OpSpec> orders() {
    return List.of(
        row("permute(int[])", x -> x.permute(2, 0, 1), "[4, 5, 6]", "[1, 3, 1]", "[2, 0, 3]")
            .error(
                () -> Tensors.ones(2, 3).permute(0, 0), "permute: order [0, 0] is no permutation"),
        row(
            "transpose(int,int)",
            x -> x.transpose(axis(x, 0), axis(x, -1)),
            "[4, 5, 6]",
            "[7]",
            "[33, 65]"),
        row("swapAxes(int,int)", x -> x.swapAxes(axis(x, 0), axis(x, 1)), "[4, 5, 6]", "[65, 33]"),
        row("t()", Tensor::t, "[5, 7]", "[4]", "[]")
            .error(() -> Tensors.ones(2, 3, 4).t(), "t: needs at most 2 axes"),
        row("movedim(int,int)", x -> x.movedim(0, 2), "[4, 5, 6]", "[2, 3, 4, 5]"),
        row("movedim(int,int)", x -> x.movedim(-1, 0), "[4, 5, 6]", "[3, 2]")
            .variant("to the front"),
        row(
                "movedim(int[],int[])",
                x -> x.movedim(new int[] {0, 2}, new int[] {-1, 0}),
                "[4, 5, 6]")
            .error(
                () -> Tensors.ones(2, 3).movedim(new int[] {0, -2}, new int[] {0, 1}),
                "movedim: axes [0, -2] to [0, 1] of shape [2, 3]: needs as many of both, none of them twice"),
        row("contiguous()", x -> x.transpose(axis(x, 0), axis(x, 1)).contiguous(), "[4, 5]"));
  }

  private static List<OpSpec> parts() {
    return List.of(
        row("narrow(int,int,int)", x -> x.narrow(axis(x, 1), 2, 3), "[4, 5, 6]", "[2, 5]"),
        row("slice(int,int,int)", x -> x.slice(axis(x, 0), -3, 4), "[5, 3]", "[4]"),
        row("slice(int,int,int,int)", x -> x.slice(axis(x, -1), 4, 0, -2), "[4, 6]", "[7]")
            .error(() -> Tensors.ones(3).slice(0, 0, 2, 0), "slice: the step is 0"),
        row("unfold(int,int,int)", x -> x.unfold(1, 3, 2), "[2, 7, 3]", "[3, 3]")
            .error(() -> Tensors.ones(3).unfold(0, 0, 1), "unfold: sizes [0], steps [1]")
            .error(
                () -> Tensors.ones(2, 3).unfold(1, 4, 1),
                "unfold: a window spans 4 elements, and axis 1 of [2, 3] has fewer"),
        row("unfold(int,int,int)", x -> x.unfold(0, 3, 1).unfold(1, 2, 3), "[5, 6]")
            .variant("twice"),
        row("select(int,int)", x -> x.select(axis(x, 1), -1), "[4, 5, 6]", "[2, 3]")
            .error(
                () -> Tensors.ones(2, 3).select(1, 3),
                "select: index 3 is out of range for axis 1 of shape [2, 3]"),
        row("split(int)", x -> x.split(2).get(1), "[5, 3]").shorthand(),
        row("split(int[])", x -> x.split(new int[] {1, 4}).get(1), "[5, 4]").shorthand(),
        row("chunk(int)", x -> x.chunk(3).get(1), "[7, 2]").shorthand(),
        row("tensorSplit(int)", x -> x.tensorSplit(3).get(1), "[7, 2]").shorthand(),
        row("tensorSplit(int[])", x -> x.tensorSplit(new int[] {1, -2}).get(1), "[7]").shorthand(),
        row("unbind()", x -> x.unbind().get(2), "[3, 4]").shorthand(),
        row("split(int,int)", x -> x.split(2, 1).get(2), "[3, 5]", "[2, 6, 3]"),
        row("split(int[],int)", x -> x.split(new int[] {1, 3, 1}, 0).get(1), "[5, 4]")
            .error(
                () -> Tensors.ones(4).split(new int[] {1, 2}, 0).get(0),
                "split: lengths add up to 3, not to 4"),
        row("chunk(int,int)", x -> x.chunk(3, 0).get(1), "[7, 2]", "[5]"),
        row("tensorSplit(int,int)", x -> x.tensorSplit(3, 1).get(1), "[2, 7]")
            .error(
                () -> Tensors.ones(4).tensorSplit(0, 0).get(0),
                "tensorSplit: the number of parts must be positive, not 0"),
        row("tensorSplit(int[],int)", x -> x.tensorSplit(new int[] {1, -2}, -1).get(1), "[2, 7]"),
        row("unbind(int)", x -> x.unbind(axis(x, 1)).get(2), "[3, 4]", "[2, 3, 5]"));
  }

  private static List<OpSpec> turns() {
    return List.of(
        row("flip(int[])", x -> x.flip(0, -1), "[4, 5, 6]", "[7, 2]", "[0, 3]"),
        row("roll(int)", x -> x.roll(5), "[3, 4]", "[7]", "[0]"),
        row("roll(int,int)", x -> x.roll(-2, 1), "[3, 4]", "[2, 5, 3]"),
        row("roll(int[],int[])", x -> x.roll(new int[] {1, -1}, new int[] {0, 1}), "[3, 4]"),
        row("rot90()", Tensor::rot90, "[3, 4]").shorthand(),
        row("rot90(int)", x -> x.rot90(2), "[3, 4]").shorthand(),
        row("rot90(int,int[])", x -> x.rot90(1, 0, 1), "[3, 4]", "[2, 3, 4]")
            .error(
                () -> Tensors.ones(2, 3).rot90(1, 0, 1, 0), "rot90: needs two axes, not [0, 1, 0]"),
        row("rot90(int,int[])", x -> x.rot90(-1, 0, 1), "[3, 4]").variant("back"));
  }

  private static List<OpSpec> paddings() {
    return List.of(
        row("pad(int[])", x -> x.pad(1, 2, 3, 0), "[4, 5, 6]", "[2, 3]", "[1, 0]")
            .error(() -> Tensors.ones(2).pad(1), "pad: sizes [1] are no pairs"),
        row("pad(int[],String)", x -> x.pad(new int[] {2, 1, 0, 3}, "reflect"), "[2, 4, 3]")
            .error(
                () -> Tensors.ones(2, 3).pad(new int[] {3, 0}, "reflect"),
                "pad: sizes [3, 0] are more than mode \"reflect\" can do for axis 1 of shape [2, 3]")
            .error(
                () -> Tensors.ones(2, 3).pad(new int[] {1, 0}, "wrap"),
                "pad: mode \"wrap\" is none of"),
        row("pad(int[],String)", x -> x.pad(new int[] {-1, 2, 1, 0}, "replicate"), "[3, 4]")
            .variant("replicate")
            .error(
                () -> Tensors.ones(2, 0).pad(new int[] {1, 0}, "replicate"),
                "pad: sizes [1, 0] are more than mode \"replicate\" can do for axis 1 of shape [2, 0]"),
        row("pad(int[],String)", x -> x.pad(new int[] {-1, 2, 3, 1}, "circular"), "[3, 4]")
            .variant("circular")
            .error(
                () -> Tensors.ones(2, 3).pad(new int[] {4, 0}, "circular"),
                "pad: sizes [4, 0] are more than mode \"circular\" can do for axis 1 of shape [2, 3]"),
        row(
                "pad(int[],String,Number)",
                x -> x.pad(new int[] {2, -1}, "constant", 1),
                "[4, 5]",
                "[3]")
            .error(
                () -> Tensors.ones(3).pad(new int[] {1, 0}, "reflect", 2),
                "pad: mode \"reflect\" takes no value, only \"constant\" does"));
  }

  private static List<OpSpec> repetitions() {
    return List.of(
        row("tile(int[])", x -> x.tile(2, 3), "[4, 5, 6]", "[3]", "[2, 1]"),
        row("repeat(int[])", x -> x.repeat(2, 1, 3), "[4, 5]", "[5, 2, 3]", "[]")
            .error(
                () -> Tensors.ones(2, 3).repeat(2), "repeat: counts [2] do not fit shape [2, 3]"),
        row("repeatInterleave(int)", x -> x.repeatInterleave(3), "[4, 2]", "[]"),
        row("repeatInterleave(int,int)", x -> x.repeatInterleave(2, 1), "[3, 4, 2]", "[2, 1]"),
        of("repeatInterleave(Tensor,int)", 2, x -> x.get(0).repeatInterleave(x.get(1), -2))
            .domain(1, Domain.positions(4))
            .shapedByValues()
            .shapes("[2, 4, 3] [4]", "[0, 2] [0]")
            .error(
                () -> Tensors.ones(2, 3).repeatInterleave(Tensors.of(1, 2), 1),
                "repeatInterleave: counts are i32[2], they must be one or an i32 or i64 vector of the 3 slices")
            .error(
                () -> Tensors.ones(3).repeatInterleave(Tensors.of(1, -2, 1), 0),
                "repeatInterleave: counts must not be negative, one is -2"),
        of("repeatInterleave(Tensor)", 1, x -> x.get(0).repeatInterleave(Tensors.of(2)))
            .readsConstants()
            .shapes("[2, 3]")
            .shorthand());
  }

  private static List<OpSpec> diagonals() {
    return List.of(
        row("diagonal()", Tensor::diagonal, "[4, 6]", "[2, 5, 3]"),
        row("diagonal(int)", x -> x.diagonal(1), "[4, 6]").shorthand(),
        row("diagonal(int,int,int)", x -> x.diagonal(1, 0, 2), "[4, 2, 6]", "[3, 1, 3]"),
        row("diagonal(int,int,int)", x -> x.diagonal(-2, 0, 1), "[4, 6]", "[6, 3]")
            .variant("below"),
        row("diag()", Tensor::diag, "[4, 6]", "[5]"),
        row("diag(int)", x -> x.diag(-2), "[4, 6]", "[3]")
            .error(
                () -> Tensors.ones(2, 1, 3).diag(1),
                "diag: needs a vector or a matrix, not shape [2, 1, 3]"),
        row("diagEmbed()", Tensor::diagEmbed, "[2, 3]", "[0]")
            .error(
                () -> Tensors.of(1f).diagEmbed(),
                "diagEmbed: needs one axis or more, not a scalar"),
        row("diagEmbed(int)", x -> x.diagEmbed(-1), "[2, 3]").shorthand(),
        row("diagEmbed(int,int,int)", x -> x.diagEmbed(-1, 2, 0), "[2, 3]", "[4, 1]")
            .error(
                () -> Tensors.ones(2, 3).diagEmbed(0, 1, -2),
                "diagEmbed: the axes 1 and -2 of the result [2, 3, 1] are the same"),
        row("trace()", x -> x.toDouble().trace(), "[4, 6]", "[3, 3]").tolerance(Tolerance.sum(8)),
        row("tril()", Tensor::tril, "[4, 5]", "[2, 3, 3]"),
        row("tril(int)", x -> x.tril(-1), "[4, 5]"),
        row("triu()", Tensor::triu, "[4, 5]", "[2, 3, 3]"),
        row("triu(int)", x -> x.triu(2), "[4, 5]"));
  }
}
