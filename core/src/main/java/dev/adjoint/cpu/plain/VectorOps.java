package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.plain.VectorTypes.MASK;
import static dev.adjoint.cpu.plain.VectorTypes.OPERATORS;
import static dev.adjoint.cpu.plain.VectorTypes.SHUFFLE;
import static dev.adjoint.cpu.plain.VectorTypes.SPECIES;
import static dev.adjoint.cpu.plain.VectorTypes.VECTOR;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.ScalarOp;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Writes operations of the Vector API on operands that are on the stack. */
final class VectorOps {
  private static final long LOW_HALF = 0xFFFFFFFFL;

  private final Emitter emitter;
  private final CodeBuilder code;
  private final VectorTypes types;

  VectorOps(Emitter emitter, VectorTypes types) {
    this.emitter = emitter;
    this.code = emitter.code;
    this.types = types;
  }

  private static ClassDesc element(DType type) {
    return Emitter.element(type).upperBound();
  }

  /** Species and scalar to vector. */
  void broadcast(DType type) {
    ClassDesc vector = VectorTypes.vector(type);
    emitter.call(vector, "broadcast", vector, SPECIES, element(type));
  }

  /** Species and int truth value to mask. */
  void broadcastMask() {
    code.invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, CD_boolean));
  }

  /** Pushes a vector of zeros. */
  void zero(DType type) {
    types.species(code, type);
    ClassDesc vector = VectorTypes.vector(type);
    emitter.call(vector, "zero", vector, SPECIES);
  }

  /** Pushes the scalar 1. */
  void one(DType type) {
    emitter.constant(type, type.bits(1));
  }

  /** Vector, scalar and mask to vector. */
  void blendScalar(DType type) {
    ClassDesc vector = VectorTypes.vector(type);
    emitter.invoke(vector, "blend", vector, element(type), MASK);
  }

  /** Vector to mask: whether lanes differ from zero. */
  void isNotZero(DType type) {
    comparison(ScalarOp.NE);
    emitter.constant(type, 0);
    emitter.invoke(
        VectorTypes.vector(type),
        "compare",
        MASK,
        VectorTypes.operator("Comparison"),
        element(type));
  }

  void castMask(DType type) {
    types.species(code, type);
    emitter.invoke(MASK, "cast", MASK, SPECIES);
  }

  void binary(String name, DType type) {
    ClassDesc vector = VectorTypes.vector(type);
    emitter.invoke(vector, name, vector, VECTOR);
  }

  private void unary(String name, DType type) {
    ClassDesc vector = VectorTypes.vector(type);
    emitter.invoke(vector, name, vector);
  }

  /** Two masks to one. */
  void mask(String name) {
    emitter.invoke(MASK, name, MASK, MASK);
  }

  /** Two masks to one; those of LT and GE come in the opposite order. */
  void maskOperation(ScalarOp op) {
    switch (op) {
      case AND, MIN, MUL -> mask("and");
      case OR, MAX -> mask("or");
      case XOR, NE -> mask("xor");
      case EQ -> mask("eq");
      case GT, LT -> mask("andNot");
      case LE, GE -> {
        // a <= b is not (a and not b)
        mask("andNot");
        emitter.invoke(MASK, "not", MASK);
      }
      case NEG,
          ABS,
          SQRT,
          NOT,
          ADD,
          SUB,
          MULHI,
          DIV,
          REM,
          SHL,
          SHR,
          USHR,
          FMA,
          SELECT,
          SELECT_LIKELY,
          CAST,
          BITCAST ->
          throw new IllegalStateException("kernel: " + op + " of two masks");
    }
  }

  /** Pushes a comparison. */
  void comparison(ScalarOp op) {
    code.getstatic(OPERATORS, op.name(), VectorTypes.operator("Comparison"));
  }

  /** Pushes a shift. */
  void shiftOperator(ScalarOp op) {
    String name =
        switch (op) {
          case SHL -> "LSHL";
          case SHR -> "ASHR";
          case USHR -> "LSHR";
          case NEG,
              ABS,
              SQRT,
              NOT,
              ADD,
              SUB,
              MUL,
              MULHI,
              DIV,
              REM,
              MIN,
              MAX,
              AND,
              OR,
              XOR,
              EQ,
              NE,
              LT,
              LE,
              GT,
              GE,
              FMA,
              SELECT,
              SELECT_LIKELY,
              CAST,
              BITCAST ->
              throw new IllegalStateException("kernel: " + op + " is no shift");
        };
    code.getstatic(OPERATORS, name, VectorTypes.operator("Binary"));
  }

  void xorOperator() {
    code.getstatic(OPERATORS, "XOR", VectorTypes.operator("Associative"));
  }

  /** Vector, operator and vector to vector. */
  void shift(DType type) {
    ClassDesc vector = VectorTypes.vector(type);
    emitter.invoke(vector, "lanewise", vector, VectorTypes.operator("Binary"), VECTOR);
  }

  /** Vector and operator to vector, by a constant. */
  void shiftBy(DType type, int count) {
    emitter.constant(type, count);
    ClassDesc vector = VectorTypes.vector(type);
    emitter.invoke(vector, "lanewise", vector, VectorTypes.operator("Binary"), element(type));
  }

  /** Operands of a type to the result. */
  void operation(ScalarOp op, DType type, DType result) {
    switch (op) {
      case NEG -> unary("neg", type);
      case ABS -> unary("abs", type);
      case SQRT -> unary("sqrt", type);
      case NOT -> unary("not", type);
      case ADD -> binary("add", type);
      case SUB -> binary("sub", type);
      case MUL -> binary("mul", type);
      case MULHI -> highProduct();
      case DIV -> binary("div", type);
      case MIN -> binary("min", type);
      case MAX -> binary("max", type);
      case AND -> binary("and", type);
      case OR -> binary("or", type);
      case FMA -> {
        ClassDesc vector = VectorTypes.vector(type);
        emitter.invoke(vector, "fma", vector, VECTOR, VECTOR);
      }
      case CAST -> cast(type, result);
      case BITCAST -> bitcast(type, result);
      case REM, XOR, SHL, SHR, USHR, EQ, NE, LT, LE, GT, GE, SELECT, SELECT_LIKELY ->
          throw new IllegalStateException("kernel: " + op + " has its own way");
    }
  }

  /**
   * Two vectors of I32 to the high halves of their unsigned products: those of the even and of the odd lanes come from products
   * of 64 bits, whose factors the compiler sees to have 32.
   */
  private void highProduct() {
    int b = emitter.storeNew(TypeKind.REFERENCE);
    int a = emitter.storeNew(TypeKind.REFERENCE);
    evenLanes(a);
    evenLanes(b);
    binary("mul", DType.I64);
    shiftOperator(ScalarOp.USHR);
    shiftBy(DType.I64, 32);
    oddLanes(a);
    oddLanes(b);
    binary("mul", DType.I64);
    andLong(~LOW_HALF);
    binary("or", DType.I64);
    reinterpret(DType.I64, DType.I32);
  }

  /** Pushes the even lanes of a vector of I32 as a vector of I64. */
  private void evenLanes(int variable) {
    code.aload(variable);
    reinterpret(DType.I32, DType.I64);
    andLong(LOW_HALF);
  }

  private void oddLanes(int variable) {
    code.aload(variable);
    reinterpret(DType.I32, DType.I64);
    shiftOperator(ScalarOp.USHR);
    shiftBy(DType.I64, 32);
  }

  private void andLong(long mask) {
    code.loadConstant(mask);
    ClassDesc vector = VectorTypes.vector(DType.I64);
    emitter.invoke(vector, "and", vector, CD_long);
  }

  /**
   * Folds the vector on the stack into a variable that a loop carries on. The variable is the second operand, because the JVM's
   * compiler does not know its class, and would make a call of a method that it is the receiver of.
   */
  void accumulate(int variable, ReduceOp op, DType type) {
    code.aload(variable);
    fold(op, type);
    code.astore(variable);
  }

  /** Two vectors to their fold. */
  void fold(ReduceOp op, DType type) {
    switch (op) {
      case SUM -> binary("add", type);
      case PROD -> binary("mul", type);
      case MAX -> binary("max", type);
      case MIN -> binary("min", type);
    }
  }

  private void cast(DType from, DType to) {
    if (to == DType.BOOL) {
      isNotZero(from);
    } else if (from != to) {
      convert(letter(from) + "2" + letter(to), to);
    }
  }

  /** The low bits of integers to elements of a narrower type. */
  void narrow(DType memory) {
    convert("I2" + letter(memory), memory);
  }

  /** Elements of a narrow type to integers, with zeros above. */
  void widen(DType memory) {
    convert("ZERO_EXTEND_" + letter(memory) + "2I", DType.I32);
  }

  private static String letter(DType type) {
    return Emitter.element(type).name().substring(0, 1);
  }

  /** Vector to vector by a conversion of {@code VectorOperators}. */
  void convert(String conversion, DType to) {
    code.getstatic(OPERATORS, conversion, VectorTypes.operator("Conversion"));
    types.species(code, to);
    code.loadConstant(0);
    emitter.invoke(
        VECTOR, "convertShape", VECTOR, VectorTypes.operator("Conversion"), SPECIES, CD_int);
    code.checkcast(VectorTypes.vector(to));
  }

  private void bitcast(DType from, DType to) {
    if (from.bytes() != to.bytes()) {
      throw new IllegalStateException("kernel: BITCAST from " + from + " to " + to);
    }
    reinterpret(from, to);
  }

  private void reinterpret(DType from, DType to) {
    String name =
        switch (to.carrier()) {
          case INT -> "reinterpretAsInts";
          case LONG -> "reinterpretAsLongs";
          case FLOAT -> "reinterpretAsFloats";
          case DOUBLE -> "reinterpretAsDoubles";
        };
    emitter.invoke(VectorTypes.vector(from), name, VectorTypes.vector(to));
  }

  /** Vector to the scalar that its lanes fold to, in halves. */
  void foldLanes(ReduceOp op, DType type) {
    ClassDesc vector = VectorTypes.vector(type);
    for (int half = types.lanes() / 2; half > 0; half /= 2) {
      code.dup();
      types.halve(code, type, half);
      emitter.invoke(vector, "rearrange", vector, SHUFFLE);
      fold(op, type);
    }
    code.loadConstant(0);
    emitter.invoke(vector, "lane", element(type), CD_int);
  }
}
