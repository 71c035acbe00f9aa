/** What runs as bytecode of the JVM: loops, scans, sorts, and scatters, of which the commonest are machine code too. */
@NullMarked
package dev.adjoint.cpu.plain;

import org.jspecify.annotations.NullMarked;
