package dev.adjoint.cpu.plain;

/** A scalar operation on blocks of register values: {@code int[]} for bool and i32, else arrays of the type. */
interface BlockOp {
  /**
   * Applies the operation element by element. Operands beyond its arity are ignored; the result may be an operand.
   *
   * @param to the result, from index {@code at} on
   * @param n the number of elements
   */
  void run(Object to, int at, Object a, int aAt, Object b, int bAt, Object c, int cAt, int n);
}
