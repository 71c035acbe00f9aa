package dev.adjoint.nn.models;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.nn.models.Seq2Seq.Hypothesis;
import dev.adjoint.nn.models.Seq2SeqEncoder.Memory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks for likely outputs of one sequence; what goes on is chosen on the host. */
final class BeamSearch {
  private final Seq2SeqDecoder decoder;
  private final Memory memory;
  private final int size;
  private final int start;
  private final int end;

  BeamSearch(Seq2SeqDecoder decoder, Memory memory, int size, int start, int end) {
    this.decoder = decoder;
    this.memory = memory;
    this.size = size;
    this.start = start;
    this.end = end;
  }

  /** An output so far, and the row of its state; the last token is the one to read next. */
  private record Path(List<Integer> tokens, double logProbability, int row) {
    Path with(int token, double more, int from) {
      var longer = new ArrayList<>(tokens);
      longer.add(token);
      return new Path(longer, logProbability + more, from);
    }

    int last() {
      return tokens.getLast();
    }

    Hypothesis hypothesis(boolean ended) {
      return new Hypothesis(
          List.copyOf(tokens.subList(1, ended ? tokens.size() - 1 : tokens.size())),
          logProbability);
    }
  }

  /** The best outputs, the best first. */
  List<Hypothesis> run(int maxLength) {
    List<Path> open = List.of(new Path(List.of(start), 0, 0));
    var done = new ArrayList<Hypothesis>();
    Tensor hidden = memory.hidden();
    for (int t = 0; t < maxLength && !open.isEmpty() && done.size() < size; t++) {
      var step = decoder.step(lastTokens(open), hidden, memory.repeated(open.size()));
      int count = size - done.size();
      Tensor scores = step.logits().logSoftmax(-1);
      ValuesAndIndices best = scores.topk(Math.min(count, scores.dim(1)));
      Tensor.realize(List.of(best.values(), best.indices(), step.hidden()));
      open = next(open, best, count, done);
      hidden = chosen(step.hidden(), open);
    }
    if (done.size() < size) {
      open.forEach(path -> done.add(path.hypothesis(false)));
    }
    done.sort(Comparator.comparingDouble(Hypothesis::logProbability).reversed());
    return List.copyOf(done);
  }

  private Tensor lastTokens(List<Path> open) {
    long[] tokens = open.stream().mapToLong(Path::last).toArray();
    return Scope.on(memory.hidden().device(), () -> Tensors.of(tokens, tokens.length, 1));
  }

  /** The states of the paths that go on. */
  private static Tensor chosen(Tensor hidden, List<Path> open) {
    int[] rows = open.stream().mapToInt(Path::row).toArray();
    return rows.length == 0
        ? hidden
        : Scope.on(hidden.device(), () -> hidden.indexSelect(1, Tensors.of(rows)));
  }

  /** The best paths that are one token longer; those that have ended are taken out. */
  private List<Path> next(
      List<Path> open, ValuesAndIndices best, int count, List<Hypothesis> done) {
    double[] scores = best.values().toDoubles();
    long[] tokens = best.indices().toLongs();
    int each = scores.length / open.size();
    var longer = new ArrayList<Path>();
    for (int i = 0; i < scores.length; i++) {
      longer.add(open.get(i / each).with((int) tokens[i], scores[i], i / each));
    }
    longer.sort(Comparator.comparingDouble(Path::logProbability).reversed());
    var kept = new ArrayList<Path>();
    for (Path path : longer.subList(0, Math.min(count, longer.size()))) {
      if (path.last() == end) {
        done.add(path.hypothesis(true));
      } else {
        kept.add(path);
      }
    }
    return kept;
  }
}
