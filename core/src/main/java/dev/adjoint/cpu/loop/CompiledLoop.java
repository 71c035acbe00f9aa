package dev.adjoint.cpu.loop;

import dev.adjoint.kernel.Kernel;
import java.util.function.Function;

/**
 * A loop kernel with its code.
 *
 * @param shape the kernel
 * @param code what runs it
 * @param compiler what made the code; a launch may want another form of the kernel
 */
public record CompiledLoop(
    LoopShape shape, LoopCode code, Function<Kernel.Loop, CompiledLoop> compiler) {}
