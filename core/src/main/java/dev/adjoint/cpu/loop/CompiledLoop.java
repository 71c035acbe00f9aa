package dev.adjoint.cpu.loop;

/**
 * A loop kernel with its code.
 *
 * @param shape the kernel
 * @param code what runs it
 */
public record CompiledLoop(LoopShape shape, LoopCode code) {}
