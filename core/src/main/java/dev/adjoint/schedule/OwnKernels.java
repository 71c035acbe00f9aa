package dev.adjoint.schedule;

import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The calls of functions that are one kernel each, whatever they cost, see {@link Op.CustomRule#call}. Nothing between the
 * results of a call and its inputs is stored, also where every other op has a kernel of its own.
 */
final class OwnKernels {
  /** For each node the number of the call that it is part of; 0 if there is none. */
  private final int[] calls;

  private final boolean[] results;

  private OwnKernels(Walk walk) {
    calls = new int[walk.size()];
    results = new boolean[walk.size()];
  }

  /** The calls of a walk, each with all of its results that are there. */
  static OwnKernels of(Walk walk) {
    var kernels = new OwnKernels(walk);
    Map<Object, Integer> numbers = new IdentityHashMap<>();
    for (int i = 0; i < walk.size(); i++) {
      Object call = walk.op(i) instanceof Op.Custom(var rule) ? rule.call() : null;
      if (call != null) {
        Integer known = numbers.putIfAbsent(call, numbers.size() + 1);
        kernels.add(walk, i, known == null ? numbers.size() : known);
      }
    }
    return kernels;
  }

  private void add(Walk walk, int custom, int call) {
    Set<Integer> ends = new HashSet<>();
    for (int k = 1; k < walk.inputs(custom); k++) {
      ends.add(walk.input(custom, k));
    }
    var pending = new ArrayDeque<Integer>();
    pending.push(walk.input(custom, 0));
    while (!pending.isEmpty()) {
      int i = pending.pop();
      if (calls[i] == 0 && !walk.isLeaf(i) && !ends.contains(i)) {
        calls[i] = call;
        for (int k = 0; k < walk.inputs(i); k++) {
          pending.push(walk.input(i, k));
        }
      }
    }
    results[walk.viewed(walk.input(custom, 0))] = true;
  }

  /** The number of the call that a node is part of; 0 if there is none. */
  int call(int i) {
    return calls[i];
  }

  /** Whether a node is between the results and the inputs of a call. */
  boolean within(int i) {
    return calls[i] != 0 && !results[i];
  }

  /** Whether two nodes are part of one call. */
  boolean areOne(int i, int j) {
    return calls[i] != 0 && calls[i] == calls[j];
  }
}
