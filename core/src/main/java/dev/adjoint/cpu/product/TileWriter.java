package dev.adjoint.cpu.product;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;

/**
 * Writes machine code that multiplies matrices in tiles of some rows and vectors of columns. All sums of a tile are in registers.
 * A step over k loads the vectors of b once, and one number of a for each row.
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

  /** The columns of the last vector of a strip, if code is for an edge. */
  static final int LAST = 104;

  /** Where rows of b are listed, if the code is for such. */
  static final int B_LIST = 112;

  /** Where steps of a are listed, if the code is for such. */
  static final int A_LIST = 120;

  /** What was added to each group of a, if a multiply-add takes such. */
  static final int OFFSET = 128;

  /** Where the code keeps what that adds to sums of a strip: vectors, 4 at most. */
  private static final int EXCESS = 136;

  static final int BYTES = EXCESS + 4 * 64;

  /** What the code reads from a list instead of taking equal steps over k. */
  enum Listed {
    NOTHING,
    /** The distances of the rows of b from its address. */
    ROWS_OF_B,
    /** The distance of each element of a row of a from the next. */
    STEPS_OF_A
  }

  /** Steps over k in one round of the loop. */
  private static final int UNROLL = 4;

  /** How many steps over k ahead lines of b are asked for; a list has as many entries behind its last row. */
  static final int AHEAD = 8;

  // General registers.
  private static final int ARGUMENTS = 0;
  private static final int B_AT = 1;
  private static final int[] BASES = {6, 3, 2, 4};

  /** Free but while {@link #sum} runs. */
  private static final int FREE = BASES[0];

  private static final int ROW = 7;

  /** The place in the list of steps. */
  private static final int A_STEPS = 5;

  private static final int STEP = 8;

  /** The step of b; if its rows are listed, the address that their distances count from. */
  private static final int B_NEXT = 9;

  private static final int COUNT = 10;
  private static final int TILE_A = 11;
  private static final int TILE_C = 12;

  /** Made again after {@link #sum}, which may use it. */
  private static final int RESULT_ROW = 13;

  private static final int LEFT = 14;

  /** The place in the list of rows. */
  private static final int B_ROWS = RESULT_ROW;

  private final MatrixCode code;
  private final int vectors;

  /** The elements of the last vector of a strip if it is not full, else 0. */
  private final int edge;

  private final boolean listsRows;
  private final boolean listsSteps;

  /** The register of the first vector of b; sums stand before it. */
  private final int right;

  /** The register of the first factor. */
  private final int left;

  private TileWriter(MatrixCode code, int rows, int vectors, int edge, Listed listed) {
    this.code = code;
    this.vectors = vectors;
    this.edge = edge;
    listsRows = listed == Listed.ROWS_OF_B;
    listsSteps = listed == Listed.STEPS_OF_A;
    right = rows * vectors;
    left = right + vectors;
  }

  /**
   * The code for tiles.
   *
   * @param code an empty one, which says how long vectors are and what a product is
   * @param edge 0 if the last vector of a strip is full, else how many elements it has, at least where processors have no masks
   */
  static byte[] write(MatrixCode code, int rows, int vectors, int edge, Listed listed) {
    var writer = new TileWriter(code, rows, vectors, edge, listed);
    int mask = writer.left + writer.code.factors;
    writer.code.enter(1, MatrixCode.REGISTERS, mask + 1);
    writer.strips(rows, mask);
    writer.code.leave();
    return writer.code.toBytes();
  }

  private Mem argument(int at) {
    return Mem.at(ARGUMENTS, at);
  }

  private void load(int register, int at) {
    code.get(register, argument(at));
  }

  private void strips(int rows, int mask) {
    load(ROW, A_ROW);
    load(STEP, A_STEP);
    load(RESULT_ROW, C_ROW);
    if (!listsRows) {
      load(B_NEXT, B_STEP);
    }
    if (edge > 0) {
      code.edge(edge, argument(LAST), mask, FREE, COUNT);
    }
    Label strip = code.label();
    code.bind(strip);
    if (code.dot.isOffset()) {
      excess();
    }
    load(TILE_A, A);
    load(TILE_C, C);
    tiles(rows, TILES);
    if (rows > 1) {
      tiles(rows - 1, LOWER_TILES);
    }
    load(COUNT, B_STRIP);
    code.op(Op.ADD, argument(B), COUNT);
    code.imm(Op.ADD, argument(C), vectors * code.vector);
    code.imm(Op.SUBTRACT, argument(STRIPS), 1);
    code.jump(When.NOT_EQUAL, strip);
  }

  /** Sums the products of the offset and the columns of a strip. */
  private void excess() {
    Label step = code.label();
    Label end = code.label();
    for (int v = 0; v < vectors; v++) {
      code.zero(v);
    }
    code.factor(left, argument(OFFSET));
    load(B_AT, B);
    load(COUNT, DEEP);
    code.op(Op.TEST, COUNT, COUNT);
    code.jump(When.EQUAL, end);
    code.head(step);
    for (int v = 0; v < vectors; v++) {
      code.load(right + v, Mem.at(B_AT, v * code.vector), isEdge(v));
      code.fma(v, left, right + v);
    }
    code.op(Op.ADD, B_AT, B_NEXT);
    code.imm(Op.SUBTRACT, COUNT, 1);
    code.jump(When.NOT_EQUAL, step);
    code.bind(end);
    for (int v = 0; v < vectors; v++) {
      code.store(argument(EXCESS + v * code.vector), v, false);
    }
  }

  private void tiles(int rows, int count) {
    Label tile = code.label();
    Label end = code.label();
    load(LEFT, count);
    code.op(Op.TEST, LEFT, LEFT);
    code.jump(When.EQUAL, end);
    code.bind(tile);
    begin(rows);
    sum(rows);
    if (listsRows) {
      load(RESULT_ROW, C_ROW);
    }
    code.move(FREE, TILE_C);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        code.store(Mem.at(FREE, v * code.vector), r * vectors + v, isEdge(v));
      }
      if (r < rows - 1) {
        code.op(Op.ADD, FREE, RESULT_ROW);
      }
    }
    advance(TILE_A, ROW, rows);
    advance(TILE_C, RESULT_ROW, rows);
    code.imm(Op.SUBTRACT, LEFT, 1);
    code.jump(When.NOT_EQUAL, tile);
    code.bind(end);
  }

  private void advance(int pointer, int stride, int rows) {
    code.multiply(FREE, stride, rows);
    code.op(Op.ADD, pointer, FREE);
  }

  /** Loads the sums, or makes them zero. */
  private void begin(int rows) {
    Label zeros = code.label();
    Label ready = code.label();
    code.imm(Op.COMPARE, argument(FIRST), 0);
    code.jump(When.NOT_EQUAL, zeros);
    code.move(FREE, TILE_C);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        code.load(r * vectors + v, Mem.at(FREE, v * code.vector), isEdge(v));
      }
      code.op(Op.ADD, FREE, RESULT_ROW);
    }
    code.jump(ready);
    code.bind(zeros);
    for (int sum = 0; sum < rows * vectors; sum++) {
      code.zero(sum);
    }
    code.bind(ready);
    for (int v = 0; v < vectors && code.dot.isOffset(); v++) {
      code.load(right + v, argument(EXCESS + v * code.vector), false);
      for (int r = 0; r < rows; r++) {
        code.subtract(r * vectors + v, right + v);
      }
    }
  }

  private void sum(int rows) {
    load(listsRows ? B_NEXT : B_AT, B);
    if (listsRows) {
      load(B_ROWS, B_LIST);
    }
    if (listsSteps) {
      load(A_STEPS, A_LIST);
    }
    load(COUNT, DEEP);
    code.move(BASES[0], TILE_A);
    for (int base = 1; base * code.linesPerBase < rows; base++) {
      code.lead(BASES[base], BASES[base - 1], ROW);
    }
    Label round = code.label();
    Label single = code.label();
    Label rest = code.label();
    Label end = code.label();
    code.imm(Op.SUBTRACT, COUNT, UNROLL);
    code.jump(When.BELOW, rest);
    code.head(round);
    for (int i = 0; i < UNROLL; i++) {
      step(rows);
    }
    code.imm(Op.SUBTRACT, COUNT, UNROLL);
    code.jump(When.AT_LEAST, round);
    code.bind(rest);
    code.imm(Op.ADD, COUNT, UNROLL);
    code.jump(When.EQUAL, end);
    code.bind(single);
    step(rows);
    code.imm(Op.SUBTRACT, COUNT, 1);
    code.jump(When.NOT_EQUAL, single);
    code.bind(end);
  }

  private void step(int rows) {
    if (listsRows) {
      code.get(B_AT, Mem.at(B_ROWS, 0));
      code.op(Op.ADD, B_AT, B_NEXT);
    }
    for (int v = 0; v < vectors; v++) {
      code.load(right + v, Mem.at(B_AT, v * code.vector), isEdge(v));
    }
    if (listsRows) {
      code.get(B_AT, Mem.at(B_ROWS, AHEAD * Long.BYTES));
      code.op(Op.ADD, B_AT, B_NEXT);
      // Rows begin anywhere in a line of the cache.
      for (int v = 0; v <= vectors; v++) {
        code.prefetch(Mem.at(B_AT, v * code.vector));
      }
      code.imm(Op.ADD, B_ROWS, Long.BYTES);
    } else {
      for (int v = 0; v < vectors; v++) {
        code.prefetch(Mem.at(B_AT, B_NEXT, AHEAD, v * code.vector));
      }
      code.op(Op.ADD, B_AT, B_NEXT);
    }
    if (listsSteps) {
      code.get(STEP, Mem.at(A_STEPS, 0));
      code.imm(Op.ADD, A_STEPS, Long.BYTES);
    }
    for (int r = 0; r < rows; r++) {
      int base = BASES[r / code.linesPerBase];
      int within = r % code.linesPerBase;
      int factor = left + r % code.factors;
      code.factor(factor, MatrixCode.line(base, ROW, within, 0));
      if (within == code.linesPerBase - 1 || r == rows - 1) {
        code.op(Op.ADD, base, STEP);
      }
      for (int v = 0; v < vectors; v++) {
        code.fma(r * vectors + v, factor, right + v);
      }
    }
  }

  private boolean isEdge(int v) {
    return edge > 0 && v == vectors - 1;
  }
}
