package dev.adjoint.nn.io;

import dev.adjoint.DType;
import org.jspecify.annotations.Nullable;

/** An element type of safetensors files, under the name that the format gives it. */
enum SafeTensorsType {
  BOOL(1, DType.BOOL),
  U8(1, DType.U8),
  I32(4, DType.I32),
  I64(8, DType.I64),
  F32(4, DType.F32),
  F64(8, DType.F64),
  /** IEEE 754 binary16; read as F32, never written. */
  F16(2, DType.F32),
  /** The upper half of an F32; read as F32, never written. */
  BF16(2, DType.F32);

  private final int bytes;
  private final DType dtype;

  SafeTensorsType(int bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /** The size of one element in a file. */
  int bytes() {
    return bytes;
  }

  /** The type of the tensor that is read. */
  DType dtype() {
    return dtype;
  }

  /** The type of a name, or null. */
  static @Nullable SafeTensorsType find(String name) {
    for (SafeTensorsType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** The type that a tensor is written as. */
  static SafeTensorsType of(DType dtype) {
    return switch (dtype) {
      case BOOL -> BOOL;
      case U8 -> U8;
      case I32 -> I32;
      case I64 -> I64;
      case F32 -> F32;
      case F64 -> F64;
    };
  }
}
