/** Files of models and checkpoints, written in one step and read with suspicion. */
@NullMarked
package dev.adjoint.nn.io;

import org.jspecify.annotations.NullMarked;
