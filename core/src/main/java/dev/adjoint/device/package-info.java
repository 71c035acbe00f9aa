/** What a kind of device must provide. */
@NullMarked
package dev.adjoint.device;

import org.jspecify.annotations.NullMarked;
