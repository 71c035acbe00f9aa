package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Instr;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Registers for values that are computed in an order: a linear scan. A value is in one register for all of its life, or in
 * memory, from where instructions take it; so code that is skipped leaves all others where they are.
 *
 * <p>Source: M. Poletto and V. Sarkar, Linear scan register allocation, 1999.
 */
final class Allocation {
  private static final int NONE = -1;

  /** For each value its register, or the complement of the number of its slot. */
  final int[] where;

  /** The vector registers that no value is in. */
  int free;

  /** The number of slots. */
  int slots;

  private final StageBody values;
  private final int[] order;
  private final IntUnaryOperator alsoUses;
  private final int[] last;
  private final int[] active;
  private int live;

  /**
   * Allocates registers.
   *
   * @param order values, and marks of regions, in the order in which they are computed
   * @param vectors the vector registers to use, as bits
   * @param masks the mask registers, or 0 if masks are vectors
   */
  Allocation(StageBody values, int[] order, int vectors, int masks) {
    this(values, order, _ -> -1, vectors, masks);
  }

  /**
   * The same.
   *
   * @param alsoUses for a value another one that its code uses beside its operands, or -1
   */
  Allocation(StageBody values, int[] order, IntUnaryOperator alsoUses, int vectors, int masks) {
    this.values = values;
    this.order = order;
    this.alsoUses = alsoUses;
    int n = values.body.size();
    where = new int[n];
    last = new int[n];
    active = new int[n];
    Arrays.fill(where, NONE);
    lastUses();
    int freeVectors = vectors;
    int freeMasks = masks;
    int untouched = vectors;
    for (int i = 0; i < order.length; i++) {
      int v = order[i];
      if (v < 0) {
        continue;
      }
      boolean mask = masks != 0 && isMask(v);
      int hint = -1;
      for (int k = 0; k < live; ) {
        int w = active[k];
        if (last[w] > i) {
          k++;
          continue;
        }
        active[k] = active[--live];
        int bit = 1 << where[w];
        if (masks != 0 && isMask(w)) {
          freeMasks |= bit;
        } else {
          freeVectors |= bit;
          hint = values.body.get(v).operands().contains(w) ? where[w] : hint;
        }
      }
      int available = mask ? freeMasks : freeVectors;
      if (available == 0) {
        spill(v, mask, masks != 0);
        continue;
      }
      int register = !mask && hint >= 0 ? hint : Integer.numberOfTrailingZeros(available);
      where[v] = register;
      active[live++] = v;
      if (mask) {
        freeMasks &= ~(1 << register);
      } else {
        freeVectors &= ~(1 << register);
        untouched &= ~(1 << register);
      }
    }
    free = untouched;
  }

  private boolean isMask(int v) {
    return values.body.get(v).type() == DType.BOOL;
  }

  private void lastUses() {
    for (int i = 0; i < order.length; i++) {
      if (order[i] >= 0) {
        last[order[i]] = i;
        for (int operand : values.body.get(order[i]).operands()) {
          last[operand] = i;
        }
        int also = alsoUses.applyAsInt(order[i]);
        if (also >= 0) {
          last[also] = i;
        }
      } else if (values.body.get(~order[i]) instanceof Instr.Apply select) {
        last[select.a()] = i;
      }
    }
    for (int root : values.roots) {
      last[root] = order.length;
    }
  }

  /** Puts that value into memory that is used last: a new one, or one that is in a register. */
  private void spill(int v, boolean mask, boolean hasMasks) {
    int worst = -1;
    for (int k = 0; k < live; k++) {
      if ((hasMasks && isMask(active[k])) == mask
          && (worst < 0 || last[active[k]] > last[active[worst]])) {
        worst = k;
      }
    }
    if (worst >= 0 && last[active[worst]] > last[v]) {
      where[v] = where[active[worst]];
      where[active[worst]] = ~slots++;
      active[worst] = v;
    } else {
      where[v] = ~slots++;
    }
  }
}
