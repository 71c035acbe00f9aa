package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;

/**
 * The gradients of an attention. Where there are matrices enough for all threads, each is one task, which goes over all pairs of
 * blocks once. Else some tasks take queries and others keys, and both compute the scores of their pairs. Every chain has the same
 * order in both.
 */
final class AttentionGradients implements Program.Launch {
  /** Matrices per thread from which on each is one task. */
  private static final int MATRICES = 2;

  /** Multiply-adds that are worth waking other threads. */
  private static final double SMALL = 1 << 18;

  private final AttentionBlocks at;
  private final Workers workers;
  private final boolean whole;
  private final int queryTasks;
  private final int keyTasks;

  AttentionGradients(AttentionBlocks at, Workers workers) {
    this.at = at;
    double pairs = (double) at.batch.count() * at.l * at.s;
    this.workers = pairs * (at.e + at.v) < SMALL ? Workers.ALONE : workers;
    int threads = this.workers.size();
    whole = threads == 1 || at.batch.count() >= (long) MATRICES * threads;
    queryTasks = Math.ceilDiv(at.l, AttentionBlocks.ROWS);
    keyTasks = Math.ceilDiv(at.s, AttentionBlocks.KEYS);
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    long[] addresses = AttentionBlocks.addresses(buffers, starts);
    int count = Math.toIntExact(at.batch.count());
    if (whole) {
      workers.run(
          count, task -> new Task(addresses, scalars, task, true, true).run(0, at.l, 0, at.s));
      return;
    }
    int each = queryTasks + keyTasks;
    workers.run(
        count * each,
        task -> {
          int part = task % each;
          if (part < queryTasks) {
            int first = part * AttentionBlocks.ROWS;
            new Task(addresses, scalars, task / each, true, false)
                .run(first, Math.min(at.l, first + AttentionBlocks.ROWS), 0, at.s);
          } else {
            int first = (part - queryTasks) * AttentionBlocks.KEYS;
            new Task(addresses, scalars, task / each, false, true)
                .run(0, at.l, first, Math.min(at.s, first + AttentionBlocks.KEYS));
          }
        });
  }

  /** The gradients of some queries, or of some keys and values, of one matrix. */
  private final class Task {
    private final long[] addresses;
    private final long[] scalars;
    private final int number;
    private final boolean ofQueries;
    private final boolean ofKeys;
    private final Matrix toQueries;
    private final Matrix toKeys;
    private final Matrix toValues;

    Task(long[] addresses, long[] scalars, int number, boolean ofQueries, boolean ofKeys) {
      this.addresses = addresses;
      this.scalars = scalars;
      this.number = number;
      this.ofQueries = ofQueries;
      this.ofKeys = ofKeys;
      int bytes = at.bytes;
      long result = addresses[0] + at.batch.at(0, number) * bytes;
      toQueries = new Matrix(result, (long) at.e * bytes, bytes);
      toKeys = new Matrix(toQueries.at(at.l, 0), (long) at.e * bytes, bytes);
      toValues = new Matrix(toKeys.at(at.s, 0), (long) at.v * bytes, bytes);
    }

    private Matrix operand(int operand, int rows, int columns) {
      return at.matrix(operand, addresses[operand], number, rows, columns);
    }

    /** The numbers of an operand over (l), one after the other. */
    private long numbers(int operand, int first, int count, long to) {
      var column = AttentionBlocks.from(operand(operand, 0, 2), first);
      return at.rows(new Matrix(column.address(), column.rowStride(), at.bytes), count, 1, to)
          .address();
    }

    void run(int firstQuery, int endOfQueries, int firstKey, int endOfKeys) {
      int queries = endOfQueries - firstQuery;
      int bytes = at.bytes;
      long ofTile = (long) AttentionBlocks.ROWS * AttentionBlocks.KEYS * bytes;
      long ofTurnedKeys = at.stripBytes(at.e, AttentionBlocks.KEYS);
      long ofTurnedValues = at.stripBytes(at.v, AttentionBlocks.KEYS);
      long ofKeyRows = at.stripBytes(AttentionBlocks.KEYS, at.e);
      try (Scratch scratch = Scratch.take()) {
        long room =
            scratch.room(
                2 * ofTile
                    + ofTurnedKeys
                    + ofTurnedValues
                    + ofKeyRows
                    + (long) queries * (at.e + at.v + 2) * bytes);
        long turnedKeys = room + 2 * ofTile;
        long turnedValues = turnedKeys + ofTurnedKeys;
        long keyRows = turnedValues + ofTurnedValues;
        long copies = keyRows + ofKeyRows;
        var scores = new Matrix(room, (long) AttentionBlocks.KEYS * bytes, bytes);
        var products = new Matrix(room + ofTile, scores.rowStride(), bytes);
        Matrix q =
            at.rows(AttentionBlocks.from(operand(1, 0, 2), firstQuery), queries, at.e, copies);
        copies += (long) queries * at.e * bytes;
        Matrix g =
            at.rows(AttentionBlocks.from(operand(4, 0, 3), firstQuery), queries, at.v, copies);
        copies += (long) queries * at.v * bytes;
        long logSums = numbers(5, firstQuery, queries, copies);
        long less = numbers(6, firstQuery, queries, copies + (long) queries * bytes);
        clear(firstQuery, queries, firstKey, endOfKeys - firstKey);
        for (int key = firstKey; key < endOfKeys; key += AttentionBlocks.KEYS) {
          int block = Math.min(AttentionBlocks.KEYS, endOfKeys - key);
          Matrix k = AttentionBlocks.from(operand(2, 1, 2), key);
          Matrix v = AttentionBlocks.from(operand(3, 1, 3), key);
          var right = at.strips(AttentionBlocks.turned(k), at.e, block, turnedKeys);
          var values = at.strips(AttentionBlocks.turned(v), at.v, block, turnedValues);
          var keys = ofQueries ? at.strips(k, block, at.e, keyRows) : null;
          int start = Math.max(firstQuery, at.firstQuery(key));
          for (int query = start; query < endOfQueries; query += AttentionBlocks.ROWS) {
            int rows = Math.min(AttentionBlocks.ROWS, endOfQueries - query);
            int seen = Math.min(block, at.endOfKeys(query) - key);
            int row = query - firstQuery;
            Matrix queryRows = AttentionBlocks.from(q, row);
            Matrix gradientRows = AttentionBlocks.from(g, row);
            at.multiply(queryRows, right, scores, rows, seen, at.e, true);
            at.multiply(gradientRows, values, products, rows, seen, at.v, true);
            long mask =
                at.kernel.mask() == null
                    ? 0
                    : at.mask(addresses[at.kernel.maskOperand()], number, query, key);
            at.gradients(
                new AttentionBlocks.Rectangle(query, rows, key, seen),
                scores.address(),
                products.address(),
                logSums + (long) row * bytes,
                less + (long) row * bytes,
                mask,
                scalars);
            if (keys != null) {
              at.multiply(
                  products, keys, AttentionBlocks.from(toQueries, query), rows, at.e, seen, false);
            }
            if (ofKeys) {
              at.multiply(
                  AttentionBlocks.turned(scores),
                  at.inPlace(gradientRows, at.v),
                  AttentionBlocks.from(toValues, key),
                  seen,
                  at.v,
                  rows,
                  false);
              at.multiply(
                  AttentionBlocks.turned(products),
                  at.inPlace(queryRows, at.e),
                  AttentionBlocks.from(toKeys, key),
                  seen,
                  at.e,
                  rows,
                  false);
            }
          }
        }
        if (ofQueries) {
          at.scale(toQueries.at(firstQuery, 0), queries, at.e, scalars);
        }
        if (ofKeys) {
          at.scale(toKeys.at(firstKey, 0), endOfKeys - firstKey, at.e, scalars);
        }
      }
    }

    /** Chains begin with 0, and so do those without a pair. */
    private void clear(int firstQuery, int queries, int firstKey, int keys) {
      if (ofQueries) {
        at.fill(toQueries.at(firstQuery, 0), queries * at.e, 0);
      }
      if (ofKeys) {
        at.fill(toKeys.at(firstKey, 0), keys * at.e, 0);
        at.fill(toValues.at(firstKey, 0), keys * at.v, 0);
      }
    }
  }
}
