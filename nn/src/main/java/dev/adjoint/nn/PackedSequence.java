package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences of several lengths, for recurrent layers: what comes behind the end of one changes neither its outputs nor its state.
 *
 * <p>They are kept padded to the longest one, as [length, n, ...]. Unlike in PyTorch they need not be sorted.
 */
public final class PackedSequence {
  private final Tensor padded;
  private final int[] lengths;
  private final Tensor lengthsOnDevice;

  private PackedSequence(Tensor padded, int[] lengths) {
    this.padded = padded;
    this.lengths = lengths;
    this.lengthsOnDevice = Scope.on(padded.device(), () -> Tensors.of(lengths));
  }

  /**
   * Packs sequences that are padded to one length.
   *
   * @param x [length, n, ...], or [n, length, ...] if the batch comes first
   * @param lengths how many steps of each of the n sequences count, from 1 to the length
   * @throws IllegalArgumentException if lengths do not fit
   */
  public static PackedSequence of(Tensor x, int[] lengths, boolean batchFirst) {
    if (x.rank() < 2) {
      throw OpError.of("packedSequence", "needs a length and a batch, not shape " + x.shape());
    }
    Tensor padded = batchFirst ? x.transpose(0, 1) : x;
    boolean fits = lengths.length == padded.dim(1);
    for (int length : lengths) {
      fits &= length >= 1 && length <= padded.dim(0);
    }
    if (!fits) {
      throw OpError.of(
          "packedSequence",
          "lengths "
              + Arrays.toString(lengths)
              + " do not fit "
              + padded.dim(1)
              + " sequences of "
              + padded.dim(0)
              + " steps");
    }
    int longest = Arrays.stream(lengths).max().orElse(0);
    return new PackedSequence(padded.narrow(0, 0, longest), lengths.clone());
  }

  /** Packs sequences [length, ...] of any lengths, which are padded with zeros. */
  public static PackedSequence of(List<Tensor> sequences) {
    if (sequences.isEmpty()) {
      throw OpError.of("packedSequence", "needs at least one sequence");
    }
    int[] lengths = sequences.stream().mapToInt(sequence -> sequence.dim(0)).toArray();
    int longest = Arrays.stream(lengths).max().orElse(0);
    List<Tensor> rows = sequences.stream().map(sequence -> padTo(sequence, longest)).toList();
    return of(Tensors.stack(rows, 1), lengths, false);
  }

  private static Tensor padTo(Tensor x, int length) {
    int[] widths = new int[2 * x.rank()];
    widths[widths.length - 1] = length - x.dim(0);
    return x.pad(widths);
  }

  /** The sequences padded to the longest one: [length, n, ...], or [n, length, ...] if the batch is to come first. */
  public Tensor padded(boolean batchFirst) {
    return batchFirst ? padded.transpose(0, 1) : padded;
  }

  /** How many steps each sequence has. */
  public int[] lengths() {
    return lengths.clone();
  }

  /** Whether each sequence has a step of a number: bool [n, 1]. */
  Tensor hasStep(int number) {
    return lengthsOnDevice.gt(number).unsqueeze(1);
  }

  /** Whether all sequences have a step of a number. */
  boolean allHaveStep(int number) {
    return Arrays.stream(lengths).allMatch(length -> length > number);
  }

  /** Other elements of the same sequences: [length, n, ...]. */
  PackedSequence with(Tensor elements) {
    return new PackedSequence(elements, lengths);
  }

  /** The number of sequences, their longest length and the type of their elements. */
  @Override
  public String toString() {
    DType dtype = padded.dtype();
    return "PackedSequence("
        + dtype
        + padded.shape()
        + ", lengths "
        + Arrays.toString(lengths)
        + ")";
  }
}
