package dev.adjoint.schedule;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A map within a kernel of another kind: what runs before or behind that kernel's own work, element by element.
 *
 * @param loop the map, over two axes
 * @param operands its operands, over the axes of the launch
 */
record FusedMap(Kernel.Loop loop, List<Operand> operands) {
  /**
   * A lowered map as a part of a kernel.
   *
   * @param inner the node whose value has the memory of the kernel's own result
   * @param place gives an element, over the axes of the map's space, over those of the launch
   * @param lane the axis along which vectors lie
   */
  static FusedMap of(Lowering.Result map, int inner, UnaryOperator<Affine> place, int lane) {
    List<Operand> operands =
        map.operands().stream()
            .map(
                o ->
                    new Operand(
                        o.kind(),
                        o.dtype(),
                        o.node() == inner ? Operand.RAW : o.node(),
                        place.apply(o.element())))
            .toList();
    List<Access> accesses =
        operands.stream()
            .map(
                o ->
                    new Access(o.kind(), o.dtype(), LoopSteps.lane(o.element().coefficients[lane])))
            .toList();
    var loop = new Kernel.Loop(2, 0, false, accesses, map.scalars().types(), map.stages());
    return new FusedMap(loop, operands);
  }
}
