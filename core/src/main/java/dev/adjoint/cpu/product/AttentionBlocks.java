package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.loop.Packing;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.plain.LoopCompiler;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.AttentionLoops;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What blocks of an attention are computed by: products of packed blocks, and the loops between them. */
final class AttentionBlocks {
  /** The most queries and keys of a block. */
  static final int ROWS = Kernel.Attention.ROWS;

  static final int KEYS = Kernel.Attention.KEYS;

  private static final int LINE = 64;
  private static final long[] NONE = {};

  final Kernel.Attention kernel;
  final Batch batch;
  final int bytes;
  final int l;
  final int s;
  final int e;
  final int v;

  private final MicroKernel product;
  private final Packing packing;
  private final Map<Form, LoopLaunch> loops = new ConcurrentHashMap<>();

  /** What a loop does. */
  private enum Part {
    EXPONENTIALS,
    CARRIED,
    RESCALED,
    DIVIDED,
    LOG_SUMS,
    GRADIENTS,
    SCALED
  }

  /** A loop over a rectangle; if {@code crosses}, some of its keys are above queries. */
  private record Form(Part part, int rows, int columns, boolean crosses) {}

  AttentionBlocks(Kernel.Attention kernel, Geometry geometry) {
    this.kernel = kernel;
    batch = Batch.of(geometry, kernel.rank() - 4);
    bytes = kernel.dtype().bytes();
    l = batch.size(0);
    s = batch.size(1);
    e = batch.size(2);
    v = batch.size(3);
    product = Gemm.kernel(kernel.dtype());
    packing = Packing.of(bytes);
  }

  /** Where the operands of a launch are. */
  static long[] addresses(Buffer[] buffers, long[] starts) {
    long[] addresses = new long[buffers.length];
    for (int a = 0; a < addresses.length; a++) {
      addresses[a] = ((CpuBuffer) buffers[a]).address() + starts[a];
    }
    return addresses;
  }

  /** A matrix of an operand: its rows along one of the axes (l, s, e, v), and its columns along another. */
  Matrix matrix(int operand, long address, long number, int rows, int columns) {
    return new Matrix(
        address + batch.at(operand, number) * bytes,
        batch.stride(operand, rows) * bytes,
        batch.stride(operand, columns) * bytes);
  }

  /** The end of the keys that queries from one on, within a block, have. */
  int endOfKeys(int query) {
    return kernel.causal() ? Math.min(s, (query / ROWS + 1) * ROWS) : s;
  }

  /** The first query that has the keys from one on, within a block of {@link #ROWS}. */
  int firstQuery(int key) {
    return kernel.causal() ? key / ROWS * ROWS : 0;
  }

  /** The bytes of rows of some elements that are packed as strips. */
  long stripBytes(int rows, int columns) {
    return Math.ceilDiv(columns, width(columns)) * ((long) rows * width(columns) * bytes + LINE);
  }

  private int width(int columns) {
    return product.lanes()
        * Math.clamp(Math.ceilDiv(columns, product.lanes()), 1, product.vectors(ROWS));
  }

  /** Rows of a matrix, packed as the second factor of products. */
  MicroKernel.Strips strips(Matrix m, int rows, int columns, long to) {
    int width = width(columns);
    long step = (long) width * bytes;
    long stride = rows * step + LINE;
    for (int first = 0; first < columns; first += width) {
      packing.copy(
          m.at(0, first),
          m.rowStride(),
          m.columnStride(),
          rows,
          Math.min(width, columns - first),
          to + first / width * stride,
          step);
    }
    return new MicroKernel.Strips(to, stride, step, width);
  }

  /** Rows of a matrix that follow each other: those that there are, or a copy. */
  Matrix rows(Matrix m, int rows, int columns, long to) {
    long wide = (long) columns * bytes;
    if (follow(m, columns)) {
      return m;
    }
    packing.copy(m.address(), m.rowStride(), m.columnStride(), rows, columns, to, wide);
    return new Matrix(to, wide, bytes);
  }

  /** Whether the rows of a matrix follow each other. */
  boolean follow(Matrix m, int columns) {
    return m.columnStride() == bytes && m.rowStride() == (long) columns * bytes;
  }

  /** Rows that follow each other as the second factor of products. */
  MicroKernel.Strips inPlace(Matrix m, int columns) {
    int width = width(columns);
    return new MicroKernel.Strips(m.address(), (long) width * bytes, m.rowStride(), width);
  }

  static Matrix from(Matrix m, int row) {
    return new Matrix(m.at(row, 0), m.rowStride(), m.columnStride());
  }

  static Matrix turned(Matrix m) {
    return new Matrix(m.address(), m.columnStride(), m.rowStride());
  }

  /** {@code c = init + a b}. */
  void multiply(
      Matrix a, MicroKernel.Strips b, Matrix c, int rows, int columns, int deep, boolean first) {
    product.run(a, b, c, rows, columns, deep, first);
  }

  /** Some numbers at an address. */
  void fill(long address, int count, double value) {
    long bits = kernel.dtype().bits(value);
    for (int i = 0; i < count; i++) {
      if (bytes == Float.BYTES) {
        ALL.set(ValueLayout.JAVA_INT, address + (long) Float.BYTES * i, (int) bits);
      } else {
        ALL.set(ValueLayout.JAVA_LONG, address + (long) Double.BYTES * i, bits);
      }
    }
  }

  /** The address of a mask for a query and a key. */
  long mask(long address, long number, int query, int key) {
    if (kernel.mask() == null) {
      return 0;
    }
    int operand = kernel.maskOperand();
    long element =
        batch.at(operand, number)
            + query * batch.stride(operand, 0)
            + key * batch.stride(operand, 1);
    return address + element * kernel.mask().bytes();
  }

  /** The rectangle of a loop over queries and keys. */
  record Rectangle(int query, int rows, int key, int keys) {
    boolean crosses() {
      return key + keys - 1 > query;
    }
  }

  private long[] operands(Rectangle at, long mask, long... others) {
    boolean crosses = kernel.causal() && at.crosses();
    int count = others.length + (crosses ? 1 : 0) + (kernel.mask() == null ? 0 : 1);
    long[] all = Arrays.copyOf(others, count);
    if (crosses) {
      all[others.length] = (long) at.query - at.key;
    }
    if (kernel.mask() != null) {
      all[count - 1] = mask;
    }
    return all;
  }

  /**
   * Exponentials in place of chains.
   *
   * @param state for each row the largest score; behind {@code count} of them the sums, then the factors for what was there
   */
  void exponentials(Rectangle at, long chains, long state, int count, long mask, long[] scalars) {
    long sums = state + (long) count * bytes;
    long factors = sums + (long) count * bytes;
    long most = chains + (long) ROWS * KEYS * bytes;
    long added = most + (long) ROWS * bytes;
    loop(Part.EXPONENTIALS, at)
        .run(operands(at, mask, chains, chains, state, most, added), scalars);
    loop(Part.CARRIED, 1, at.rows)
        .run(new long[] {state, most, sums, added, state, sums, factors}, NONE);
  }

  /** The p and d of gradients in place of chains. */
  void gradients(
      Rectangle at,
      long chains,
      long products,
      long logSums,
      long less,
      long mask,
      long[] scalars) {
    loop(Part.GRADIENTS, at)
        .run(operands(at, mask, chains, chains, products, products, logSums, less), scalars);
  }

  void rescale(Matrix sums, int rows, long factors) {
    loop(Part.RESCALED, rows, v).run(new long[] {sums.address(), factors, sums.address()}, NONE);
  }

  void divide(Matrix sums, int rows, long divisors, long to) {
    loop(Part.DIVIDED, rows, v).run(new long[] {sums.address(), divisors, to}, NONE);
  }

  void logSums(long largest, long sums, int count, long to) {
    loop(Part.LOG_SUMS, 1, count).run(new long[] {largest, sums, to}, NONE);
  }

  void scale(long address, int rows, int columns, long[] scalars) {
    loop(Part.SCALED, rows, columns).run(new long[] {address, address}, scalars);
  }

  private LoopLaunch loop(Part part, Rectangle at) {
    boolean crosses = kernel.causal() && at.crosses();
    return loops.computeIfAbsent(new Form(part, at.rows, at.keys, crosses), this::made);
  }

  private LoopLaunch loop(Part part, int rows, int columns) {
    return loops.computeIfAbsent(new Form(part, rows, columns, false), this::made);
  }

  private LoopLaunch made(Form form) {
    long along = kernel.mask() == null ? 0 : batch.stride(kernel.maskOperand(), 1);
    var lane =
        along == 0
            ? Access.Lane.BROADCAST
            : along == 1 ? Access.Lane.CONTIGUOUS : Access.Lane.STRIDED;
    var all = new AttentionLoops(kernel.dtype(), form.crosses, kernel.mask(), lane);
    Kernel.Loop loop =
        switch (form.part) {
          case EXPONENTIALS -> all.exponentials();
          case CARRIED -> all.carried();
          case RESCALED -> all.rescaled();
          case DIVIDED -> all.divided();
          case LOG_SUMS -> all.logSums();
          case GRADIENTS -> all.gradients();
          case SCALED -> all.scaled();
        };
    int count = loop.accesses().size();
    long[][] strides = new long[count][];
    boolean keys = form.part == Part.EXPONENTIALS || form.part == Part.GRADIENTS;
    for (int a = 0; a < count; a++) {
      Access access = loop.accesses().get(a);
      if (keys && kernel.mask() != null && a == count - 1) {
        strides[a] = new long[] {batch.stride(kernel.maskOperand(), 0), along};
      } else if (access.kind() == Access.Kind.INDEX) {
        strides[a] = new long[] {1, -1};
      } else if (access.lane() == Access.Lane.BROADCAST) {
        strides[a] = new long[] {1, 0};
      } else {
        strides[a] = new long[] {keys ? KEYS : form.columns, 1};
      }
    }
    var geometry = new Geometry(new int[] {form.rows, form.columns}, new long[count], strides);
    return new LoopLaunch(LoopCompiler.compile(loop), Workers.ALONE, geometry);
  }
}
