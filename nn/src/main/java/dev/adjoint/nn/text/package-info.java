/** Text as numbers: vocabularies, tokenizers, also those of Hugging Face, and windows of tokens for language models. */
@NullMarked
package dev.adjoint.nn.text;

import org.jspecify.annotations.NullMarked;
