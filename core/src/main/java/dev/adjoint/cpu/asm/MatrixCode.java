package dev.adjoint.cpu.asm;

import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/**
 * Machine code that moves and multiplies matrices of elements of 4 or 8 bytes, in terms that all processors have.
 *
 * <p>General registers have numbers from 0 on, also in a {@link Mem}. The first six hold the arguments when a function begins.
 * A jump asks for the flags of the {@link Op} that ran last.
 */
public abstract class MatrixCode {
  /** What general registers do. All set the flags; those that do no more leave the first operand as it is. */
  public enum Op {
    ADD(GeneralOp.ADD, A64Op.ADDS, true),
    SUBTRACT(GeneralOp.SUB, A64Op.SUBS, true),
    COMPARE(GeneralOp.CMP, A64Op.SUBS, false),
    /** Compares the bits that both operands have with 0. */
    TEST(GeneralOp.TEST, A64Op.ANDS, false);

    final GeneralOp x86;
    final A64Op a64;
    final boolean writes;

    Op(GeneralOp x86, A64Op a64, boolean writes) {
      this.x86 = x86;
      this.a64 = a64;
      this.writes = writes;
    }
  }

  /** What a jump asks of the flags. Numbers have no sign. */
  public enum When {
    EQUAL(Condition.EQUAL, A64Condition.EQ),
    NOT_EQUAL(Condition.NOT_EQUAL, A64Condition.NE),
    BELOW(Condition.BELOW, A64Condition.LO),
    AT_LEAST(Condition.ABOVE_OR_EQUAL, A64Condition.HS);

    final Condition x86;
    final A64Condition a64;

    When(Condition x86, A64Condition a64) {
      this.x86 = x86;
      this.a64 = a64;
    }
  }

  /** What makes one float of two. Extremes are NaN if one of two is, and a zero with the sign of more is larger. */
  public enum Fold {
    ADD(VectorOp.VADDPS, VectorOp.VADDPD, NeonOp.FADD),
    MULTIPLY(VectorOp.VMULPS, VectorOp.VMULPD, NeonOp.FMUL),
    LARGEST(VectorOp.VMAXPS, VectorOp.VMAXPD, NeonOp.FMAX),
    SMALLEST(VectorOp.VMINPS, VectorOp.VMINPD, NeonOp.FMIN);

    final VectorOp f32;
    final VectorOp f64;
    final NeonOp a64;

    Fold(VectorOp f32, VectorOp f64, NeonOp a64) {
      this.f32 = f32;
      this.f64 = f64;
      this.a64 = a64;
    }
  }

  /** The number of general registers. */
  public static final int REGISTERS = 15;

  /** The bytes of a part of a vector. */
  public static final int PART = 16;

  /** The bytes of a vector: a few parts. */
  public final int vector;

  /** The bytes of an element. */
  public final int bytes;

  /** The vector registers that factors take turns in. */
  public final int factors;

  /** The lines at equal distances to which one base register leads. */
  public final int linesPerBase;

  /** What a multiply-add adds. */
  public final Dot dot;

  MatrixCode(int vector, int bytes, int factors, int linesPerBase, Dot dot) {
    this.vector = vector;
    this.bytes = bytes;
    this.factors = factors;
    this.linesPerBase = linesPerBase;
    this.dot = dot;
  }

  /** Code with the longest vectors that there are. */
  public static MatrixCode of(Isa isa, int bytes) {
    return switch (isa) {
      case NEON -> new A64MatrixCode(bytes);
      case AVX2, AVX512 -> new X86MatrixCode(isa == Isa.AVX512, bytes, Dot.SINGLE);
      case NONE -> throw new IllegalArgumentException("cpu: there is no code for " + isa);
    };
  }

  /** Code with the longest vectors for elements that are groups of numbers. Only for processors that have such dot products. */
  public static MatrixCode of(Dot dot) {
    return new X86MatrixCode(true, Integer.BYTES, dot);
  }

  /** Code with vectors of 32 bytes at most, which keep up with the caches. */
  public static MatrixCode ofShortVectors(Isa isa, int bytes) {
    return of(isa == Isa.AVX512 ? Isa.AVX2 : isa, bytes);
  }

  // Functions and control.

  /**
   * Begins a function.
   *
   * @param arguments how many it has
   * @param registers how many general registers it writes, from 0 on
   * @param vectors how many vector registers it writes, from 0 on
   */
  public abstract void enter(int arguments, int registers, int vectors);

  /** Ends the function. */
  public abstract void leave();

  /** Calls what stands at a label and ends in {@link #ret}. */
  public abstract void call(Label target);

  public abstract void ret();

  public abstract Label label();

  public abstract void bind(Label label);

  /** Binds a label at a place that is good for the head of a loop. */
  public abstract void head(Label label);

  public abstract void jump(Label target);

  public abstract void jump(When when, Label target);

  /** The code with all that it reads. */
  public abstract byte[] toBytes();

  // General registers.

  public abstract void set(int to, int value);

  public abstract void move(int to, int from);

  public abstract void get(int to, Mem from);

  public abstract void op(Op op, int to, int from);

  /** As {@link #op(Op, int, int)}, with 64 bits in memory. */
  public abstract void op(Op op, Mem to, int from);

  /** With a number from 0 to 4095; if bits are tested, they are neighbours. */
  public abstract void imm(Op op, int to, int value);

  /** As {@link #imm(Op, int, int)}, with 64 bits in memory. */
  public abstract void imm(Op op, Mem to, int value);

  public abstract void multiply(int to, int from, int value);

  /** Asks for a line of memory that will soon be read, where this code knows how to. */
  public abstract void prefetch(Mem from);

  /** Makes a register {@code base + scale * index}. */
  public abstract void sum(int to, int base, int index, int scale);

  /** Copies an element by way of a general register. */
  public abstract void copy(Mem to, Mem from, int through);

  /** Makes a register lead to the line behind those that another leads to. */
  public final void lead(int to, int from, int distance) {
    sum(to, from, distance, 2);
    if (linesPerBase > 2) {
      op(Op.ADD, to, distance);
    }
  }

  /** A place in a line that a register leads to. */
  public static Mem line(int base, int distance, int line, int at) {
    return line == 0 ? Mem.at(base, at) : Mem.at(base, distance, line, at);
  }

  // Vectors.

  /** Loads some bytes, from 4 up to those of a vector. */
  public abstract void load(int size, int to, Mem from);

  public abstract void store(int size, Mem to, int from);

  /** Loads a part of a vector; the first part makes the others undefined. */
  public abstract void loadPart(int part, int to, Mem from);

  /** In each part, puts elements of some bytes of the lower halves of two vectors side by side, or of the upper halves. */
  public abstract void zip(int size, boolean upper, int to, int first, int second);

  /**
   * Prepares for vectors at the end of rows, which have fewer elements.
   *
   * @param elements how many they have, if this code can do without knowing when it runs
   * @param count where it is told otherwise
   * @param mask a vector register that is left alone from here on, behind the factors
   * @param temporary a general register that is free here, as is the other
   */
  public abstract void edge(int elements, Mem count, int mask, int temporary, int other);

  /** Loads elements of a vector: all, or those of an edge. */
  public abstract void load(int to, Mem from, boolean edge);

  public abstract void store(Mem to, int from, boolean edge);

  public abstract void zero(int vector);

  /** Makes all elements of a vector one that is in memory. */
  public abstract void broadcast(int to, Mem from);

  /** Loads an element as a factor for {@link #fma}. */
  public abstract void factor(int to, Mem from);

  /** Adds to all elements of sums what {@link #dot} makes of a factor and the elements of a vector; a float is rounded once. */
  public abstract void fma(int sums, int factor, int vector);

  /** Takes the elements of a vector from those of sums, which are i32; only where {@link #dot} adds such. */
  public void subtract(int sums, int vector) {
    throw new UnsupportedOperationException("cpu: " + dot + " does not add i32");
  }

  /** Adds to all elements of sums the products of the elements of two vectors, each rounded once. */
  public abstract void multiplyAdd(int sums, int first, int second);

  /**
   * Folds the elements in some bytes of a vector with those of another.
   *
   * @param spare a vector register that may be written, as may the next one
   */
  public abstract void fold(Fold f, int size, int to, int other, int spare);

  /** Adds to a single sum the product of a factor and an element in memory. */
  public abstract void fma(int sum, int factor, Mem from);
}
