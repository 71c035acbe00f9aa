package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of tokens from sequences of tokens, by a GRU that reads and one that writes with additive attention (Bahdanau et al.
 * 2014), with the names of PyTorch's tutorial on translation.
 *
 * <p>{@code encoder.embedding}, {@code encoder.gru}, {@code decoder.embedding}, {@code decoder.attention.Wa}, {@code .Ua}, {@code
 * .Va}, {@code decoder.gru} and {@code decoder.out}.
 */
public final class Seq2Seq extends Module {
  private static final String OP = "seq2Seq";

  private final int sosToken;
  private final int eosToken;
  private final Seq2SeqEncoder encoder;
  private final Seq2SeqDecoder decoder;

  /** With dropout of 0.1; token 0 starts and token 1 ends an output. */
  public Seq2Seq(int inputSize, int outputSize, int hiddenSize) {
    this(inputSize, outputSize, hiddenSize, 0.1, 0, 1);
  }

  /**
   * A model.
   *
   * @param inputSize the number of tokens of inputs
   * @param outputSize the number of tokens of outputs
   * @param dropout the probability that an element of a vector of a token is dropped while training
   * @param sosToken the token that is read before the first one of an output
   * @param eosToken the token that ends an output
   * @throws IllegalArgumentException if a size is not positive, or the two tokens are none of outputs
   */
  public Seq2Seq(
      int inputSize, int outputSize, int hiddenSize, double dropout, int sosToken, int eosToken) {
    for (int token : new int[] {sosToken, eosToken}) {
      if (token < 0 || token >= outputSize) {
        throw OpError.of(OP, "token " + token + " must be from 0 to " + (outputSize - 1));
      }
    }
    this.sosToken = sosToken;
    this.eosToken = eosToken;
    this.encoder = new Seq2SeqEncoder(inputSize, hiddenSize, dropout);
    this.decoder = new Seq2SeqDecoder(hiddenSize, outputSize, dropout);
  }

  /** An output without the token that ends it, and the logarithm of its probability, with that token where it has one. */
  public record Hypothesis(List<Integer> tokens, double logProbability) {}

  /**
   * The logits [n, length', outputSize] of the tokens of outputs, each from those before it (teacher forcing).
   *
   * @param source [n, length]
   * @param lengths how many tokens of each source count, or null for all
   * @param target [n, length'], with the token that ends an output and without the one that starts it
   * @throws IllegalArgumentException if shapes do not fit
   */
  public Tensor apply(Tensor source, int @Nullable [] lengths, Tensor target) {
    return call(
        List.of(source, target),
        () -> {
          var memory = encoder.encode(source, lengths);
          Require.tokens(OP, target);
          Require.positive(OP, "the length of outputs", target.dim(1));
          if (target.dim(0) != source.dim(0)) {
            throw OpError.of(
                OP, "source " + source.shape() + " and target " + target.shape() + " differ in n");
          }
          Tensor start = starts(target.dim(0), target).to(target.dtype());
          Tensor inputs = Tensors.cat(1, start, target.narrow(1, 0, target.dim(1) - 1));
          Tensor hidden = memory.hidden();
          var logits = new ArrayList<Tensor>();
          for (int t = 0; t < target.dim(1); t++) {
            var step = decoder.step(inputs.narrow(1, t, 1), hidden, memory);
            logits.add(step.logits());
            hidden = step.hidden();
          }
          return Tensors.stack(logits, 1);
        });
  }

  private Tensor starts(int n, Tensor like) {
    return Scope.on(like.device(), () -> Tensors.of(new long[] {sosToken}).expand(n, 1));
  }

  /**
   * The outputs whose every token is the most likely one, in evaluation mode, each without the token that ends it.
   *
   * @param source [n, length]
   * @param lengths how many tokens of each source count, or null for all
   * @param maxLength where outputs end at the latest
   * @throws IllegalArgumentException if these are no tokens, lengths do not fit, or the greatest length is not positive
   */
  public List<List<Integer>> greedy(Tensor source, int @Nullable [] lengths, int maxLength) {
    Require.positive(OP, "the greatest length", maxLength);
    return tokens(greedyTokens(source, lengths, maxLength));
  }

  private Tensor greedyTokens(Tensor source, int @Nullable [] lengths, int maxLength) {
    return predict(
        () -> {
          var memory = encoder.encode(source, lengths);
          Tensor hidden = memory.hidden();
          Tensor token = starts(source.dim(0), source);
          var all = new ArrayList<Tensor>();
          boolean[] ended = new boolean[source.dim(0)];
          for (int t = 0; t < maxLength; t++) {
            var step = decoder.step(token, hidden, memory);
            token = step.logits().argmax(-1, true);
            hidden = step.hidden();
            Tensor.realize(List.of(token, hidden));
            all.add(token);
            if (allEnded(ended, token.toLongs())) {
              break;
            }
          }
          return Tensors.cat(all, 1);
        });
  }

  private boolean allEnded(boolean[] ended, long[] tokens) {
    boolean all = true;
    for (int i = 0; i < tokens.length; i++) {
      ended[i] |= tokens[i] == eosToken;
      all &= ended[i];
    }
    return all;
  }

  private List<List<Integer>> tokens(Tensor all) {
    long[] values = all.toLongs();
    int length = all.dim(1);
    var outputs = new ArrayList<List<Integer>>();
    for (int i = 0; i < all.dim(0); i++) {
      outputs.add(
          Arrays.stream(values, i * length, (i + 1) * length)
              .takeWhile(token -> token != eosToken)
              .mapToObj(token -> (int) token)
              .toList());
    }
    return outputs;
  }

  /**
   * The most likely outputs that are found when, at each step, only the best few go on; the best first, in evaluation mode.
   *
   * @param source one sequence, [length]
   * @param beamSize how many go on, and how many are returned at most
   * @param maxLength where outputs end at the latest
   * @throws IllegalArgumentException if this is no sequence of tokens, or a number is not positive
   */
  public List<Hypothesis> beam(Tensor source, int beamSize, int maxLength) {
    Require.positive(OP, "the size of the beam", beamSize);
    Require.positive(OP, "the greatest length", maxLength);
    if (source.rank() != 1) {
      throw OpError.of(OP, "a beam needs one sequence [length], not " + source.shape());
    }
    return evaluating(
        () -> {
          var memory = encoder.encode(source.unsqueeze(0), null);
          return new BeamSearch(decoder, memory, beamSize, sosToken, eosToken).run(maxLength);
        });
  }
}
