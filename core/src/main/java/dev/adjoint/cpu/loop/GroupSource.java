package dev.adjoint.cpu.loop;

import dev.adjoint.DType;

/** What {@link GroupPacking} packs. */
public enum GroupSource {
  /** Numbers of f32, which are rounded to bf16. */
  F32(Float.BYTES),
  /** Numbers of bf16. */
  BF16(Short.BYTES),
  /** Bytes. */
  BYTES(Byte.BYTES),
  /** Bytes, whose highest bits are turned. In groups at the end it may be that of each byte that is missing. */
  TURNED_BYTES(Byte.BYTES);

  final int bytes;

  /** The numbers of a group. */
  final int group;

  GroupSource(int bytes) {
    this.bytes = bytes;
    group = bytes == Byte.BYTES ? 4 : 2;
  }

  /** What packs numbers of a type for dot products of such. */
  public static GroupSource of(DType dtype, boolean turned) {
    return dtype.bytes() == Byte.BYTES
        ? turned ? TURNED_BYTES : BYTES
        : dtype == DType.BF16 ? BF16 : F32;
  }
}
