package dev.adjoint.catalog;

import static dev.adjoint.Index.at;
import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link dev.adjoint.ScatterOps}. */
final class ScatterCatalog {
  private ScatterCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : replaced()) {
      rows.add(row.dtypes(ALL).gradient(Gradient.SECOND));
    }
    for (OpSpec row : parts()) {
      rows.add(row.dtypes(ALL).gradient(Gradient.SECOND));
    }
    for (OpSpec row : slices()) {
      rows.add(row.dtypes(ALL).gradient(Gradient.SECOND));
    }
    for (OpSpec row : added()) {
      rows.add(row.dtypes(NUMBERS).gradient(Gradient.SECOND).tolerance(Tolerance.sum(8)));
    }
    for (OpSpec row : folded()) {
      rows.add(row.dtypes(NUMBERS).gradient(Gradient.SECOND));
    }
    return rows;
  }

  /** A vector of one position. */
  private static Tensor first() {
    return Tensors.of(new int[1], 1);
  }

  private static List<OpSpec> replaced() {
    return List.of(
        of(
                "scatter(int,Tensor,Tensor)",
                3,
                x -> x.get(0).scatter(axis(x.get(0), 1), x.get(1), x.get(2)))
            .domain(1, Domain.positions(5))
            .shapes(
                "[4, 5] [3, 7] [4, 8]", "[2, 5, 3] [2, 40, 3] [2, 40, 3]", "[2, 0] [2, 0] [2, 0]")
            .error(
                () -> Tensors.ones(3).scatter(0, first(), Tensors.ones(2).toInt()),
                "scatter: the source is i32[1], it must be f32[1] like the target and the index"),
        of(
                "scatter(int,Tensor,Tensor)",
                3,
                x -> x.get(0).scatter(axis(x.get(0), 0), x.get(1), x.get(2)))
            .variant("first axis, i32")
            .domain(1, Domain.positions(4).as(DType.I32))
            .shapes("[4, 5] [7, 5] [7, 5]"),
        of("scatter(int,Tensor,Number)", 2, x -> x.get(0).scatter(axis(x.get(0), 1), x.get(1), 1))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5] [3, 2]")
            .error(
                () -> Tensors.ones(3).scatter(0, Tensors.ones(1), 2),
                "scatter: the index must be i32 or i64, not f32"),
        of("put(Tensor,Tensor)", 3, x -> x.get(0).put(x.get(1).sub(20), x.get(2)))
            .domain(1, Domain.positions(20))
            .fixedSizes()
            .shapes("[4, 5] [3, 2] [6]")
            .error(
                () -> Tensors.ones(3).put(first(), Tensors.ones(2)),
                "put: source [2] does not have as many elements as index [1]"),
        of("indexPut(List,Tensor)", 4, x -> x.get(0).indexPut(x.subList(1, 3), x.get(3)))
            .domain(1, Domain.positions(4))
            .domain(2, Domain.positions(3))
            .shapes("[4, 3, 2] [5] [5] [2]", "[4, 3] [3, 1] [4] [3, 4]")
            .error(
                () -> Tensors.ones(3).indexPut(List.of(first(), first()), Tensors.ones(1)),
                "indexPut: 2 indices for shape [3]")
            .error(
                () -> Tensors.ones(3).indexPut(List.of(first()), Tensors.ones(2)),
                "indexPut: values [2] do not broadcast to [1]"),
        of("indexPut(List,Tensor)", 3, x -> x.get(0).indexPut(List.of(x.get(1)), x.get(2)))
            .variant("mask")
            .domain(1, Domain.truth())
            .shapedByValues()
            .shapes("[4, 3] [4] [3]", "[3, 4] [3, 4] []")
            .error(
                () ->
                    Tensors.ones(3)
                        .indexPut(List.of(Tensors.of(new boolean[1], 1)), Tensors.ones(1)),
                "indexPut: the mask [1] does not fit axis 0 of shape [3]"),
        of("maskedScatter(Tensor,Tensor)", 3, x -> x.get(0).maskedScatter(x.get(1), x.get(2)))
            .domain(1, Domain.truth())
            .fixedSizes()
            .shapes("[4, 5] [4, 5] [21]", "[5] [4, 1] [4, 5]")
            .error(
                () -> Tensors.ones(3).maskedScatter(Tensors.ones(3), Tensors.ones(3)),
                "maskedScatter: the mask must be bool, not f32"));
  }

  private static List<OpSpec> parts() {
    Index down = Index.range(-1, 0, -2);
    return List.of(
        of("with(Tensor,Index[])", 2, x -> x.get(0).with(x.get(1), at(1), Index.ellipsis(), down))
            .shapes("[4, 5, 6] [5, 3]", "[2, 3] [1]", "[2, 0, 3] []")
            .error(
                () -> Tensors.ones(3).with(Tensors.ones(2), Index.all()),
                "with: values [2] do not broadcast to [3], the shape of what they replace"),
        of(
                "with(Tensor,Index[])",
                4,
                x -> x.get(0).with(x.get(3), at(1), Index.of(x.get(1)), down, Index.of(x.get(2))))
            .variant("several tensors")
            .domain(1, Domain.positions(4))
            .domain(2, Domain.positions(3))
            .shapes("[2, 4, 5, 3] [2, 1] [3] [3, 2]")
            .error(
                () -> Tensors.ones(3).with(1, Index.of(0), Index.of(0)),
                "with: 2 indices for shape [3]"),
        of(
                "with(Number,Index[])",
                2,
                x -> x.get(0).with(1, at(-1), Index.all(), Index.of(x.get(1))))
            .domain(1, Domain.truth())
            .shapes("[2, 2, 3, 4, 2] [3, 4]")
            .error(() -> first().with(0.5, Index.all()), "with: 0.5 is no value of i32"),
        of("with(Tensor,int[])", 2, x -> x.get(0).with(x.get(1), 1, -1))
            .shapes("[2, 3, 4] [4]", "[3, 2] []"),
        of("with(Number,int[])", 1, x -> x.get(0).with(1, -1)).shapes("[2, 3]").shorthand());
  }

  private static List<OpSpec> slices() {
    return List.of(
        of(
                "indexCopy(int,Tensor,Tensor)",
                3,
                x -> x.get(0).indexCopy(axis(x.get(0), 0), x.get(1), x.get(2)))
            .domain(1, Domain.positions(4))
            .shapes("[4, 5] [6] [6, 5]")
            .error(
                () -> Tensors.ones(2, 3).indexCopy(0, first(), Tensors.ones(1, 4)),
                "indexCopy: source [1, 4] does not fit [2, 3] outside axis 0"),
        of(
                "indexFill(int,Tensor,Number)",
                2,
                x -> x.get(0).indexFill(axis(x.get(0), 1), x.get(1).sub(5), 1))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5] [2]")
            .error(
                () -> Tensors.ones(2).indexFill(0, Tensors.of(new int[1], 1, 1), 1),
                "indexFill: the index must be a vector, not of shape [1, 1]"),
        of(
                "indexFill(int,Tensor,Tensor)",
                3,
                x -> x.get(0).indexFill(axis(x.get(0), 1), x.get(1), x.get(2)))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5] [2] []"),
        of("sliceScatter(Tensor)", 2, x -> x.get(0).sliceScatter(x.get(1)))
            .shapes("[4, 5] [4, 5]", "[0] [0]")
            .error(
                () -> Tensors.ones(3).sliceScatter(Tensors.ones(2)),
                "sliceScatter: the source is f32[2], it must be f32[3] like what it replaces"),
        of("sliceScatter(Tensor,int,int,int)", 2, x -> x.get(0).sliceScatter(x.get(1), 1, 1, -1))
            .shapes("[4, 5] [4, 3]"),
        of(
                "sliceScatter(Tensor,int,int,int,int)",
                2,
                x -> x.get(0).sliceScatter(x.get(1), -1, -6, 9, 3))
            .shapes("[2, 7] [2, 2]")
            .error(
                () -> Tensors.ones(3).sliceScatter(Tensors.ones(3), 0, 0, 3, 0),
                "sliceScatter: the step must be positive, not 0"),
        of("selectScatter(Tensor,int,int)", 2, x -> x.get(0).selectScatter(x.get(1), 1, -2))
            .shapes("[4, 5] [4]", "[2, 3, 4] [2, 4]")
            .error(
                () -> Tensors.ones(3).selectScatter(Tensors.ones(1), 0, 3),
                "selectScatter: index 3 is out of range for axis 0 of shape [3]"));
  }

  private static List<OpSpec> added() {
    return List.of(
        of(
                "scatterAdd(int,Tensor,Tensor)",
                3,
                x -> x.get(0).scatterAdd(axis(x.get(0), 1), x.get(1), x.get(2)))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5, 6] [4, 3, 6] [4, 3, 6]", "[2, 5] [2, 9] [2, 9]")
            .error(
                () -> Tensors.ones(3).scatterAdd(0, Tensors.of(0, 1), Tensors.ones(1)),
                "scatterAdd: the source is f32[1]"),
        of(
                "scatterAdd(int,Tensor,Tensor)",
                3,
                x -> x.get(0).scatterAdd(axis(x.get(0), 0), x.get(1), x.get(2)))
            .variant("first axis, i32")
            .domain(1, Domain.positions(4).as(DType.I32))
            .shapes("[4, 5] [7, 5] [7, 5]", "[4] [40] [41]"),
        of(
                "indexAdd(int,Tensor,Tensor)",
                3,
                x -> x.get(0).indexAdd(axis(x.get(0), 0), x.get(1), x.get(2)))
            .domain(1, Domain.positions(4))
            .shapes("[4, 5] [3] [3, 5]", "[4, 2, 3] [6] [6, 2, 3]")
            .error(
                () -> Tensors.ones(2, 3).indexAdd(0, first(), Tensors.ones(1, 4)),
                "indexAdd: source [1, 4] does not fit"),
        of(
                "indexAdd(int,Tensor,Tensor,Number)",
                3,
                x -> x.get(0).indexAdd(0, x.get(1), x.get(2), 2))
            .domain(1, Domain.positions(4))
            .shapes("[4, 5] [3] [3, 5]"),
        of("put(Tensor,Tensor,boolean)", 3, x -> x.get(0).put(x.get(1), x.get(2), true))
            .domain(1, Domain.positions(6))
            .fixedSizes()
            .shapes("[2, 3] [9] [3, 3]"),
        of(
                "indexPut(List,Tensor,boolean)",
                4,
                x -> x.get(0).indexPut(List.of(x.get(1), x.get(2).sub(3)), x.get(3), true))
            .domain(1, Domain.positions(4))
            .domain(2, Domain.positions(3).as(DType.I32))
            .shapes("[4, 3, 2] [9] [] [9, 1]"),
        folded("mean", true).variant("mean"),
        folded("mean", false).variant("mean without itself"));
  }

  private static List<OpSpec> folded() {
    return List.of(
        of(
                "scatterReduce(int,Tensor,Tensor,String)",
                3,
                x -> x.get(0).scatterReduce(axis(x.get(0), 0), x.get(1), x.get(2), "amax"))
            .domain(1, Domain.positions(4))
            .shapes("[4, 5] [7, 5] [7, 5]", "[4] [0] [3]")
            .error(
                () -> first().scatterReduce(0, first(), first(), "max"),
                "scatterReduce: reduce is 'max', it must be sum, prod, mean, amax or amin")
            .error(
                () -> first().scatterReduce(0, first(), first().toFloat(), "sum"),
                "scatterReduce: the source is f32[1], it must be i32[1]"),
        folded("amax", false).variant("largest without itself"),
        folded("amin", true).variant("smallest"),
        folded("prod", true).variant("product").tolerance(Tolerance.units(8)),
        folded("prod", false).variant("product without itself").tolerance(Tolerance.units(8)));
  }

  private static OpSpec folded(String reduce, boolean includeSelf) {
    return of(
            "scatterReduce(int,Tensor,Tensor,String,boolean)",
            3,
            x -> x.get(0).scatterReduce(axis(x.get(0), 1), x.get(1), x.get(2), reduce, includeSelf))
        .domain(1, Domain.positions(5))
        .shapes("[3, 5] [3, 7] [3, 7]");
  }
}
