/** The recorded computation: nodes and ops as data, and the rules that check them. */
@NullMarked
package dev.adjoint.graph;

import org.jspecify.annotations.NullMarked;
