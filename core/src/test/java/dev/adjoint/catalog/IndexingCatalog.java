package dev.adjoint.catalog;

import static dev.adjoint.Index.all;
import static dev.adjoint.Index.at;
import static dev.adjoint.catalog.Draw.axis;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link dev.adjoint.IndexingOps}. */
final class IndexingCatalog {
  private IndexingCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : gets()) {
      rows.add(row.dtypes(OpSpec.ALL).gradient(Gradient.SECOND));
    }
    for (OpSpec row : gathers()) {
      rows.add(row.dtypes(NUMBERS).gradient(Gradient.SECOND));
    }
    for (OpSpec row : bags()) {
      rows.add(row.domain(1, Domain.positions(7)).gradient(Gradient.SECOND));
    }
    rows.add(
        of("oneHot(int)", 1, x -> x.get(0).oneHot(4))
            .shapes("[5]", "[2, 3]", "[]")
            .range(0, 3)
            .dtypes(OpSpec.INTEGERS)
            .withoutSpecials()
            .error(
                () -> Tensors.ones(2).oneHot(3),
                "oneHot: class numbers must be integers, not f32"));
    rows.add(
        of("oneHot()", 1, x -> x.get(0).oneHot())
            .shapes("[5]", "[2, 3]", "[]")
            .range(0, 3)
            .dtypes(OpSpec.INTEGERS)
            .withoutSpecials()
            .shapedByValues()
            .error(
                () -> Tensors.of(new int[0]).oneHot(),
                "oneHot: needs integers to know the classes, not i32 of shape [0]")
            .error(
                () -> Tensors.of(1, -2).oneHot(),
                "oneHot: no number may be negative, the least is -2"));
    return rows;
  }

  private static List<OpSpec> gets() {
    return List.of(
        of("get(Index[])", 1, x -> x.get(0).get(Index.at(1), Index.range(1, 4), Index.newAxis()))
            .shapes("[4, 5, 6]", "[2, 4]"),
        of("get(Index[])", 1, x -> x.get(0).get(Index.ellipsis(), Index.range(5, 0, -2)))
            .variant("from the end")
            .shapes("[4, 5, 6]", "[6]"),
        of("get(Index[])", 2, x -> x.get(0).get(Index.all(), Index.of(x.get(1))))
            .variant("with positions")
            .domain(1, Domain.positions(5))
            .shapes("[4, 5, 6] [3]", "[4, 5] [2, 2]"),
        of("get(Index[])", 2, x -> x.get(0).get(Index.all(), Index.of(x.get(1).sub(5))))
            .variant("with negative positions")
            .domain(1, Domain.positions(5))
            .shapes("[4, 5] [2, 2]"),
        of("get(Index[])", 1, x -> x.get(0).get(Index.from(-2), Index.to(3), Index.of(3, 0, 3)))
            .variant("of each kind")
            .fixedSizes()
            .shapes("[4, 5, 6]"),
        of("get(Index[])", 3, x -> x.get(0).get(Index.of(x.get(1)), at(1), Index.of(x.get(2))))
            .variant("with several tensors")
            .domain(1, Domain.positions(4))
            .domain(2, Domain.positions(3))
            .shapes("[4, 2, 3, 2] [2, 1] [3]")
            .error(
                () -> Tensors.ones(2, 3).get(Index.of(0, 1), Index.of(0, 1, 2)),
                "get: shapes do not broadcast: [2] and [3]"),
        of("get(Index[])", 3, x -> x.get(0).get(Index.of(x.get(1)), all(), Index.of(x.get(2))))
            .variant("with a mask")
            .domain(1, Domain.truth())
            .domain(2, Domain.positions(3))
            .shapedByValues()
            .shapes("[4, 5, 2, 3] [4, 5] [1]")
            .error(
                () -> Tensors.ones(3).get(Index.of(Tensors.of(new boolean[2], 2))),
                "get: the mask [2] does not fit axis 0 of shape [3]")
            .error(
                () -> Tensors.ones(3).get(Index.of(Tensors.ones(2))),
                "get: positions must be i32, i64 or a bool mask, not f32"),
        of("get(int[])", 1, x -> x.get(0).get(1, -2))
            .shapes("[4, 5, 6]", "[2, 3]")
            .error(() -> Tensors.ones(2).get(0, 0), "get: 2 positions for shape [2]"));
  }

  private static List<OpSpec> gathers() {
    return List.of(
        of("gather(int,Tensor)", 2, x -> x.get(0).gather(axis(x.get(0), 1), x.get(1)))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5, 6] [4, 3, 6]", "[2, 5] [2, 70]", "[3, 5] [3, 1]", "[2, 5] [0, 3]")
            .error(
                () -> Tensors.ones(2, 3).gather(0, Tensors.ones(1, 3)),
                "the index must be i32 or i64, not f32")
            .error(
                () -> Tensors.ones(2, 3).gather(0, Tensors.of(1, 2)),
                "does not fit [2, 3] outside axis 0"),
        of("gather(int,Tensor)", 2, x -> x.get(0).gather(axis(x.get(0), 0), x.get(1)))
            .variant("i32")
            .domain(1, Domain.positions(4).as(DType.I32))
            .shapes("[4, 5] [9, 5]", "[4] [33]"),
        of("indexSelect(int,Tensor)", 2, x -> x.get(0).indexSelect(axis(x.get(0), 1), x.get(1)))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5, 6] [3]", "[2, 5] [8]")
            .error(
                () -> Tensors.ones(2, 3).indexSelect(0, Tensors.of(new int[4], 2, 2)),
                "indexSelect: the index must be a vector"),
        of("take(Tensor)", 2, x -> x.get(0).take(x.get(1)))
            .domain(1, Domain.positions(20))
            .fixedSizes()
            .shapes("[4, 5] [3, 2]", "[20] []"),
        of("take(Tensor)", 2, x -> x.get(0).take(x.get(1).sub(20)))
            .variant("from the end")
            .domain(1, Domain.positions(20))
            .fixedSizes()
            .shapes("[4, 5] [3, 2]"),
        of("takeAlongDim(Tensor,int)", 2, x -> x.get(0).takeAlongDim(x.get(1), 1))
            .domain(1, Domain.positions(5))
            .shapes("[4, 5] [1, 3]", "[1, 5] [4, 2]"),
        of("takeAlongDim(Tensor,int)", 2, x -> x.get(0).takeAlongDim(x.get(1).sub(5), 1))
            .variant("from the end")
            .domain(1, Domain.positions(5))
            .shapes("[4, 5] [1, 3]"),
        of("takeAlongDim(Tensor)", 2, x -> x.get(0).takeAlongDim(x.get(1)))
            .domain(1, Domain.positions(20))
            .fixedSizes()
            .shapes("[4, 5] [2, 3]"),
        of("embedding(Tensor)", 2, x -> x.get(0).embedding(x.get(1)))
            .domain(1, Domain.positions(7))
            .shapes("[7, 5] [3, 4]", "[7, 16] [9]", "[7, 3] []")
            .error(
                () -> Tensors.ones(3).embedding(Tensors.of(1)),
                "embedding: the table must be a matrix"),
        of("embedding(Tensor,int)", 2, x -> x.get(0).embedding(x.get(1), -1))
            .domain(1, Domain.positions(7))
            .fixedSizes()
            .shapes("[8, 5] [3, 4]", "[8, 3] []")
            .error(
                () -> Tensors.ones(3, 2).embedding(Tensors.of(1), 3),
                "embedding: index 3 is out of range for axis 0 of shape [3, 2]"));
  }

  /** Begins of three bags, of which the second is empty. */
  private static Tensor offsets() {
    return Tensors.of(0, 2, 2);
  }

  private static List<OpSpec> bags() {
    return List.of(
        of("embeddingBag(Tensor)", 2, x -> x.get(0).embeddingBag(x.get(1)))
            .tolerance(Tolerance.sum(4))
            .shapes("[7, 3] [2, 4]", "[7, 3] [2, 0]")
            .error(
                () -> Tensors.ones(2, 3).embeddingBag(Tensors.of(0, 1)),
                "embeddingBag: positions of shape [2] without offsets must be a matrix")
            .error(
                () -> Tensors.of(new int[][] {{1, 2}}).embeddingBag(Tensors.of(new int[][] {{0}})),
                "embeddingBag: defined for floats, not i32"),
        of("embeddingBag(Tensor,String)", 2, x -> x.get(0).embeddingBag(x.get(1), "max"))
            .shapes("[7, 3] [2, 4]")
            .error(
                () -> Tensors.ones(2, 3).embeddingBag(Tensors.of(new int[2], 1, 2), "min"),
                "embeddingBag: mode is 'min', it must be sum, mean or max"),
        of("embeddingBag(Tensor,Tensor)", 2, x -> x.get(0).embeddingBag(x.get(1), offsets()))
            .tolerance(Tolerance.sum(4))
            .shapes("[7, 3] [6]"),
        of(
                "embeddingBag(Tensor,Tensor,String)",
                2,
                x -> x.get(0).embeddingBag(x.get(1), offsets(), "max"))
            .shapes("[7, 3] [6]")
            .error(
                () -> Tensors.ones(2, 3).embeddingBag(Tensors.of(0, 1), Tensors.ones(2), "sum"),
                "embeddingBag: positions of shape [2] and offsets f32[2] must be vectors"),
        of(
                "embeddingBag(Tensor,Tensor,String,Tensor)",
                3,
                x -> x.get(0).embeddingBag(x.get(1), offsets(), "sum", x.get(2)))
            .tolerance(Tolerance.sum(4))
            .shapes("[7, 3] [5] [5]")
            .error(
                () ->
                    Tensors.ones(2, 3)
                        .embeddingBag(Tensors.of(0, 1), offsets(), "mean", Tensors.ones(2)),
                "shapes must be equal, and the mode 'sum'"),
        of(
                "embeddingBag(Tensor,Tensor,String,Tensor,boolean,Integer)",
                2,
                x -> x.get(0).embeddingBag(x.get(1), null, "mean", null, false, 2))
            .tolerance(Tolerance.sum(4))
            .shapes("[7, 3] [2, 4]", "[7, 3] [3, 1]"),
        of(
                "embeddingBag(Tensor,Tensor,String,Tensor,boolean,Integer)",
                3,
                x -> x.get(0).embeddingBag(x.get(1), null, "sum", x.get(2), false, -1))
            .variant("with weights")
            .tolerance(Tolerance.sum(4))
            .shapes("[7, 3] [2, 4] [2, 4]"),
        of(
                "embeddingBag(Tensor,Tensor,String,Tensor,boolean,Integer)",
                2,
                x -> x.get(0).embeddingBag(x.get(1), offsets(), "max", null, true, 0))
            .variant("with a last offset")
            .shapes("[7, 3] [6]")
            .error(
                () ->
                    Tensors.ones(2, 3)
                        .embeddingBag(
                            Tensors.of(0, 1), Tensors.of(new int[0]), "sum", null, true, 0),
                "embeddingBag: there is no last offset: there are none"));
  }
}
