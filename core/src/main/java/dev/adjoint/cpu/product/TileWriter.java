package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;

/**
 * Writes machine code that multiplies matrices in tiles of some rows and vectors of columns. All sums of a tile are in registers.
 * A step over k loads the vectors of b once and repeats one number of a for each row.
 *
 * <p>The code goes over strips of columns, and in each over tiles: those of all its rows first, then those of one row less, so
 * that any number of rows is cut into tiles that are nearly equal.
 */
final class TileWriter {
  // The arguments, 64 bits each, at the address that is the only argument in a register.
  static final int A = 0;
  static final int A_ROW = 8;
  static final int A_STEP = 16;
  static final int B = 24;
  static final int B_STRIP = 32;
  static final int B_STEP = 40;
  static final int C = 48;
  static final int C_ROW = 56;
  static final int DEEP = 64;

  /** Tiles of all rows in a strip, and tiles of one row less. */
  static final int TILES = 72;

  static final int LOWER_TILES = 80;

  /** Strips, one at least. */
  static final int STRIPS = 88;

  /** Zero if sums begin with what c holds. */
  static final int FIRST = 96;

  /** The columns of the last vector of a strip, if code is for narrow strips. */
  static final int LAST = 104;

  static final int BYTES = 112;

  /** Steps over k in one round of the loop. */
  private static final int UNROLL = 4;

  /** Rows that one register leads to, by multiples of the distance of rows. */
  private static final int ROWS_PER_BASE = 3;

  private static final int ARGUMENTS = X86.RDI;
  private static final int[] BASES = {X86.RAX, X86.RCX, X86.RDX, X86.R8, X86.R9};
  private static final int ROW = X86.R10;
  private static final int STEP = X86.R11;
  private static final int B_AT = X86.RSI;
  private static final int B_NEXT = X86.RBX;
  private static final int COUNT = X86.RBP;
  private static final int TILE_A = X86.R12;
  private static final int TILE_C = X86.R13;
  private static final int RESULT_ROW = X86.R14;
  private static final int LEFT = X86.R15;
  private static final int MASK = 1;

  private final X86 code = new X86();
  private final Label ones = code.label();
  private final boolean evex;
  private final boolean narrow;
  private final int bytes;
  private final int width;
  private final int vectors;
  private final VectorOp move;
  private final VectorOp maskMove;
  private final VectorOp zero;
  private final VectorOp repeat;
  private final VectorOp fma;

  /** The register of the first vector of b; sums stand before it. */
  private final int right;

  private final int left;
  private final int mask;

  private TileWriter(DType dtype, boolean evex, int rows, int vectors, boolean narrow) {
    this.evex = evex;
    this.vectors = vectors;
    this.narrow = narrow;
    bytes = dtype.bytes();
    width = evex ? 64 : 32;
    boolean f32 = dtype == DType.F32;
    move = f32 ? VectorOp.VMOVUPS : VectorOp.VMOVUPD;
    maskMove = f32 ? VectorOp.VMASKMOVPS : VectorOp.VMASKMOVPD;
    zero = f32 ? VectorOp.VXORPS : VectorOp.VXORPD;
    repeat = f32 ? VectorOp.VBROADCASTSS : VectorOp.VBROADCASTSD;
    fma = f32 ? VectorOp.VFMADD231PS : VectorOp.VFMADD231PD;
    right = rows * vectors;
    left = right + vectors;
    mask = left + 1;
  }

  /**
   * The code for tiles.
   *
   * @param evex whether to use AVX-512
   * @param narrow whether the last vector of a strip is not full
   */
  static byte[] write(DType dtype, boolean evex, int rows, int vectors, boolean narrow) {
    var writer = new TileWriter(dtype, evex, rows, vectors, narrow);
    var frame = new X86Frame(writer.code);
    frame.enter(0xFFFF & ~(1 << X86.RSP), writer.mask, ARGUMENTS);
    writer.strips(rows);
    frame.leave();
    if (narrow && !evex) {
      writer.ones();
    }
    return writer.code.toBytes();
  }

  private Mem argument(int at) {
    return Mem.at(ARGUMENTS, at);
  }

  private void load(int register, int at) {
    code.g(GeneralOp.MOV, register, argument(at));
  }

  private void strips(int rows) {
    load(ROW, A_ROW);
    load(STEP, A_STEP);
    load(B_NEXT, B_STEP);
    load(RESULT_ROW, C_ROW);
    if (narrow) {
      mask();
    }
    Label strip = code.label();
    code.bind(strip);
    load(TILE_A, A);
    load(TILE_C, C);
    tiles(rows, TILES);
    if (rows > 1) {
      tiles(rows - 1, LOWER_TILES);
    }
    load(COUNT, B_STRIP);
    code.g(GeneralOp.ADD, argument(B), COUNT);
    code.gi(GeneralOp.ADD, argument(C), vectors * width);
    code.gi(GeneralOp.SUB, argument(STRIPS), 1);
    code.jump(Condition.NOT_EQUAL, strip);
  }

  /** Makes a mask of the elements in the last vector. */
  private void mask() {
    load(COUNT, LAST);
    if (evex) {
      code.move(X86.RAX, -1);
      code.g(GeneralOp.BZHI, X86.RAX, X86.RAX, COUNT);
      code.v(VectorOp.KMOVW_FROM_GPR, 0, MASK, -1, X86.RAX);
    } else {
      code.lea(X86.RAX, Mem.of(ones, width));
      code.gi(GeneralOp.IMUL, COUNT, COUNT, bytes);
      code.g(GeneralOp.SUB, X86.RAX, COUNT);
      code.v(move, width, mask, -1, Mem.at(X86.RAX, 0));
    }
  }

  /** A vector of ones and one of zeros: from somewhere in between, they are a mask. */
  private void ones() {
    code.align(width);
    code.bind(ones);
    for (int i = 0; i < 2 * width / Long.BYTES; i++) {
      code.int64(i < width / Long.BYTES ? -1 : 0);
    }
  }

  private void tiles(int rows, int count) {
    Label tile = code.label();
    Label end = code.label();
    load(LEFT, count);
    code.g(GeneralOp.TEST, LEFT, LEFT);
    code.jump(Condition.EQUAL, end);
    code.bind(tile);
    begin(rows);
    sum(rows);
    code.g(GeneralOp.MOV, X86.RAX, TILE_C);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        store(Mem.at(X86.RAX, v * width), r * vectors + v, v);
      }
      if (r < rows - 1) {
        code.g(GeneralOp.ADD, X86.RAX, RESULT_ROW);
      }
    }
    advance(TILE_A, ROW, rows);
    advance(TILE_C, RESULT_ROW, rows);
    code.gi(GeneralOp.SUB, LEFT, 1);
    code.jump(Condition.NOT_EQUAL, tile);
    code.bind(end);
  }

  private void advance(int pointer, int stride, int rows) {
    code.gi(GeneralOp.IMUL, X86.RAX, stride, rows);
    code.g(GeneralOp.ADD, pointer, X86.RAX);
  }

  /** Loads the sums, or makes them zero. */
  private void begin(int rows) {
    Label zeros = code.label();
    Label ready = code.label();
    code.gi(GeneralOp.CMP, argument(FIRST), 0);
    code.jump(Condition.NOT_EQUAL, zeros);
    code.g(GeneralOp.MOV, X86.RAX, TILE_C);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        load(r * vectors + v, Mem.at(X86.RAX, v * width), v);
      }
      code.g(GeneralOp.ADD, X86.RAX, RESULT_ROW);
    }
    code.jump(ready);
    code.bind(zeros);
    for (int sum = 0; sum < rows * vectors; sum++) {
      code.v(zero, width, sum, sum, sum);
    }
    code.bind(ready);
  }

  private void sum(int rows) {
    load(B_AT, B);
    load(COUNT, DEEP);
    code.g(GeneralOp.MOV, BASES[0], TILE_A);
    for (int base = 1; base * ROWS_PER_BASE < rows; base++) {
      code.lea(BASES[base], Mem.at(BASES[base - 1], ROW, 2, 0));
      code.g(GeneralOp.ADD, BASES[base], ROW);
    }
    Label round = code.label();
    Label single = code.label();
    Label rest = code.label();
    Label end = code.label();
    code.gi(GeneralOp.SUB, COUNT, UNROLL);
    code.jump(Condition.BELOW, rest);
    code.align(32);
    code.bind(round);
    for (int i = 0; i < UNROLL; i++) {
      step(rows);
    }
    code.gi(GeneralOp.SUB, COUNT, UNROLL);
    code.jump(Condition.ABOVE_OR_EQUAL, round);
    code.bind(rest);
    code.gi(GeneralOp.ADD, COUNT, UNROLL);
    code.jump(Condition.EQUAL, end);
    code.bind(single);
    step(rows);
    code.gi(GeneralOp.SUB, COUNT, 1);
    code.jump(Condition.NOT_EQUAL, single);
    code.bind(end);
  }

  private void step(int rows) {
    for (int v = 0; v < vectors; v++) {
      load(right + v, Mem.at(B_AT, v * width), v);
    }
    code.g(GeneralOp.ADD, B_AT, B_NEXT);
    for (int r = 0; r < rows; r++) {
      int base = BASES[r / ROWS_PER_BASE];
      int within = r % ROWS_PER_BASE;
      Mem at = within == 0 ? Mem.at(base, 0) : Mem.at(base, ROW, within, 0);
      code.v(repeat, width, left, -1, at);
      if (within == ROWS_PER_BASE - 1 || r == rows - 1) {
        code.g(GeneralOp.ADD, base, STEP);
      }
      for (int v = 0; v < vectors; v++) {
        code.v(fma, width, r * vectors + v, left, right + v);
      }
    }
  }

  private boolean masked(int v) {
    return narrow && v == vectors - 1;
  }

  private void load(int to, Mem from, int v) {
    if (!masked(v)) {
      code.v(move, width, to, -1, from);
    } else if (evex) {
      code.zero(MASK).v(move, width, to, -1, from);
    } else {
      code.v(maskMove, width, to, mask, from);
    }
  }

  private void store(Mem to, int from, int v) {
    if (!masked(v)) {
      code.v(move, width, to, from);
    } else if (evex) {
      code.mask(MASK).v(move, width, to, from);
    } else {
      code.v(maskMove, width, to, from, mask);
    }
  }
}
