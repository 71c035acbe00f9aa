package dev.adjoint.benchmarks;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What this machine can do at most: multiply-adds in registers, and streams of memory. The JVM's own vectors measure it, and not
 * the code that is compared with it. Only the JVMs that this runs in have their module: nothing here may load this class.
 */
@Fork(jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Limits {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int STEP = SPECIES.vectorByteSize();

  /** A multiple of the bytes of one round of all loops over memory. */
  static final int UNROLLED = 512;

  /** The numbers of a chain of multiply-adds. */
  private static final int FMA_NUMBERS = 160_000;

  private static final int CHAINS = 12;
  private static final long MEBIBYTE = 1 << 20;

  /** The multiplications and additions of one call of {@link #fma}. */
  static final double FMA_FLOPS = 2.0 * FMA_NUMBERS * CHAINS;

  /** How many bytes a stream touches, over all threads: what the caches near the core, the last one and none hold. */
  public enum WorkingSet {
    MIB_1(1),
    MIB_12(12),
    MIB_384(384);

    private final long mebibytes;

    WorkingSet(long mebibytes) {
      this.mebibytes = mebibytes;
    }

    /** The bytes. */
    long bytes() {
      return mebibytes * MEBIBYTE;
    }

    /** The size of one array of one thread: a multiple of {@link Limits#UNROLLED}. */
    int bytesEach(int arrays, int threads) {
      return Math.toIntExact(bytes() / arrays / threads / UNROLLED * UNROLLED);
    }

    @Override
    public String toString() {
      return mebibytes + " MiB";
    }
  }

  /** How a stream reads and writes; the constants are named like the methods that measure them. */
  public enum Stream {
    /** The sum of one array. */
    READ(1),
    /** One array to another. */
    COPY(2),
    /** {@code a = b + s * c}. */
    TRIAD(3);

    private final int arrays;

    Stream(int arrays) {
      this.arrays = arrays;
    }

    /** The number of arrays that share the working set. */
    int arrays() {
      return arrays;
    }
  }

  /** The arrays of one thread. */
  @State(Scope.Thread)
  public static class Arrays {
    @Param WorkingSet set;
    MemorySegment a;
    MemorySegment b;
    MemorySegment c;
    int bytes;

    /** Takes as many arrays as the benchmark uses. */
    @Setup
    public void make(BenchmarkParams run) {
      String method = run.getBenchmark().substring(run.getBenchmark().lastIndexOf('.') + 1);
      int arrays = Stream.valueOf(method.toUpperCase(java.util.Locale.ROOT)).arrays();
      bytes = set.bytesEach(arrays, run.getThreads());
      a = filled(bytes);
      b = arrays > 1 ? filled(bytes) : a;
      c = arrays > 2 ? filled(bytes) : a;
    }

    private static MemorySegment filled(int bytes) {
      return Posix.pages(bytes).fill((byte) 0);
    }
  }

  /** Chains of multiply-adds that never leave the registers. */
  @Benchmark
  public float fma() {
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector term = FloatVector.broadcast(SPECIES, 1);
    FloatVector a = term;
    FloatVector b = term;
    FloatVector c = term;
    FloatVector d = term;
    FloatVector e = term;
    FloatVector f = term;
    FloatVector g = term;
    FloatVector h = term;
    FloatVector i = term;
    FloatVector j = term;
    FloatVector k = term;
    FloatVector l = term;
    for (int round = 0; round < FMA_NUMBERS / SPECIES.length(); round++) {
      a = a.fma(factor, term);
      b = b.fma(factor, term);
      c = c.fma(factor, term);
      d = d.fma(factor, term);
      e = e.fma(factor, term);
      f = f.fma(factor, term);
      g = g.fma(factor, term);
      h = h.fma(factor, term);
      i = i.fma(factor, term);
      j = j.fma(factor, term);
      k = k.fma(factor, term);
      l = l.fma(factor, term);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** Reads one array. */
  @Benchmark
  public float read(Arrays s) {
    MemorySegment from = s.a;
    FloatVector p = FloatVector.zero(SPECIES);
    FloatVector q = p;
    FloatVector r = p;
    FloatVector t = p;
    for (int i = 0; i < s.bytes; i += 4 * STEP) {
      p = p.add(FloatVector.fromMemorySegment(SPECIES, from, i, ORDER));
      q = q.add(FloatVector.fromMemorySegment(SPECIES, from, i + STEP, ORDER));
      r = r.add(FloatVector.fromMemorySegment(SPECIES, from, i + 2 * STEP, ORDER));
      t = t.add(FloatVector.fromMemorySegment(SPECIES, from, i + 3 * STEP, ORDER));
    }
    return p.add(q).add(r).add(t).reduceLanes(VectorOperators.ADD);
  }

  /** Copies one array to another. */
  @Benchmark
  public void copy(Arrays s) {
    MemorySegment from = s.a;
    MemorySegment to = s.b;
    for (int i = 0; i < s.bytes; i += STEP) {
      FloatVector.fromMemorySegment(SPECIES, from, i, ORDER).intoMemorySegment(to, i, ORDER);
    }
  }

  /** Adds a multiple of one array to another. */
  @Benchmark
  public void triad(Arrays s) {
    MemorySegment x = s.a;
    MemorySegment y = s.b;
    MemorySegment to = s.c;
    FloatVector factor = FloatVector.broadcast(SPECIES, 3);
    for (int i = 0; i < s.bytes; i += STEP) {
      FloatVector product = FloatVector.fromMemorySegment(SPECIES, y, i, ORDER);
      product
          .fma(factor, FloatVector.fromMemorySegment(SPECIES, x, i, ORDER))
          .intoMemorySegment(to, i, ORDER);
    }
  }
}
