/** What runs as bytecode of the JVM: loops, scans, scatters and sorts. */
@NullMarked
package dev.adjoint.cpu.plain;

import org.jspecify.annotations.NullMarked;
