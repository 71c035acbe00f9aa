package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.asm.MatrixCode.Op;
import dev.adjoint.cpu.asm.MatrixCode.When;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.kernel.Kernel;

/**
 * Writes machine code that scans a part of neighbouring floats: as many runs as a run has elements. First each run is scanned by
 * itself, so that no run waits for another; then all results of a run are folded with what is before it, in vectors.
 */
final class ScanPartWriter {
  // What the third argument leads to.
  /** The fold of all before the part, if there is something. */
  static final int BEFORE = 0;

  /** Becomes the fold of the part. */
  static final int TOTAL = 8;

  /** Room for the fold of all before a run. */
  private static final int BEFORE_RUN = 16;

  static final int BYTES = 24;

  private static final int FROM = 0;
  private static final int TO = 1;
  private static final int FOLDS = 2;
  private static final int RUNS = 3;
  private static final int FIRST = 4;

  private static final int SUM = 0;
  private static final int ELEMENT = 1;
  private static final int ALL = 2;
  private static final int SPARE = 3;

  private final MatrixCode code;
  private final Fold fold;
  private final int bytes;
  private final int runBytes;

  private ScanPartWriter(Isa isa, int bytes, Fold fold) {
    code = MatrixCode.of(isa, bytes);
    this.fold = fold;
    this.bytes = bytes;
    runBytes = Kernel.Scan.RUN * bytes;
  }

  /**
   * The code. Its arguments: where the elements are, where the results go, and the folds.
   *
   * @param begins whether the part is the first of its row, with nothing before it
   */
  static byte[] write(Isa isa, int bytes, Fold fold, boolean begins) {
    return new ScanPartWriter(isa, bytes, fold).write(begins);
  }

  private byte[] write(boolean begins) {
    code.enter(3, FIRST + 1, SPARE + 2);
    code.move(FIRST, TO);
    alone();
    code.move(TO, FIRST);
    code.load(bytes, SUM, Mem.at(TO, runBytes - bytes));
    if (!begins) {
      behind(BEFORE);
    }
    Label run = code.label();
    code.set(RUNS, Kernel.Scan.RUN - 1);
    code.head(run);
    code.imm(Op.ADD, TO, runBytes);
    if (begins) {
      code.store(bytes, Mem.at(FOLDS, BEFORE_RUN), SUM);
    } else {
      code.load(bytes, ALL, Mem.at(FOLDS, BEFORE));
      code.fold(fold, bytes, ALL, SUM, SPARE);
      code.store(bytes, Mem.at(FOLDS, BEFORE_RUN), ALL);
    }
    code.load(bytes, ELEMENT, Mem.at(TO, runBytes - bytes));
    code.fold(fold, bytes, SUM, ELEMENT, SPARE);
    behind(BEFORE_RUN);
    code.imm(Op.SUBTRACT, RUNS, 1);
    code.jump(When.NOT_EQUAL, run);
    code.store(bytes, Mem.at(FOLDS, TOTAL), SUM);
    code.leave();
    return code.toBytes();
  }

  /** Scans each run by itself. */
  private void alone() {
    Label run = code.label();
    code.set(RUNS, Kernel.Scan.RUN);
    code.head(run);
    code.load(bytes, SUM, Mem.at(FROM, 0));
    code.store(bytes, Mem.at(TO, 0), SUM);
    for (int at = bytes; at < runBytes; at += bytes) {
      code.load(bytes, ELEMENT, Mem.at(FROM, at));
      code.fold(fold, bytes, SUM, ELEMENT, SPARE);
      code.store(bytes, Mem.at(TO, at), SUM);
    }
    code.imm(Op.ADD, FROM, runBytes);
    code.imm(Op.ADD, TO, runBytes);
    code.imm(Op.SUBTRACT, RUNS, 1);
    code.jump(When.NOT_EQUAL, run);
  }

  /** Folds the results of a run with one of the folds, which is before them. */
  private void behind(int before) {
    for (int at = 0; at < runBytes; at += code.vector) {
      code.broadcast(ALL, Mem.at(FOLDS, before));
      code.load(code.vector, ELEMENT, Mem.at(TO, at));
      code.fold(fold, code.vector, ALL, ELEMENT, SPARE);
      code.store(code.vector, Mem.at(TO, at), ALL);
    }
  }
}
