package dev.adjoint.cpu;

import dev.adjoint.DType;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Arrays for one thread at work on a matrix product, which are used again by the next one. */
final class Scratch {
  private static final ConcurrentLinkedDeque<Scratch> POOL_F32 = new ConcurrentLinkedDeque<>();
  private static final ConcurrentLinkedDeque<Scratch> POOL_F64 = new ConcurrentLinkedDeque<>();

  private final Panels panels;
  private final ConcurrentLinkedDeque<Scratch> pool;
  private Object a;
  private Object b;
  private Object c;
  private Object turned;

  private Scratch(Panels panels, ConcurrentLinkedDeque<Scratch> pool) {
    this.panels = panels;
    this.pool = pool;
    a = panels.array(0);
    b = a;
    c = a;
    turned = a;
  }

  /** Takes arrays of a type, until they are given back. */
  static Scratch take(DType dtype, Panels panels) {
    ConcurrentLinkedDeque<Scratch> pool = dtype == DType.F64 ? POOL_F64 : POOL_F32;
    Scratch free = pool.poll();
    return free == null ? new Scratch(panels, pool) : free;
  }

  /** Gives the arrays back. They are lost, and no harm done, if an exception gets in the way. */
  void giveBack() {
    pool.push(this);
  }

  private Object grown(Object array, int n) {
    return panels.length(array) >= n ? array : panels.array(n);
  }

  /** Room for packed rows of the first operand. */
  Object a(int n) {
    return a = grown(a, n);
  }

  /** Room for packed strips of the second operand. */
  Object b(int n) {
    return b = grown(b, n);
  }

  /** Room for a block of the result. */
  Object c(int n) {
    return c = grown(c, n);
  }

  /** Room for a block of the result turned around its diagonal. */
  Object turned(int n) {
    return turned = grown(turned, n);
  }
}
