package dev.adjoint.codegen;

/**
 * How a group of work-items does the steps of an attention on a tile: rows {@code row0} to {@code row0 + rows} by columns {@code
 * first} to {@code first + seen}. Either rows are queries and columns keys, or the other way round. Scores are products of rows
 * of the matrices x and y; the matrices u and w are values and, for gradients, those of the output. An attention reads w alone of
 * these.
 */
interface AttentionTiles {
  /** A matrix that the text has as {@code name}, with its steps, and the number of its columns. */
  record Matrix(String name, String columns) {}

  /** The rows of x and of u are those of the tile, the rows of y and w its columns. */
  Matrix X = new Matrix("mx", "e");

  Matrix Y = new Matrix("my", "e");
  Matrix U = new Matrix("mu", "v");
  Matrix W = new Matrix("mw", "v");

  /** The most rows of a tile. */
  int rows();

  /** The most columns of a tile. */
  int columns();

  /** The work-items of a group. */
  int items();

  /** Prints the memory of the group. */
  void declare();

  /** Prints the state of rows before their first tile: no largest score, and no exponentials. */
  void begin();

  /** Prints the chains of rows of x and y and, for gradients, those of u and w. */
  void products();

  /** Prints exponentials in place of the chains, and the state of the rows behind them. */
  void exponentials();

  /** Prints the p and d of gradients in place of the chains. */
  void derivatives();

  /**
   * Prints sums of rows of the columns' matrices, weighted by the tile, in the result. They go on where those of the tile before
   * ended, and with the last tile become what is wanted.
   */
  void sums();

  /** Prints what follows the last tile. */
  default void end() {}

  /** Prints the logarithms of the sums of exponentials of the rows; {@code to} is the element of that of the first row of all. */
  void logSums(String to);
}
