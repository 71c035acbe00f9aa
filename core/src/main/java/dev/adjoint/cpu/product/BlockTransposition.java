package dev.adjoint.cpu.product;

/** Turns a square block, as wide as a vector, around its diagonal. */
public interface BlockTransposition {
  /** Reads rows that are {@code rowStride} bytes apart, and writes columns as rows, {@code toStride} bytes apart. */
  void run(long from, long rowStride, long to, long toStride);
}
