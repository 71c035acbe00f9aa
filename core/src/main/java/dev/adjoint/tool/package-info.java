/** What the launcher runs: the list of devices, with a test of what each does. */
@NullMarked
package dev.adjoint.tool;

import org.jspecify.annotations.NullMarked;
