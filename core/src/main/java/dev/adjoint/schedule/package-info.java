/** From graph to kernels: walk, fusion, memory plan, plan cache, run. */
@NullMarked
package dev.adjoint.schedule;

import org.jspecify.annotations.NullMarked;
