/**
 * Whole models, whose parameters and buffers have the names, shapes and order of the PyTorch models that checkpoints are made of:
 * a state in a safetensors file loads strictly.
 */
@NullMarked
package dev.adjoint.nn.models;

import org.jspecify.annotations.NullMarked;
