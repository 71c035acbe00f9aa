package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.ScalarOp;

/**
 * What the writer of loops needs from a processor. All vectors of a kernel have the same number of lanes, whatever their types.
 *
 * <p>A value of type BOOL is a mask: a mask register where the processor has them, else a vector whose lanes are as wide as the
 * widest value of the kernel and have all bits set or none. So operands are numbers of registers of one of two kinds; from
 * {@link #MEMORY} on, they stand for places in memory that hold a whole vector. General registers have fixed roles.
 *
 * <p>No method changes an operand. The result may go to the register of an operand.
 */
abstract class Machine {
  /** The first number that stands for a place and not for a register. */
  static final int MEMORY = 64;

  /** A comparison of general registers, as signed numbers. */
  enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    AT_LEAST,
    /** At least as large, or below 0. */
    BEYOND
  }

  /** The lanes of all vectors of the kernel. */
  final int lanes;

  /** The bytes of its widest values. */
  final int unit;

  /** Places of whole vectors, for what must pass through memory. */
  Place[] passage = {};

  private Place[] places = new Place[32];
  private int placeCount;

  Machine(int lanes, int unit) {
    this.lanes = lanes;
    this.unit = unit;
  }

  /** The operand that a place is. */
  final int operand(Place place) {
    if (placeCount == places.length) {
      places = java.util.Arrays.copyOf(places, 2 * placeCount);
    }
    places[placeCount] = place;
    return MEMORY + placeCount++;
  }

  /** The place of an operand that is in memory. */
  final Place place(int operand) {
    return places[operand - MEMORY];
  }

  /** A place in the block. */
  final Place slot(int distance) {
    return new Place(block(), 0, distance);
  }

  // General registers and control.

  /** The register with the address of the block. */
  abstract int block();

  /** The register that counts lanes. */
  abstract int lane();

  /** The register with the end of a loop over lanes. */
  abstract int limit();

  /** One of four registers for numbers that are needed for a moment; element loops use all. */
  abstract int temporary(int number);

  /** One of two registers that point to partial results. */
  abstract int partial(int number);

  /** The number of registers for addresses of operands. */
  abstract int pointers();

  abstract int pointer(int number);

  /** Begins the function, whose one argument is the address of the block. */
  abstract void enter();

  /** Ends the function; it returns what {@link Block#FAILED} holds. */
  abstract void leave();

  /** The bytes of code so far. */
  abstract int size();

  /** The code with its constants. */
  abstract byte[] finish();

  abstract Label label();

  abstract void bind(Label label);

  abstract void jump(Label label);

  /** Binds a label at a place that is good for the head of a loop. */
  abstract void head(Label label);

  abstract void set(int register, long value);

  abstract void move(int to, int from);

  /** Loads a number of 8 bytes. */
  abstract void get(int register, Place from);

  /** Stores a number of 8 bytes. */
  abstract void put(Place to, int register);

  /** Loads the number of 4 or 8 bytes at a place, with its sign. */
  abstract void getSigned(int bytes, int register, Place from);

  /** Loads an element, with zeros above it, from the address in a register. */
  abstract void getElement(int bytes, int register, int address);

  abstract void putElement(int bytes, int address, int register);

  abstract void add(int register, int other);

  abstract void increase(int register, long value);

  /** Adds a number in memory. */
  abstract void addFrom(int register, Place from);

  /** Adds to a number in memory. */
  abstract void addTo(Place to, int register);

  /** Makes a register hold its lower half, with its sign. */
  abstract void extend(int register);

  abstract void subtract(int register, int other);

  abstract void multiply(int register, int other);

  abstract void multiplyFrom(int register, Place from);

  abstract void and(int register, int value);

  abstract void shiftLeft(int register, int bits);

  abstract void shiftRight(int register, int bits);

  abstract void branch(Relation relation, int register, int other, Label to);

  abstract void branchIf(Relation relation, int register, long value, Label to);

  // Vectors.

  /** The number of vector registers, from 0 on, that hold values. */
  abstract int vectors();

  /** The number of mask registers that hold values; 0 if vectors are masks. */
  abstract int masks();

  /** The first mask register that holds values. */
  abstract int firstMask();

  /** The vector register, or mask register, for a value that lives in memory, while it is computed. */
  abstract int passing(DType type);

  /** The bytes of a value in a register or a slot. */
  abstract int bytes(DType type);

  /** A vector of equal values among the constants. */
  abstract int constant(DType type, long bits);

  /** A vector of the numbers of the lanes, as I32, among the constants. */
  abstract int iota();

  /** Makes a register, or a mask register, hold an operand. */
  abstract void copy(DType type, int to, int operand);

  /** Stores a whole value. */
  abstract void keep(DType type, Place to, int operand);

  /**
   * Loads the elements of all lanes, which are neighbours; narrow ones have zeros above. All loads make those of f16 F32, and
   * stores take them as such.
   */
  abstract void load(DType memory, int to, Place from);

  /** Loads the element at a place to all lanes. */
  abstract void broadcast(DType memory, int to, Place from);

  /** Whether {@link #loadStrided} exists for elements of a type. */
  abstract boolean stridesMemory(DType memory);

  /**
   * Loads elements that lie a number of bytes apart.
   *
   * @param address a temporary with the address of the first; it is changed
   * @param stride a temporary with the distance; it is changed
   */
  abstract void loadStrided(DType memory, int to, int address, int stride);

  /** Whether {@link #broadcastWhere} exists for elements of a type. */
  boolean broadcastsWhere(DType memory) {
    return false;
  }

  /**
   * Loads the element at a place to the lanes where a mask holds, and in lanes of the tail if {@code tail}; the others are 0. It
   * is not read if there are none.
   */
  void broadcastWhere(DType memory, int to, Place from, int mask, boolean tail) {
    throw new UnsupportedOperationException("elements are loaded one by one");
  }

  /** Whether {@link #loadAlternate} exists for elements of a type, in all lanes or in some. */
  abstract boolean alternates(DType memory, boolean some);

  /** The same for {@link #storeAlternate}. */
  abstract boolean alternatesStores(DType memory);

  /**
   * Loads every second element, in a tail for its lanes, with 0 in the others.
   *
   * @param address the third temporary, with the address of the first
   * @param mask where to load; -1 for all lanes
   */
  abstract void loadAlternate(DType memory, int to, int address, int mask, boolean tail);

  /** Stores to every second place, in a tail for its lanes; the address is in the third temporary. */
  abstract void storeAlternate(DType memory, int operand, int address, boolean tail);

  /** Whether {@link #storeStrided} exists for elements of a type. */
  abstract boolean stridesStores(DType memory);

  /**
   * Stores elements that lie a number of bytes apart.
   *
   * @param address the third temporary, with the address of the first; it is changed
   * @param stride the second temporary, with the distance
   */
  abstract void storeStrided(DType memory, int operand, int address, int stride);

  /** Makes all lanes of a register, of elements of 4 or 8 bytes, the first lane of one. */
  abstract void broadcastFirst(DType type, int to, int from);

  /** Asks for the memory at a place, which is read soon; it need not exist. */
  abstract void prefetch(Place place);

  abstract void store(DType memory, Place to, int operand);

  /** Stores all lanes past the caches, to a multiple of {@link Streaming#ALIGNMENT}; {@link #fence} must follow. */
  void stream(DType memory, Place to, int operand) {
    store(memory, to, operand);
  }

  /** Makes what was stored past the caches visible before what is stored later. */
  void fence() {}

  /** Stores the first lane. */
  abstract void storeFirst(DType memory, Place to, int operand);

  /** Makes tail operations work on the first lanes, as many as {@link Block#TAIL} says now. */
  abstract void beginTail();

  /** Whether {@link #loadTail}, {@link #loadWhere} and {@link #storeTail} exist for elements of a type. */
  abstract boolean masksMemory(DType memory);

  /** Loads the elements of the tail's lanes; the others are 0. */
  abstract void loadTail(DType memory, int to, Place from);

  /** Loads where a mask holds, and in lanes of the tail if {@code tail}. */
  abstract void loadWhere(DType memory, int to, Place from, int mask, boolean tail);

  abstract void storeTail(DType memory, Place to, int operand);

  /** Whether {@link #gather} exists for elements of a type. */
  abstract boolean gathers(DType memory);

  /**
   * Loads elements at distances from the address in a general register.
   *
   * @param at the distances, in elements, of type {@code atType}
   * @param mask where to load; -1 for all lanes
   */
  abstract void gather(
      DType memory, int to, int address, int at, DType atType, int mask, boolean tail);

  /**
   * The same for distances that stand in memory side by side, of all lanes.
   *
   * @param address the third temporary
   * @param at where they stand; none is below 0 or does not fit an I32
   */
  abstract void gatherFrom(DType memory, int to, int address, Place at, DType atType);

  /** Makes a vector of the elements of a vector in memory, which are 0 or 1 of {@link #unit} bytes each, a mask. */
  abstract void maskOf(int to, Place numbers);

  /** Stores a mask as a vector of unit bytes per lane, 0 where it does not hold. */
  abstract void keepMask(Place to, int mask);

  /** The number in a general register in all lanes, as I32. */
  abstract void splat(int to, int register);

  /** The first lane of an integer vector, with its sign. */
  abstract void first(DType type, int register, int operand);

  /** 1 where a mask holds, else 0, as I32. */
  abstract void number(int to, int mask);

  /** An operand in the lanes of the tail, another in the others. */
  abstract void ofTail(DType type, int to, int inside, int outside);

  /**
   * Whether positions are in range where a mask, or -1, holds; where not, the block's {@link Block#FAILED} is set, in a tail for
   * its lanes only.
   */
  abstract void check(DType type, int to, int value, int size, int mask, boolean tail);

  /** Branches if a position is out of range, in a tail one of its lanes. */
  abstract void branchUnlessInRange(DType type, int value, int size, boolean tail, Label to);

  /** Branches if a mask holds in all lanes. */
  abstract void branchIfAll(int mask, Label to);

  /** Folds the lanes of a register in halves into the first; another register is used. */
  abstract void foldLanes(ScalarOp op, DType type, int register, int other);

  /** The number of registers in which {@link #takeExtreme} keeps what it has seen. */
  int extremeRegisters(DType type) {
    return 1;
  }

  /** Lets a search for the largest or smallest value of each lane see an operand; it begins with registers that all hold one. */
  void takeExtreme(ScalarOp op, DType type, int first, int operand) {
    apply(op, type, type, first, first, operand, -1);
  }

  /** Lets a search see all that another one has seen, whose registers begin with another one. */
  void joinExtreme(ScalarOp op, DType type, int first, int other) {
    apply(op, type, type, first, first, other, -1);
  }

  /** Leaves what a search has found in its first register. */
  void endExtreme(ScalarOp op, DType type, int first) {}

  /** Whether there is code for an operation on values of a type. */
  abstract boolean has(ScalarOp op, DType type);

  /** A shift by a constant number of bits, which is less than those of the type. */
  abstract void shift(ScalarOp op, DType type, int to, int a, int bits);

  abstract void apply(ScalarOp op, DType from, DType type, int to, int a, int b, int c);
}
