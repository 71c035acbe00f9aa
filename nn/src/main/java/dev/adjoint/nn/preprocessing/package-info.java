/** Tables, and what is fitted to their columns before a model sees them: imputers, scalers and encoders. */
@NullMarked
package dev.adjoint.nn.preprocessing;

import org.jspecify.annotations.NullMarked;
