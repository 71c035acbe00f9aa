package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Rows of {@link Tensors} and {@link Random} that take no tensors. */
final class CreationCatalog {
  private CreationCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(constants());
    rows.addAll(sequences());
    rows.addAll(random());
    rows.forEach(row -> row.shapes(""));
    return rows;
  }

  /** A row without operands, which is made in the type under test. */
  private static OpSpec row(String covers, Supplier<Tensor> f) {
    return of(covers, 0, _ -> f.get()).dtypes(Set.of(DType.F32));
  }

  private static List<OpSpec> constants() {
    return List.of(
        row("Tensors.zeros(int[])", () -> Tensors.zeros(3, 4))
            .error(() -> Tensors.zeros(-1), "shape: negative size"),
        row("Tensors.zeros(Shape)", () -> Tensors.zeros(Shape.of(3, 4))),
        row("Tensors.zeros(Shape,DType)", () -> Tensors.zeros(Shape.of(3, 4), DType.I64)),
        row("Tensors.ones(int[])", () -> Tensors.ones(3, 4)),
        row("Tensors.ones(Shape)", () -> Tensors.ones(Shape.of(3, 4))),
        row("Tensors.ones(Shape,DType)", () -> Tensors.ones(Shape.of(3, 4), DType.BOOL)),
        row("Tensors.full(Shape,Number)", () -> Tensors.full(Shape.of(3), 2.5)),
        row("Tensors.full(Shape,Number,DType)", () -> Tensors.full(Shape.of(3), 255, DType.U8))
            .error(() -> Tensors.full(Shape.of(3), 256, DType.U8), "full: 256 is no value of u8"),
        row(
            "Tensors.full(Shape,Number,DType,Device)",
            () -> Tensors.full(Shape.of(3), -1, DType.I32, Devices.current())),
        row("Tensors.empty(int[])", () -> Tensors.empty(2, 3)),
        row("Tensors.eye(int)", () -> Tensors.eye(4)),
        row("Tensors.eye(int,int)", () -> Tensors.eye(3, 5)));
  }

  private static List<OpSpec> sequences() {
    return List.of(
        row("Tensors.arange(Number)", () -> Tensors.arange(7)),
        row("Tensors.arange(Number,Number)", () -> Tensors.arange(-3, 3.5)),
        row("Tensors.arange(Number,Number,Number)", () -> Tensors.arange(5, -5, -3)),
        row(
                "Tensors.arange(Number,Number,Number,DType)",
                () -> Tensors.arange(0, 1, 0.125, DType.F64))
            .error(() -> Tensors.arange(0, 1, 0, DType.F64), "arange: no range from 0 to 1 by 0"),
        row("Tensors.trilIndices(int,int)", () -> Tensors.trilIndices(3, 4)),
        row("Tensors.trilIndices(int,int,int)", () -> Tensors.trilIndices(4, 2, -2))
            .error(
                () -> Tensors.trilIndices(-1, 2, 0),
                "trilIndices: no matrix of -1 rows and 2 columns"),
        row("Tensors.triuIndices(int,int)", () -> Tensors.triuIndices(3, 4)),
        row("Tensors.triuIndices(int,int,int)", () -> Tensors.triuIndices(2, 2, 5)),
        row("Tensors.linspace(double,double,int)", () -> Tensors.linspace(-1, 2, 7))
            .tolerance(Tolerance.composed())
            .error(() -> Tensors.linspace(0, 1, -1), "linspace: the count must not be negative"),
        row("Tensors.logspace(double,double,int)", () -> Tensors.logspace(-1, 2, 7))
            .tolerance(Tolerance.composed()),
        row("Tensors.logspace(double,double,int,double)", () -> Tensors.logspace(0, 5, 6, 2))
            .tolerance(Tolerance.composed()));
  }

  private static List<OpSpec> random() {
    Shape shape = Shape.of(5, 7, 3);
    Tolerance normal = new Tolerance(16, 64, 0);
    return List.of(
        row("Random.bits(Shape,Device)", () -> new Random(1).bits(shape, Devices.current())),
        row("Random.rand(int[])", () -> new Random(2).rand(33)),
        row("Random.uniform(double,double,int[])", () -> new Random(3).uniform(-1, 3, 33))
            .tolerance(Tolerance.composed()),
        row(
            "Random.uniform(Shape,DType,Device)",
            () -> new Random(4).uniform(shape, DType.F64, Devices.current())),
        row("Random.randn(int[])", () -> new Random(5).randn(65)).tolerance(normal),
        row("Random.normal(double,double,int[])", () -> new Random(6).normal(1, 2, 65))
            .tolerance(normal),
        row(
                "Random.normal(Shape,DType,Device)",
                () -> new Random(7).normal(shape, DType.F64, Devices.current()))
            .tolerance(normal),
        row(
                "Random.truncatedNormal(double,double,double,double,int[])",
                () -> new Random(14).truncatedNormal(1, 2, 0, 3, 65))
            .tolerance(normal)
            .error(
                () -> new Random(0).truncatedNormal(0, 1, 2, 1, 3),
                "truncatedNormal: needs low < high"),
        row("Random.randint(long,int[])", () -> new Random(8).randint(9, new int[] {3, 4})),
        row("Random.randint(long,long,int[])", () -> new Random(8).randint(-5, 9, 99))
            .error(() -> new Random(0).randint(3, 3, 2), "randint: the range from 3 to 3"),
        row("Random.randperm(int)", () -> new Random(9).randperm(17)),
        row(
                "Random.mask(double,Shape,Device)",
                () -> new Random(10).mask(0.3, shape, Devices.current()))
            .error(
                () -> new Random(0).mask(1.5, shape, Devices.current()),
                "bernoulli: the probability must be in [0, 1]"),
        row("Random.bernoulli(double,int[])", () -> new Random(11).bernoulli(0.7, 65)),
        row("Random.bernoulli(Tensor)", () -> new Random(12).bernoulli(Tensors.linspace(0, 1, 65))),
        row("Random.exponential(double,int[])", () -> new Random(13).exponential(2, 65))
            .tolerance(normal),
        row("Random.gumbel(double,double,int[])", () -> new Random(15).gumbel(1, 2, 65))
            .tolerance(normal)
            .error(() -> new Random(0).gumbel(0, -1, 3), "gumbel: the scale must not be negative"),
        row(
                "Random.multinomial(Tensor,int,boolean)",
                () -> new Random(16).multinomial(Tensors.linspace(0, 1, 9), 7, true))
            .error(
                () -> new Random(0).multinomial(Tensors.ones(2, 3), 4, false),
                "multinomial: cannot draw 4 of 3 without replacement")
            .error(
                () -> new Random(0).multinomial(Tensors.ones(2, 0), 1, true),
                "multinomial: needs 1 to 2^24 categories, not 0"),
        row(
                "Random.multinomial(Tensor,int,boolean)",
                () ->
                    new Random(17).multinomial(Tensors.linspace(0, 1, 12).reshape(3, 4), 4, false))
            .variant("without replacement"),
        row("Tensors.rand(int[])", () -> standard(() -> Tensors.rand(9))),
        row("Tensors.randn(int[])", () -> standard(() -> Tensors.randn(9))).tolerance(normal),
        row("Tensors.randint(long,int[])", () -> standard(() -> Tensors.randint(9, new int[] {9}))),
        row("Tensors.randint(long,long,int[])", () -> standard(() -> Tensors.randint(0, 9, 9))),
        row("Tensors.randperm(int)", () -> standard(() -> Tensors.randperm(9))),
        row(
            "Tensors.randintLike(Tensor,long)",
            () -> standard(() -> Tensors.randintLike(Tensors.ones(9), 5))),
        row(
            "Tensors.randintLike(Tensor,long,long)",
            () -> standard(() -> Tensors.randintLike(Tensors.ones(9), -2, 5))),
        row("Tensors.randLike(Tensor)", () -> standard(() -> Tensors.randLike(Tensors.ones(9)))),
        row("Tensors.randnLike(Tensor)", () -> standard(() -> Tensors.randnLike(Tensors.ones(9))))
            .tolerance(normal));
  }

  /** From the standard generator, whose place in its stream does not matter here. */
  private static Tensor standard(Supplier<Tensor> draw) {
    return Scope.withDType(DType.F32, draw);
  }
}
