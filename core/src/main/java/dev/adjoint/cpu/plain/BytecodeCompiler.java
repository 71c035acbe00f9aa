package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prints loop kernels as hidden classes. Each kernel has plain loops; where the hardware has vectors for it, it has
 * vector loops too, with the same bits.
 */
final class BytecodeCompiler {
  /** HotSpot does not compile methods beyond 8000 bytes. */
  private static final int MAX_BYTES = 7999;

  private static final ClassDesc LOOP_CODE = LoopCode.class.describeConstable().orElseThrow();
  private static final ClassDesc SPLIT = SplitLoops.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void,
          LoopArguments.class.describeConstable().orElseThrow(),
          CD_int,
          CD_int,
          CD_int,
          CD_int);

  private BytecodeCompiler() {}

  /** Compiles the plain loops of a kernel. */
  static LoopCode scalar(LoopShape shape) {
    return define(
        shape,
        "scalar",
        CD_Object,
        builder -> {
          builder.withInterfaceSymbols(LOOP_CODE);
          constructor(builder, code -> code.invokespecial(CD_Object, INIT_NAME, MTD_void));
          method(builder, "run", code -> new ScalarWriter(shape, code).write());
        });
  }

  /** Compiles the vector loops of a kernel; empty if it has none on this hardware. */
  static Optional<LoopCode> vector(LoopShape shape) {
    return VectorTypes.of(shape).map(types -> vector(shape, types));
  }

  /** Compiles the vector loops of a kernel for vectors of a number of lanes. */
  static LoopCode vector(LoopShape shape, VectorTypes types) {
    return shape.kernel().laneReduces() ? rows(shape, types) : parts(shape, types);
  }

  private static LoopCode rows(LoopShape shape, VectorTypes types) {
    return define(
        shape,
        "vector",
        CD_Object,
        builder -> {
          builder.withInterfaceSymbols(LOOP_CODE);
          constructor(builder, code -> code.invokespecial(CD_Object, INIT_NAME, MTD_void));
          types.declareShuffles(builder, shape);
          LaneRowWriter.declareParts(builder, shape, types);
          method(builder, "run", code -> new LaneRowWriter(shape, types, code).write());
        });
  }

  private static LoopCode parts(LoopShape shape, VectorTypes types) {
    return define(
        shape,
        "vector",
        SPLIT,
        builder -> {
          constructor(
              builder,
              code ->
                  code.loadConstant(types.lanes())
                      .invokespecial(SPLIT, INIT_NAME, MethodTypeDesc.of(CD_void, CD_int)));
          LaneBlocks.declareFolds(builder, shape, types);
          method(builder, "vectors", code -> new VectorWriter(shape, types, code).write());
          method(builder, "rest", code -> new ScalarWriter(shape, code).write());
        });
  }

  private static void constructor(ClassBuilder builder, Consumer<CodeBuilder> superCall) {
    builder.withMethodBody(
        INIT_NAME,
        MTD_void,
        0,
        code -> {
          code.aload(0);
          superCall.accept(code);
          code.return_();
        });
  }

  private static void method(ClassBuilder builder, String name, Consumer<CodeBuilder> body) {
    builder.withMethodBody(name, RUN, ClassFile.ACC_PUBLIC, body);
  }

  private static LoopCode define(
      LoopShape shape, String form, ClassDesc parent, Consumer<ClassBuilder> members) {
    byte[] bytes =
        ClassFile.of()
            .build(
                GeneratedClass.loops(),
                builder -> {
                  builder
                      .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                      .withSuperclass(parent);
                  members.accept(builder);
                });
    checkSize(shape, form, bytes);
    return (LoopCode) GeneratedClass.instance(bytes, shape);
  }

  private static void checkSize(LoopShape shape, String form, byte[] bytes) {
    for (MethodModel method : ClassFile.of().parse(bytes).methods()) {
      int length = method.code().map(c -> ((CodeAttribute) c).codeLength()).orElse(0);
      if (length > MAX_BYTES) {
        throw new IllegalStateException(
            "kernel "
                + shape.kernel().name()
                + ": "
                + length
                + " bytes of "
                + form
                + " code, more than "
                + MAX_BYTES);
      }
    }
  }
}
