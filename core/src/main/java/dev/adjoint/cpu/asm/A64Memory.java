package dev.adjoint.cpu.asm;

/** The instructions of AArch64 on memory and on caches, but for those on lanes of vectors. */
abstract class A64Memory extends A64General {
  /** Loads or stores a register. */
  public void mem(A64Access op, int register, A64Address address) {
    int value = address.value();
    int word = op.bits | register(address.base()) << 5 | register(register);
    A64Address.Mode mode = address.mode();
    if (op == A64Access.PRFM && (mode == A64Address.Mode.BEFORE || mode == A64Address.Mode.AFTER)) {
      throw new IllegalArgumentException("PRFM leaves its base as it is");
    }
    switch (mode) {
      case OFFSET -> {
        int scaled = value >> op.scale;
        boolean whole = value >= 0 && scaled << op.scale == value && scaled < 1 << 12;
        emit(word | (whole ? 1 << 24 | scaled << 10 : signed("offset", value, 9) << 12));
      }
      case BEFORE -> emit(word | signed("step", value, 9) << 12 | 3 << 10);
      case AFTER -> emit(word | signed("step", value, 9) << 12 | 1 << 10);
      case INDEX -> emit(word | index(op, address, A64Extend.UXTX));
      case INDEX_UXTW -> emit(word | index(op, address, A64Extend.UXTW));
      case INDEX_SXTW -> emit(word | index(op, address, A64Extend.SXTW));
    }
  }

  private static int index(A64Access op, A64Address address, A64Extend extend) {
    int shift = address.shift();
    if (shift != 0 && shift != op.scale) {
      throw new IllegalArgumentException(
          op + " shifts an index by 0 or " + op.scale + ", not by " + shift);
    }
    int shifted = shift == 0 ? 0 : 1;
    return 1 << 21
        | register(address.value()) << 16
        | extend.ordinal() << 13
        | shifted << 12
        | 2 << 10;
  }

  /** Loads or stores two registers; the address is a base and an offset. */
  public void mem(A64Pair op, int first, int second, A64Address address) {
    int mode =
        switch (address.mode()) {
          case OFFSET -> 2;
          case BEFORE -> 3;
          case AFTER -> 1;
          case INDEX, INDEX_UXTW, INDEX_SXTW ->
              throw new IllegalArgumentException(op + " takes no index");
        };
    int value = address.value();
    int scaled = value >> op.scale;
    if (scaled << op.scale != value) {
      throw new IllegalArgumentException(
          op + ": " + value + " is no multiple of " + (1 << op.scale));
    }
    int registers = register(second) << 10 | register(address.base()) << 5 | register(first);
    emit(op.bits | mode << 23 | signed("offset", scaled, 7) << 15 | registers);
  }

  /** Loads data that stands at a label. */
  public void mem(A64Access op, int register, Label label) {
    if (op.literal == 0) {
      throw new IllegalArgumentException(op + " takes no label");
    }
    emit(op.literal | register(register), label);
  }
}
