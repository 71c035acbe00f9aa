package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Rows of {@link Tensors} that put tensors together, or make one like another. */
final class JoinCatalog {
  private JoinCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : joins()) {
      rows.add(row.dtypes(OpSpec.ALL).gradient(Gradient.SECOND));
    }
    return rows;
  }

  private static OpSpec row(String covers, BinaryOperator<Tensor> f, String... shapes) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1))).shapes(shapes);
  }

  private static List<OpSpec> joins() {
    return List.of(
        row(
                "Tensors.cat(List,int)",
                (x, y) -> Tensors.cat(List.of(x, y, x), 1),
                "[4, 5, 6] [4, 2, 6]",
                "[2, 3] [2, 1]",
                "[3, 0] [3, 2]")
            .error(() -> Tensors.cat(List.of(), 0), "cat: needs at least one tensor")
            .error(
                () -> Tensors.cat(0, Tensors.ones(2, 3), Tensors.ones(2, 4)),
                "cat: shapes differ outside axis 0"),
        row("Tensors.cat(List)", (x, y) -> Tensors.cat(List.of(x, y)), "[4, 5] [2, 5]").shorthand(),
        row(
            "Tensors.cat(int,Tensor[])",
            (x, y) -> Tensors.cat(0, x, y),
            "[4, 5] [2, 5]",
            "[3] [1]"),
        row(
                "Tensors.stack(List,int)",
                (x, y) -> Tensors.stack(List.of(x, y), 1),
                "[4, 5] [4, 5]",
                "[3] [3]")
            .error(
                () -> Tensors.stack(0, Tensors.ones(2), Tensors.ones(3)),
                "stack: shapes differ: [2] and [3]"),
        row("Tensors.stack(List)", (x, y) -> Tensors.stack(List.of(x, y)), "[4, 5] [4, 5]")
            .shorthand(),
        row(
            "Tensors.stack(int,Tensor[])",
            (x, y) -> Tensors.stack(0, x, y),
            "[4, 5] [4, 5]",
            "[] []"),
        row("Tensors.hstack(Tensor[])", Tensors::hstack, "[4, 5] [4, 2]", "[3] [2]"),
        row("Tensors.vstack(Tensor[])", Tensors::vstack, "[4, 5] [2, 5]", "[3] [3]"),
        row(
                "Tensors.broadcastTensors(Tensor[])",
                (x, y) -> Tensors.broadcastTensors(x, y).get(1),
                "[4, 1] [3]")
            .error(
                () -> Tensors.broadcastTensors(Tensors.ones(2), Tensors.ones(3)).get(0),
                "broadcastTensors: shapes do not broadcast: [2] and [3]"),
        row("Tensors.cartesianProd(Tensor[])", Tensors::cartesianProd, "[4] [3]", "[0] [2]")
            .error(
                () -> Tensors.cartesianProd(Tensors.ones(2, 2)),
                "cartesianProd: needs vectors, not shape [2, 2]"),
        row("Tensors.blockDiag(Tensor[])", Tensors::blockDiag, "[2, 3] [3]", "[] [2, 0]")
            .error(
                () -> Tensors.blockDiag(Tensors.ones(2, 2, 1)),
                "blockDiag: needs matrices, not shape [2, 2, 1]"),
        row("Tensors.meshgrid(Tensor[])", (x, y) -> Tensors.meshgrid(x, y).get(1), "[4] [3]"),
        row("Tensors.meshgrid(Tensor[])", (x, y) -> Tensors.meshgrid(x, y).get(0), "[4] [3]")
            .variant("rows"),
        of(
                "Tensors.meshgrid(List,String)",
                3,
                x -> Tensors.meshgrid(x, "xy").get(0).add(Tensors.meshgrid(x, "xy").get(2)))
            .shapes("[4] [3] [2]", "[2] [] [3]")
            .error(
                () -> Tensors.meshgrid(List.of(Tensors.ones(2)), "yx").get(0),
                "meshgrid: indexing is 'yx', it must be ij or xy"),
        of("Tensors.emptyLike(Tensor)", 1, x -> Tensors.emptyLike(x.get(0))).shapes("[2]"),
        of("Tensors.zerosLike(Tensor)", 1, x -> Tensors.zerosLike(x.get(0))).shapes("[3, 4]", "[]"),
        of("Tensors.onesLike(Tensor)", 1, x -> Tensors.onesLike(x.get(0))).shapes("[3, 4]", "[0]"),
        of("Tensors.fullLike(Tensor,Number)", 1, x -> Tensors.fullLike(x.get(0), 7))
            .shapes("[3, 4]"));
  }
}
