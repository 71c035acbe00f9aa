/** Data sets that are known by their names, read from files that are on this machine. */
@NullMarked
package dev.adjoint.nn.datasets;

import org.jspecify.annotations.NullMarked;
