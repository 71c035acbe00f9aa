package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/** Hidden classes of this package. Their names begin with Generated. */
final class GeneratedClass {
  private GeneratedClass() {}

  /** The name of a class. */
  static ClassDesc named(String what) {
    return ClassDesc.of(GeneratedClass.class.getPackageName(), "Generated" + what);
  }

  /** An instance of a class that implements an interface of one method, {@code run}. */
  static <T> T implementing(
      Class<T> type, String what, MethodTypeDesc run, Consumer<CodeBuilder> body) {
    ClassDesc implemented = type.describeConstable().orElseThrow();
    byte[] bytes =
        ClassFile.of()
            .build(
                named(what),
                builder -> {
                  builder
                      .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                      .withInterfaceSymbols(implemented);
                  builder.withMethodBody(
                      INIT_NAME,
                      MTD_void,
                      0,
                      code ->
                          code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
                  builder.withMethodBody("run", run, ClassFile.ACC_PUBLIC, body);
                });
    return type.cast(instance(bytes, what));
  }

  /** An instance of a class, which has a constructor without parameters. */
  static Object instance(byte[] bytes, Object what) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return lookup
          .findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
          .invoke();
    } catch (Throwable e) {
      throw new IllegalStateException(
          "kernel: the generated class for " + what + " does not load", e);
    }
  }
}
