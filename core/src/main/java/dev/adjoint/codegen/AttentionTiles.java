package dev.adjoint.codegen;

/**
 * How a group of work-items does the steps of an attention on a tile: some rows, {@code row0} to {@code row0 + rows}, by some
 * columns, {@code first} to {@code first + seen}. Either rows are queries and columns keys, or the other way round.
 */
interface AttentionTiles {
  /** A matrix of an operand, with the launch axes of its rows and of its columns. */
  record Matrix(int operand, int rows, int columns) {}

  /** What becomes of sums in the end. */
  enum Finish {
    /** They stay as they are. */
    SUM,
    /** They are multiplied by the scale. */
    SCALED,
    /** They are divided by the sum of the exponentials; with each tile they are multiplied by the factor of their row before. */
    MEAN
  }

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

  /** Prints the chains of a row of x and one of y into {@code into}, for each of the tile. */
  void product(String into, Matrix x, Matrix y);

  /** Prints exponentials in place of the chains in {@code c}, and the state of the rows behind them. */
  void exponentials();

  /** Prints the p and d of gradients in place of the chains in {@code c} and {@code t}. */
  void gradients(boolean ofQueries);

  /**
   * Prints chains of a row of the tile and a column of z, which go on where those of the tile before ended.
   *
   * @param from the tile
   * @param z a matrix with the tile's columns as rows
   * @param to the element of the result at which the chains of the first row of all begin
   */
  void accumulate(String from, Matrix z, String to, Finish finish);

  /** Prints the logarithms of the sums of exponentials of the rows; {@code to} is the element of that of the first row of all. */
  void logSums(String to);
}
