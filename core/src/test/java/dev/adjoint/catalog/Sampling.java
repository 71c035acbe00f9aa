package dev.adjoint.catalog;

import dev.adjoint.DType;

/**
 * Counts which samples of a contract are tried. Where a driver takes long to compile a kernel, or what is tried has been tried in
 * another way, contracts leave some out, the same in every run; {@code -Dadjoint.contract=full} tries all.
 */
public final class Sampling {
  /** Samples of which one is tried where each op is a kernel of its own. */
  private static final int EAGER_SAMPLES = 4;

  private static final boolean EAGER = "1".equals(System.getProperty("adjoint.eager"));
  private static final boolean FULL = "full".equals(System.getProperty("adjoint.contract"));

  private final String contract;
  private long tried;
  private long leftOut;

  /** For a contract of a name. */
  public Sampling(String contract) {
    this.contract = contract;
  }

  /** Whether to try a sample that is one of the chosen or not. */
  public boolean tries(boolean chosen) {
    boolean tries = FULL || chosen;
    if (tries) {
      tried++;
    } else {
      leftOut++;
    }
    return tries;
  }

  /**
   * Whether to try a sample: any, but one in four where each op is a kernel of its own, since all are tried with fused kernels.
   */
  public boolean chooses(Object sample) {
    return tries(!EAGER || isChosen(sample, EAGER_SAMPLES));
  }

  /** Whether all samples are tried. */
  public static boolean isFull() {
    return FULL;
  }

  /** Prints how many samples were tried, and how many were not. */
  public void report() {
    System.out.printf(
        "%s: tried %d, left out %d (-Dadjoint.contract=full tries all)%n",
        contract, tried, leftOut);
  }

  /** One of so many samples, by a hash that is the same in every run. */
  public static boolean isChosen(Object sample, int of) {
    return sample.toString().hashCode() % of == 0;
  }

  /**
   * Whether a sample has the first shapes of its row, as they are stored. Of rows that fill in arguments of another one, only one
   * in eight has such a sample.
   */
  public static boolean isFirst(Sample sample) {
    if (sample.op().isShorthand() && !isChosen(sample.op().label(), 8)) {
      return false;
    }
    Sample first = sample.op().samples(sample.dtype()).getFirst();
    return sample.shapes().equals(first.shapes()) && sample.layout() == first.layout();
  }

  /** Whether kernels have a type in memory alone, and none of their forms depends on it. */
  public static boolean isStoredOnly(DType dtype) {
    return dtype.isNarrow() && dtype != DType.U8;
  }
}
