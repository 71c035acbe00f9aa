package dev.adjoint.cuda;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.NativePointerObject;

/**
 * The numbers that objects of JCuda stand for. JCuda keeps the number of each object in a private field and makes no object of a
 * number; the device knows objects of the driver by their numbers, as memory of the device is addresses, and as cuBLASLt takes
 * the stream.
 */
final class JcudaNumbers {
  private static final VarHandle NUMBER = field();

  private JcudaNumbers() {}

  private static VarHandle field() {
    try {
      // JCuda is an automatic module, or in none: all of it is open.
      return MethodHandles.privateLookupIn(NativePointerObject.class, MethodHandles.lookup())
          .findVarHandle(NativePointerObject.class, "nativePointer", long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("JCuda is not of a version that is known: " + e.getMessage(), e);
    }
  }

  static long of(NativePointerObject object) {
    return (long) NUMBER.get(object);
  }

  /** Makes a new object stand for a number, and returns it. */
  static <T extends NativePointerObject> T set(T object, long number) {
    NUMBER.set((NativePointerObject) object, number);
    return object;
  }
}
