package dev.adjoint.catalog;

import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.INTEGERS;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.UniqueElements;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link dev.adjoint.SearchOps}. */
final class SearchCatalog {
  private SearchCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : places()) {
      rows.add(row.shapedByValues().withoutSpecials());
    }
    for (OpSpec row : counts()) {
      rows.add(row.shapedByValues().withoutSpecials());
    }
    for (OpSpec row : found()) {
      rows.add(row.dtypes(NUMBERS));
    }
    return rows;
  }

  private static Tensor rounded(List<Tensor> x) {
    return x.getFirst().mul(2).round();
  }

  /** All parts in one vector. */
  private static Tensor parts(UniqueElements found) {
    return Tensors.cat(
        0,
        found.values().flatten().to(DType.I64),
        found.indices(),
        found.inverse().flatten(),
        found.counts());
  }

  private static List<OpSpec> places() {
    return List.of(
        of("maskedSelect(Tensor)", 2, x -> x.get(0).maskedSelect(x.get(1)))
            .domain(1, Domain.truth())
            .dtypes(ALL)
            .gradient(Gradient.SECOND)
            .shapes("[4, 5] [4, 5]", "[5] [2, 1]", "[2, 0] [2, 0]", "[] []")
            .error(
                () -> Tensors.ones(2).maskedSelect(Tensors.ones(2)),
                "maskedSelect: the mask must be bool, not f32"),
        of("nonzero()", 1, x -> rounded(x).nonzero()).shapes("[4, 5, 6]", "[33]", "[]", "[0, 2]"),
        of("argwhere()", 1, x -> x.get(0).argwhere()).dtypes(INTEGERS).shapes("[7, 5]"),
        of("where()", 1, x -> rounded(x).where().getLast()).shapes("[4, 5, 6]", "[]"));
  }

  private static List<OpSpec> counts() {
    return List.of(
        of("bincount()", 1, x -> x.get(0).bincount())
            .range(0, 7)
            .dtypes(INTEGERS)
            .shapes("[33]", "[0]")
            .error(
                () -> Tensors.of(1, -2, 3).bincount(),
                "bincount: no number may be negative, the least is -2")
            .error(
                () -> Tensors.ones(2).bincount(),
                "bincount: needs a vector of integers, not f32 of shape [2]"),
        of("bincount(int)", 1, x -> x.get(0).bincount(12))
            .range(0, 7)
            .dtypes(INTEGERS)
            .shapes("[33]"),
        of("bincount(Tensor)", 2, x -> x.get(1).bincount(x.get(0)))
            .domain(1, Domain.positions(4))
            .tolerance(Tolerance.sum(8))
            .gradient(Gradient.SECOND)
            .shapes("[33] [33]"),
        of("bincount(Tensor,int)", 2, x -> x.get(1).bincount(x.get(0), 9))
            .domain(1, Domain.positions(4).as(DType.I32))
            .tolerance(Tolerance.sum(8))
            .gradient(Gradient.SECOND)
            .shapes("[17] [17]")
            .error(
                () -> Tensors.of(1, 2).bincount(Tensors.ones(3), 9),
                "bincount: weights [3] do not have the shape [2]"),
        of("unique()", 1, x -> rounded(x).unique()).shapes("[4, 5, 6]", "[33]", "[]", "[2, 0]"),
        of("uniqueAll()", 1, x -> parts(rounded(x).uniqueAll())).shapes("[4, 5]", "[2, 0]"),
        of("uniqueConsecutive()", 1, x -> x.get(0).div(2).round().uniqueConsecutive())
            .shapes("[4, 5]", "[33]", "[2, 0]"),
        of("uniqueConsecutiveAll()", 1, x -> parts(x.get(0).div(2).round().uniqueConsecutiveAll()))
            .shapes("[4, 5]", "[]"),
        of("unique(int)", 1, x -> x.get(0).div(3).round().unique(axis(x.get(0), 0)))
            .shapes("[9, 2]", "[2, 5, 3]", "[0, 2]", "[4]")
            .error(
                () -> Tensors.ones(2, 0).unique(0),
                "unique: slices along axis 0 of shape [2, 0] have no elements"),
        of("uniqueAll(int)", 1, x -> parts(x.get(0).div(3).round().uniqueAll(1)))
            .shapes("[2, 9]", "[3, 4]"),
        of("uniqueConsecutive(int)", 1, x -> x.get(0).div(3).round().uniqueConsecutive(1))
            .shapes("[2, 9]", "[2, 5, 3]")
            .error(
                () -> Tensors.ones(2, 0).uniqueConsecutive(0),
                "uniqueConsecutive: slices along axis 0 of shape [2, 0] have no elements"),
        of(
                "uniqueConsecutiveAll(int)",
                1,
                x -> parts(x.get(0).div(3).round().uniqueConsecutiveAll(0)))
            .shapes("[9, 2]"));
  }

  private static List<OpSpec> found() {
    return List.of(
        of("searchsorted(Tensor)", 2, x -> x.get(0).sort().values().searchsorted(x.get(1)))
            .shapes("[9] [4, 5]", "[3, 6] [3, 2]", "[0] [3]", "[5] []")
            .error(
                () -> Tensors.ones(2, 3).searchsorted(Tensors.ones(3, 3)),
                "searchsorted: values [3, 3] do not have the first axes of the sequence [2, 3]"),
        of(
                "searchsorted(Tensor,boolean,boolean)",
                2,
                x -> x.get(0).sort().values().searchsorted(x.get(1), true, true))
            .shapes("[33] [5]", "[2, 3] [2, 4]"),
        of(
                "searchsorted(Tensor,boolean,boolean,String,Tensor)",
                2,
                x -> x.get(0).searchsorted(x.get(1), false, false, "right", x.get(0).argsort()))
            .shapes("[33] [5]", "[2, 3] [2, 4]")
            .error(
                () -> Tensors.ones(3).searchsorted(Tensors.ones(2), false, true, "left", null),
                "searchsorted: side is 'left', it must be left or right, and right if right is true"),
        of("bucketize(Tensor)", 2, x -> x.get(0).bucketize(x.get(1).sort().values()))
            .shapes("[4, 5] [6]")
            .error(
                () -> Tensors.ones(2).bucketize(Tensors.ones(2, 2)),
                "bucketize: the boundaries must be a vector, not of shape [2, 2]"),
        of(
                "bucketize(Tensor,boolean,boolean)",
                2,
                x -> x.get(0).bucketize(x.get(1).sort().values(), true, true))
            .shapes("[5] [3]"),
        of("isIn(Tensor)", 2, x -> x.get(0).isIn(x.get(1)))
            .shapes("[4, 5] [7]", "[3] [0]", "[] [2, 2]"),
        of("isIn(Tensor,boolean,boolean)", 2, x -> x.get(0).isIn(x.get(1), false, true))
            .shapes("[3, 70] [40]"));
  }
}
