package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * Attention in blocks of queries and keys, as {@link Kernel.Attention} defines it. A task takes some queries of one matrix
 * through all of their keys: what is packed of a block of keys serves all of them.
 */
public final class AttentionProgram implements Program {
  /** Blocks of queries that one task takes at most: what they keep fits the second cache. */
  private static final int MOST_BLOCKS = 8;

  /** Multiply-adds that are worth a task of their own. */
  private static final double TASK_WORK = 1 << 19;

  private static final int TASKS_PER_THREAD = 4;

  private final Kernel.Attention kernel;
  private final Workers workers;

  public AttentionProgram(Kernel.Attention kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    var blocks = new AttentionBlocks(kernel, geometry);
    if (kernel.part() == AttentionPart.GRADIENTS) {
      return new AttentionGradients(blocks, workers);
    }
    int perMatrix = Math.ceilDiv(blocks.l, AttentionBlocks.ROWS);
    double work = (double) geometry.points() / Math.min(blocks.e, blocks.v);
    long wanted =
        Math.clamp((long) (work / TASK_WORK), 1, (long) TASKS_PER_THREAD * workers.size());
    int together =
        Math.clamp(perMatrix * blocks.batch.count() / wanted, 1, Math.min(MOST_BLOCKS, perMatrix));
    int parts = Math.ceilDiv(perMatrix, together);
    int rows = Math.ceilDiv(perMatrix, parts) * AttentionBlocks.ROWS;
    int tasks = Math.toIntExact(blocks.batch.count() * parts);
    Workers team = wanted == 1 ? Workers.ALONE : workers;
    return (buffers, starts, scalars) -> {
      long[] addresses = AttentionBlocks.addresses(buffers, starts);
      team.run(
          tasks,
          task -> {
            int first = task % parts * rows;
            output(
                blocks, addresses, scalars, task / parts, first, Math.min(rows, blocks.l - first));
          });
    };
  }

  /** Computes the output for some queries of a matrix. */
  private void output(
      AttentionBlocks at, long[] addresses, long[] scalars, int number, int first, int count) {
    int bytes = at.bytes;
    long ofKeys = at.stripBytes(at.e, AttentionBlocks.KEYS);
    long ofValues = at.stripBytes(AttentionBlocks.KEYS, at.v);
    long ofScores = (long) AttentionBlocks.ROWS * (AttentionBlocks.KEYS + 2) * bytes;
    long ofSums = (long) count * at.v * bytes;
    long ofState = 3L * count * bytes;
    try (Scratch scratch = Scratch.take()) {
      long keys =
          scratch.room(
              ofKeys + ofValues + ofScores + ofSums + ofState + (long) count * at.e * bytes);
      long values = keys + ofKeys;
      var scores = new Matrix(values + ofValues, (long) AttentionBlocks.KEYS * bytes, bytes);
      var sums = new Matrix(scores.address() + ofScores, (long) at.v * bytes, bytes);
      long state = sums.address() + ofSums;
      at.fill(state, count, Double.NEGATIVE_INFINITY);
      at.fill(state + (long) count * bytes, count, 0);
      Matrix queries =
          at.rows(
              AttentionBlocks.from(at.matrix(1, addresses[1], number, 0, 2), first),
              count,
              at.e,
              state + ofState);
      Matrix allKeys = at.matrix(2, addresses[2], number, 1, 2);
      Matrix allValues = at.matrix(3, addresses[3], number, 1, 3);
      int end = at.endOfKeys(first + count - 1);
      for (int key = 0; key < end; key += AttentionBlocks.KEYS) {
        int block = Math.min(AttentionBlocks.KEYS, end - key);
        var right =
            at.strips(
                AttentionBlocks.turned(AttentionBlocks.from(allKeys, key)), at.e, block, keys);
        var means = at.strips(AttentionBlocks.from(allValues, key), block, at.v, values);
        for (int row = 0; row < count; row += AttentionBlocks.ROWS) {
          int rows = Math.min(AttentionBlocks.ROWS, count - row);
          int seen = Math.min(block, at.endOfKeys(first + row) - key);
          if (seen <= 0) {
            continue;
          }
          at.multiply(AttentionBlocks.from(queries, row), right, scores, rows, seen, at.e, true);
          var where = new AttentionBlocks.Rectangle(first + row, rows, key, seen);
          long mask =
              kernel.mask() == null
                  ? 0
                  : at.mask(addresses[kernel.maskOperand()], number, first + row, key);
          at.exponentials(
              where, scores.address(), state + (long) row * bytes, count, mask, scalars);
          Matrix to = AttentionBlocks.from(sums, row);
          if (key > 0) {
            at.rescale(to, rows, state + (2L * count + row) * bytes);
          }
          at.multiply(scores, means, to, rows, at.v, seen, key == 0);
        }
      }
      long result = addresses[0] + at.batch.at(0, number) * bytes;
      at.divide(sums, count, state + (long) count * bytes, result + (long) first * at.v * bytes);
      if (kernel.part() == AttentionPart.OUTPUT_AND_LOG_SUMS) {
        long logarithms = result + ((long) at.l * at.v + first) * bytes;
        at.logSums(state, state + (long) count * bytes, count, logarithms);
      }
    }
  }
}
