/** How good a model is: classification and regression, batch by batch. */
@NullMarked
package dev.adjoint.nn.metrics;

import org.jspecify.annotations.NullMarked;
