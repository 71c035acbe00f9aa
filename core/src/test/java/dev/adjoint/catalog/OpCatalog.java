package dev.adjoint.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Every public operation on tensors, with operands to try it on. The tests of devices, of gradients and of
 * documentation are made from it, so that an operation is tested everywhere as soon as it has a row.
 */
public final class OpCatalog {
  private OpCatalog() {}

  /** All rows. */
  public static List<OpSpec> all() {
    var all = new ArrayList<OpSpec>();
    all.addAll(MathCatalog.rows());
    all.addAll(ArithmeticCatalog.rows());
    all.addAll(LogicCatalog.rows());
    all.addAll(ActivationCatalog.rows());
    all.addAll(ShrinkageCatalog.rows());
    all.addAll(SpecialCatalog.rows());
    all.addAll(ReductionCatalog.rows());
    all.addAll(ScanCatalog.rows());
    all.addAll(SortingCatalog.rows());
    all.addAll(QuantileCatalog.rows());
    all.addAll(SampleCatalog.rows());
    all.addAll(MovementCatalog.rows());
    all.addAll(IndexingCatalog.rows());
    all.addAll(ScatterCatalog.rows());
    all.addAll(SearchCatalog.rows());
    all.addAll(LinearCatalog.rows());
    all.addAll(LinearAlgebraCatalog.rows());
    all.addAll(ProductCatalog.rows());
    all.addAll(DistanceCatalog.rows());
    all.addAll(JoinCatalog.rows());
    all.addAll(ConvolutionCatalog.rows());
    all.addAll(TransposedConvolutionCatalog.rows());
    all.addAll(PoolingCatalog.rows());
    all.addAll(WindowCatalog.rows());
    all.addAll(NormalizationCatalog.rows());
    all.addAll(ResamplingCatalog.rows());
    all.addAll(ComplexCatalog.rows());
    all.addAll(FftCatalog.rows());
    all.addAll(CreationCatalog.rows());
    return List.copyOf(all);
  }

  /** The rows with a first derivative. */
  public static List<OpSpec> differentiable() {
    return all().stream().filter(row -> row.gradient() != OpSpec.Gradient.NONE).toList();
  }
}
