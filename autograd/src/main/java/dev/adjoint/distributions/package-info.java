/** Probability distributions, with the names and meaning of {@code torch.distributions}. */
@NullMarked
package dev.adjoint.distributions;

import org.jspecify.annotations.NullMarked;
