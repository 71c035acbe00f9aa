/** Assemblers for x86-64 and AArch64: tables of instructions, and what turns their operands into bytes. */
@NullMarked
package dev.adjoint.cpu.asm;

import org.jspecify.annotations.NullMarked;
