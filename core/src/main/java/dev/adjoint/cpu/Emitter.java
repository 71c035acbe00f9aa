package dev.adjoint.cpu;

import dev.adjoint.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;

/** Typed loads, stores, constants and loops on top of a {@link CodeBuilder}, and the allocation of local variables. */
final class Emitter {
  static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final String LAYOUT = "java.lang.foreign.ValueLayout";
  private static final ClassDesc LAYOUTS = ClassDesc.of(LAYOUT);
  private static final ClassDesc SCALARS = Scalars.class.describeConstable().orElseThrow();

  /** The builder, for what needs no help. */
  final CodeBuilder code;

  private int next;

  /** An emitter whose first free local variable is {@code firstFree}. */
  Emitter(CodeBuilder code, int firstFree) {
    this.code = code;
    this.next = firstFree;
  }

  /** The type of a register value. */
  static TypeKind kind(DType type) {
    return switch (type) {
      case F32 -> TypeKind.FLOAT;
      case F64 -> TypeKind.DOUBLE;
      case I64 -> TypeKind.LONG;
      case BOOL, U8, I32 -> TypeKind.INT;
    };
  }

  /** The descriptor of a register value. */
  static ClassDesc descriptor(DType type) {
    return kind(type).upperBound();
  }

  /** The number of variables in use; passing it to {@link #release} frees all that are allocated later. */
  int mark() {
    return next;
  }

  void release(int mark) {
    next = mark;
  }

  int allocate(TypeKind kind) {
    int slot = next;
    next += kind.slotSize();
    return slot;
  }

  /** Stores the top of the stack in a new variable. */
  int storeNew(TypeKind kind) {
    int slot = allocate(kind);
    code.storeLocal(kind, slot);
    return slot;
  }

  /** Pushes a constant given by its raw bits. */
  void constant(DType type, long bits) {
    switch (type) {
      case F32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
      case F64 -> code.loadConstant(Double.longBitsToDouble(bits));
      case I64 -> code.loadConstant(bits);
      case BOOL, U8, I32 -> code.loadConstant((int) bits);
    }
  }

  /** Calls a function of {@link Scalars}. */
  void scalar(String name, ClassDesc result, ClassDesc... arguments) {
    code.invokestatic(SCALARS, name, MethodTypeDesc.of(result, arguments));
  }

  /** Calls a static function. */
  void call(ClassDesc owner, String name, ClassDesc result, ClassDesc... arguments) {
    code.invokestatic(owner, name, MethodTypeDesc.of(result, arguments));
  }

  /** Calls a method of a class. */
  void invoke(ClassDesc owner, String name, ClassDesc result, ClassDesc... arguments) {
    code.invokevirtual(owner, name, MethodTypeDesc.of(result, arguments));
  }

  /** Pushes the layout of an element in memory. */
  void layout(DType memory) {
    String name =
        switch (memory) {
          case F32 -> "JAVA_FLOAT_UNALIGNED";
          case F64 -> "JAVA_DOUBLE_UNALIGNED";
          case I32 -> "JAVA_INT_UNALIGNED";
          case I64 -> "JAVA_LONG_UNALIGNED";
          case BOOL, U8 -> "JAVA_BYTE";
        };
    code.getstatic(LAYOUTS, name, layoutClass(memory));
  }

  private static ClassDesc layoutClass(DType memory) {
    return ClassDesc.of(
        LAYOUT
            + switch (memory) {
              case F32 -> "$OfFloat";
              case F64 -> "$OfDouble";
              case I32 -> "$OfInt";
              case I64 -> "$OfLong";
              case BOOL, U8 -> "$OfByte";
            });
  }

  private static ClassDesc element(DType memory) {
    return memory.bytes() == 1 ? ConstantDescs.CD_byte : descriptor(memory);
  }

  /** Replaces segment, layout and offset on the stack by the register value of the element there. */
  void get(DType memory) {
    code.invokeinterface(
        SEGMENT,
        "get",
        MethodTypeDesc.of(element(memory), layoutClass(memory), ConstantDescs.CD_long));
    switch (memory) {
      case BOOL -> scalar("bool", ConstantDescs.CD_int, ConstantDescs.CD_byte);
      case U8 -> code.loadConstant(255).iand();
      case I32, I64, F32, F64 -> {}
    }
  }

  /** Stores the register value on the stack, above segment, layout and offset. */
  void set(DType memory) {
    if (memory.bytes() == 1) {
      code.i2b();
    }
    code.invokeinterface(
        SEGMENT,
        "set",
        MethodTypeDesc.of(
            ConstantDescs.CD_void, layoutClass(memory), ConstantDescs.CD_long, element(memory)));
  }

  /** Emits {@code while (variable < limit) { body; variable += step; }}. */
  void loop(int variable, int limit, int step, Runnable body) {
    Label head = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head).iload(variable).iload(limit).if_icmpge(end);
    body.run();
    code.iinc(variable, step).goto_(head).labelBinding(end);
  }

  /** Emits the body under the condition that an int variable is positive. */
  void ifPositive(int variable, Runnable body) {
    Label end = code.newLabel();
    code.iload(variable).ifle(end);
    body.run();
    code.labelBinding(end);
  }

  /** A new int variable with a value. */
  int newInt(int value) {
    code.loadConstant(value);
    return storeNew(TypeKind.INT);
  }

  /** The array type of registers of a type, or of bytes. */
  static ClassDesc array(DType memory) {
    return element(memory).arrayType();
  }

  /** A new variable with an array for elements of a memory type. */
  int newArray(DType memory, int length) {
    code.loadConstant(length).newarray(memory.bytes() == 1 ? TypeKind.BYTE : kind(memory));
    return storeNew(TypeKind.REFERENCE);
  }
}
