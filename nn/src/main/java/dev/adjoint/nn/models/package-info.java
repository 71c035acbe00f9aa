/**
 * Whole models. Where a PyTorch model is well known, which the class then names, parameters and buffers have its names, shapes
 * and order, so that its state in a safetensors file loads strictly.
 */
@NullMarked
package dev.adjoint.nn.models;

import org.jspecify.annotations.NullMarked;
