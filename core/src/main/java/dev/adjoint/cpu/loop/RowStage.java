package dev.adjoint.cpu.loop;

/** What is written for a stage that folds along the lanes. */
interface RowStage {
  /** Writes the state before the first element of a row. */
  void begin();

  /** Writes the folding of a row of lanes from some positions on. */
  void take(int[] positions);

  /** Writes the end of the folds; their results are the values of all lanes. */
  void finish();
}
