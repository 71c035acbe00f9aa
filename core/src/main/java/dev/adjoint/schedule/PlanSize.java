package dev.adjoint.schedule;

/**
 * What a plan takes.
 *
 * @param nodes the number of nodes that it passes, those that are computed already included
 * @param launches how many kernels run
 * @param peakBytes the bytes of device memory at its peak, apart from values that exist already
 */
public record PlanSize(int nodes, int launches, long peakBytes) {}
