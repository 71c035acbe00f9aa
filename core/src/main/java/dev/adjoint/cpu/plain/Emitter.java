package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_Double;
import static java.lang.constant.ConstantDescs.CD_Float;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.NativeMemory;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** Typed loads, stores, constants and loops on top of a {@link CodeBuilder}, and the allocation of local variables. */
final class Emitter {
  private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final String LAYOUT = "java.lang.foreign.ValueLayout";
  private static final ClassDesc LAYOUTS = ClassDesc.of(LAYOUT);
  private static final ClassDesc NATIVE_MEMORY =
      NativeMemory.class.describeConstable().orElseThrow();
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
    return switch (type.carrier()) {
      case INT -> TypeKind.INT;
      case LONG -> TypeKind.LONG;
      case FLOAT -> TypeKind.FLOAT;
      case DOUBLE -> TypeKind.DOUBLE;
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

  /** Stores the top of the stack in a new variable. */
  int storeNew(TypeKind kind) {
    int slot = next;
    next += kind.slotSize();
    code.storeLocal(kind, slot);
    return slot;
  }

  /** Pushes a constant given by its raw bits. */
  void constant(DType type, long bits) {
    switch (type.carrier()) {
      case INT -> code.loadConstant((int) bits);
      case LONG -> code.loadConstant(bits);
      case FLOAT -> code.loadConstant(Float.intBitsToFloat((int) bits));
      case DOUBLE -> code.loadConstant(Double.longBitsToDouble(bits));
    }
  }

  /** Replaces raw bits, a long on the stack, by the register value. */
  void fromBits(DType type) {
    switch (type.carrier()) {
      case INT -> code.l2i();
      case LONG -> {}
      case FLOAT -> {
        code.l2i();
        call(CD_Float, "intBitsToFloat", CD_float, CD_int);
      }
      case DOUBLE -> call(CD_Double, "longBitsToDouble", CD_double, CD_long);
    }
  }

  /** Replaces the register value on the stack by its raw bits, a long. */
  void toBits(DType type) {
    switch (type.carrier()) {
      case INT -> code.i2l();
      case LONG -> {}
      case FLOAT -> {
        call(CD_Float, "floatToRawIntBits", CD_int, CD_float);
        code.i2l();
      }
      case DOUBLE -> call(CD_Double, "doubleToRawLongBits", CD_long, CD_double);
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

  /**
   * Pushes all of memory, the layout of an element and its address, which some code pushes. The JVM's compiler sees that the
   * address is in bounds, so that loops have no checks, and no code to leave them by.
   */
  void element(DType memory, Runnable address) {
    code.getstatic(NATIVE_MEMORY, "ALL", SEGMENT);
    layout(memory);
    address.run();
    code.loadConstant(NativeMemory.ADDRESS_MASK).land();
  }

  /** Pushes the layout of an element in memory. */
  private void layout(DType memory) {
    String name = element(memory).name();
    String alignment = memory.bytes() == 1 ? "" : "_UNALIGNED";
    code.getstatic(LAYOUTS, "JAVA_" + name + alignment, layoutClass(memory));
  }

  private static ClassDesc layoutClass(DType memory) {
    String name = element(memory).name();
    return ClassDesc.of(
        LAYOUT + "$Of" + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT));
  }

  /** The Java type of an element in memory. */
  static TypeKind element(DType memory) {
    return switch (memory.bytes()) {
      case 1 -> TypeKind.BYTE;
      case 2 -> TypeKind.SHORT;
      default -> kind(memory);
    };
  }

  /** Replaces segment, layout and offset on the stack by the register value of the element there. */
  void get(DType memory) {
    code.invokeinterface(
        SEGMENT,
        "get",
        MethodTypeDesc.of(element(memory).upperBound(), layoutClass(memory), CD_long));
    if (memory == DType.BOOL) {
      scalar("bool", CD_int, CD_byte);
    } else if (memory.isNarrow()) {
      code.loadConstant((1 << (Byte.SIZE * memory.bytes())) - 1).iand();
    }
  }

  /** Stores the register value on the stack, above segment, layout and offset. */
  void set(DType memory) {
    switch (element(memory)) {
      case BYTE -> code.i2b();
      case SHORT -> code.i2s();
      default -> {}
    }
    code.invokeinterface(
        SEGMENT,
        "set",
        MethodTypeDesc.of(CD_void, layoutClass(memory), CD_long, element(memory).upperBound()));
  }

  /** Emits {@code while (variable < limit) { body; variable += step; }}. */
  void loop(int variable, int limit, int step, Runnable body) {
    Label head = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head).iload(variable).iload(limit).if_icmpge(end);
    body.run();
    code.iinc(variable, step).goto_(head).labelBinding(end);
  }

  /** A new int variable with a value. */
  int newInt(int value) {
    code.loadConstant(value);
    return storeNew(TypeKind.INT);
  }
}
