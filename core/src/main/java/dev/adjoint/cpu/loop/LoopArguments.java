package dev.adjoint.cpu.loop;

/**
 * What the loops of a kernel run on.
 *
 * @param bases for each access the address of row 0 and column 0; for index accesses the number there
 * @param strides for each access the strides along the rows, the lanes and each reduction axis, in bytes; for index
 *     accesses in units
 * @param scalars the raw bits of the scalars
 * @param sizes the sizes of the reduction axes, without the lane axis
 * @param failed its one element becomes true where a checked position is out of range
 */
@SuppressWarnings("ArrayRecordComponent") // no array is ever compared
public record LoopArguments(
    long[] bases, long[] strides, long[] scalars, int[] sizes, boolean[] failed) {
  /** The same with other bases. */
  LoopArguments at(long[] others) {
    return new LoopArguments(others, strides, scalars, sizes, failed);
  }
}
