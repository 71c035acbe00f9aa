package dev.adjoint.cpu.product;

/** A matrix in memory: element (i, j) is at {@code address + i * rowStride + j * columnStride}; all in bytes. */
record Matrix(long address, long rowStride, long columnStride) {
  /** The address of an element. */
  long at(int row, int column) {
    return address + row * rowStride + column * columnStride;
  }
}
