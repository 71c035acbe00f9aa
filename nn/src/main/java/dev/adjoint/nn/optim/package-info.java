/** Optimizers, schedules of their learning rate, and limits on gradients. */
@NullMarked
package dev.adjoint.nn.optim;

import org.jspecify.annotations.NullMarked;
