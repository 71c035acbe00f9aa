package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/** Prints one kind of kernel, for the sizes of one launch. Launches of equal text share a program. */
interface Form {
  /** The geometry that the text is about: axes may be dropped or merged. */
  Geometry geometry();

  /** Prints the inside of the kernel. */
  void print(CodeText text, Parameters parameters);

  /** The groups of a launch. */
  Grid grid();

  /** The form of a kernel that suits a machine and the sizes. */
  static Form of(Kernel kernel, Target target, Geometry geometry) {
    return switch (kernel) {
      case Kernel.Loop loop ->
          loop.laneReduces()
              ? new TeamForm(loop, target, geometry)
              : new LaneForm(loop, target, geometry);
      case Kernel.MatMul product ->
          target.few()
              ? new PanelForm(product, target, geometry)
              : new TileForm(product, target, geometry);
      case Kernel.ScatterAdd scatter -> new ScatterForm(scatter, target, geometry);
      case Kernel.Scan scan -> ScanForm.of(scan, target, geometry);
      case Kernel.ArgSort sort -> new ArgSortForm(sort, target, geometry);
    };
  }
}
