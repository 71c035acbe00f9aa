package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;

/** Writes machine code for {@link GroupPacking}, for processors that have AVX512_BF16 or, for bytes, AVX512_VNNI. */
final class GroupPackingWriter {
  private static final int VECTOR = 64;
  private static final int LANES = 16;

  // General registers: the arguments, and others.
  private static final int FROM = X86.RDI;
  private static final int FROM_STRIDE = X86.RSI;
  private static final int ROWS = X86.RDX;
  private static final int COLUMNS = X86.RCX;
  private static final int TO = X86.R8;
  private static final int TO_STRIDE = X86.R9;
  private static final int FROM_AT = X86.R10;
  private static final int TO_AT = X86.R11;
  private static final int LEFT = X86.RAX;
  private static final int BITS = X86.RBX;

  /** Three times the distance of rows, once there are masks. */
  private static final int THREE_ROWS = BITS;

  private static final int WRITTEN =
      1 << FROM
          | 1 << FROM_STRIDE
          | 1 << ROWS
          | 1 << COLUMNS
          | 1 << TO
          | 1 << TO_STRIDE
          | 1 << FROM_AT
          | 1 << TO_AT
          | 1 << LEFT
          | 1 << BITS;

  // Vector registers: those of the rows of a group from the first on, and a constant.
  private static final int FIRST = 0;
  private static final int SECOND = 1;
  private static final int CONSTANT = 4;

  // Mask registers of the last elements of a row: those of two vectors that are read, and of the
  // one that is written.
  private static final int LOWER = 1;
  private static final int UPPER = 2;
  private static final int GROUPS = 3;

  private final GroupSource source;

  /** The bytes of a number that is read. */
  private final int bytes;

  private final int group;
  private final X86 code = new X86();
  private final X86Frame frame = new X86Frame(code);

  /** The order of words, or the bits that are turned. */
  private final Label constant = code.label();

  private GroupPackingWriter(GroupSource source) {
    this.source = source;
    bytes = source.bytes;
    group = source.group;
  }

  /**
   * The code that groups neighbours in rows. Its arguments: from, the distance of rows there, rows, columns, to, and the distance
   * of rows there; one row and column at least.
   */
  static byte[] neighbours(GroupSource source) {
    return new GroupPackingWriter(source).write(false);
  }

  /** The code that groups what is below each other in rows. Its arguments are the same; of n rows it makes one for each group. */
  static byte[] rows(GroupSource source) {
    return new GroupPackingWriter(source).write(true);
  }

  private byte[] write(boolean rows) {
    frame.enter(WRITTEN, CONSTANT, FROM, FROM_STRIDE, ROWS, COLUMNS, TO, TO_STRIDE);
    code.v(VectorOp.VMOVUPS, VECTOR, CONSTANT, -1, Mem.of(constant, 0));
    masks(rows);
    if (rows) {
      groupRows();
    } else {
      groupNeighbours();
    }
    frame.leave();
    code.align(VECTOR);
    code.bind(constant);
    for (int word = 0; word < 2 * LANES; word += 4) {
      code.int64(bytes == 1 ? 0x8080_8080_8080_8080L : order(word, rows));
    }
    return code.toBytes();
  }

  /** The places of four words, of which those that were read first come first. */
  private static long order(int word, boolean rows) {
    long four = 0;
    for (int i = 3; i >= 0; i--) {
      int w = word + i;
      four = four << 16 | (rows ? (w & 1) == 0 ? LANES + w / 2 : w / 2 : w ^ 1);
    }
    return four;
  }

  /** Makes the masks of the columns behind the last whole vectors. */
  private void masks(boolean rows) {
    code.move(BITS, -1);
    code.g(GeneralOp.MOV, LEFT, COLUMNS);
    code.gi(GeneralOp.AND, LEFT, (rows ? LANES : group * LANES) - 1);
    code.g(GeneralOp.BZHI, FROM_AT, BITS, LEFT);
    code.v(VectorOp.KMOVQ_FROM_GPR, 0, LOWER, -1, FROM_AT);
    if (rows) {
      code.lea(THREE_ROWS, Mem.at(FROM_STRIDE, FROM_STRIDE, 2, 0));
      return;
    }
    code.gi(GeneralOp.SHR, FROM_AT, LANES);
    code.v(VectorOp.KMOVQ_FROM_GPR, 0, UPPER, -1, FROM_AT);
    code.gi(GeneralOp.ADD, LEFT, group - 1);
    code.gi(GeneralOp.SHR, LEFT, Integer.numberOfTrailingZeros(group));
    code.g(GeneralOp.BZHI, FROM_AT, BITS, LEFT);
    code.v(VectorOp.KMOVQ_FROM_GPR, 0, GROUPS, -1, FROM_AT);
  }

  private void groupNeighbours() {
    Label row = code.label();
    code.bind(row);
    line(
        group * LANES,
        edge -> {
          load(VECTOR, edge ? LOWER : 0, FIRST, Mem.at(FROM_AT, 0));
          if (source == GroupSource.F32) {
            load(VECTOR, edge ? UPPER : 0, SECOND, Mem.at(FROM_AT, VECTOR));
            code.v(VectorOp.VCVTNE2PS2BF16, VECTOR, FIRST, SECOND, FIRST);
          }
          if (bytes > 1) {
            code.v(VectorOp.VPERMW, VECTOR, FIRST, CONSTANT, FIRST);
          }
          code.gi(GeneralOp.ADD, FROM_AT, group * LANES * bytes);
          store(edge ? GROUPS : 0);
        });
    code.g(GeneralOp.ADD, FROM, FROM_STRIDE);
    code.g(GeneralOp.ADD, TO, TO_STRIDE);
    code.gi(GeneralOp.SUB, ROWS, 1);
    code.jump(Condition.NOT_EQUAL, row);
  }

  private void groupRows() {
    Label whole = code.label();
    Label end = code.label();
    code.bind(whole);
    code.gi(GeneralOp.SUB, ROWS, group);
    Label rest = code.label();
    code.jump(Condition.BELOW, rest);
    groupOfRows(group);
    code.lea(FROM, Mem.at(FROM, FROM_STRIDE, group, 0));
    code.g(GeneralOp.ADD, TO, TO_STRIDE);
    code.jump(whole);
    code.bind(rest);
    code.gi(GeneralOp.ADD, ROWS, group);
    code.jump(Condition.EQUAL, end);
    for (int count = 1; count < group; count++) {
      Label more = code.label();
      code.gi(GeneralOp.CMP, ROWS, count);
      code.jump(Condition.NOT_EQUAL, more);
      groupOfRows(count);
      code.jump(end);
      code.bind(more);
    }
    code.bind(end);
  }

  /** Groups some rows; zeros stand for those that are missing. */
  private void groupOfRows(int count) {
    int size = LANES * bytes;
    boolean rounds = source == GroupSource.F32;
    if (rounds && count < group) {
      code.v(VectorOp.VXORPS, VECTOR, SECOND, SECOND, SECOND);
    }
    line(
        LANES,
        edge -> {
          for (int row = 0; row < count; row++) {
            Mem from =
                row == 0
                    ? Mem.at(FROM_AT, 0)
                    : row == 3
                        ? Mem.at(FROM_AT, THREE_ROWS, 1, 0)
                        : Mem.at(FROM_AT, FROM_STRIDE, row, 0);
            if (rounds) {
              load(size, edge ? LOWER : 0, FIRST + row, from);
            } else {
              widen(edge ? LOWER : 0, row, from);
            }
          }
          if (rounds) {
            code.v(VectorOp.VCVTNE2PS2BF16, VECTOR, FIRST, SECOND, FIRST);
            code.v(VectorOp.VPERMW, VECTOR, FIRST, CONSTANT, FIRST);
          }
          code.gi(GeneralOp.ADD, FROM_AT, size);
          store(edge ? LOWER : 0);
        });
  }

  /** Loads numbers of a row into their places in groups with those of the rows before. */
  private void widen(int mask, int row, Mem from) {
    if (mask != 0) {
      code.zero(mask);
    }
    VectorOp extend = bytes == 1 ? VectorOp.VPMOVZXBD : VectorOp.VPMOVZXWD;
    code.v(extend, VECTOR, FIRST + row, -1, from);
    int place = bytes == 1 ? row : group - 1 - row;
    if (place > 0) {
      code.v(VectorOp.VPSLLD, VECTOR, FIRST + row, -1, FIRST + row, place * bytes * Byte.SIZE);
    }
    if (row > 0) {
      code.v(VectorOp.VORPS, VECTOR, FIRST, FIRST, FIRST + row);
    }
  }

  /** What is done to some columns of a row: as many as there are at a time, or those at its edge. */
  private interface Part {
    void write(boolean edge);
  }

  private void line(int columns, Part part) {
    Label whole = code.label();
    Label rest = code.label();
    Label next = code.label();
    code.g(GeneralOp.MOV, FROM_AT, FROM);
    code.g(GeneralOp.MOV, TO_AT, TO);
    code.g(GeneralOp.MOV, LEFT, COLUMNS);
    code.bind(whole);
    code.gi(GeneralOp.SUB, LEFT, columns);
    code.jump(Condition.BELOW, rest);
    part.write(false);
    code.jump(whole);
    code.bind(rest);
    code.gi(GeneralOp.ADD, LEFT, columns);
    code.jump(Condition.EQUAL, next);
    part.write(true);
    code.bind(next);
  }

  private void load(int size, int mask, int to, Mem from) {
    VectorOp move = VectorOp.VMOVUPS;
    if (mask != 0) {
      code.zero(mask);
      move = bytes == 1 ? VectorOp.VMOVDQU8 : bytes == 2 ? VectorOp.VMOVDQU16 : move;
    }
    code.v(move, size, to, -1, from);
  }

  /** Stores groups. */
  private void store(int mask) {
    if (source == GroupSource.TURNED_BYTES) {
      code.v(VectorOp.VXORPS, VECTOR, FIRST, FIRST, CONSTANT);
    }
    if (mask != 0) {
      code.mask(mask);
    }
    code.v(VectorOp.VMOVUPS, VECTOR, Mem.at(TO_AT, 0), FIRST);
    code.gi(GeneralOp.ADD, TO_AT, VECTOR);
  }
}
