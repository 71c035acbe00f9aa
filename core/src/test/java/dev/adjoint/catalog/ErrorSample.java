package dev.adjoint.catalog;

import dev.adjoint.Tensor;
import java.util.function.Supplier;

/**
 * A call that must be rejected where it is made.
 *
 * @param call the call
 * @param fragment a part of the message, which names the op and the values
 */
public record ErrorSample(Supplier<Tensor> call, String fragment) {}
