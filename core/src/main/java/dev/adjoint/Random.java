package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.kernel.Philox;
import dev.adjoint.ops.Sampling;
import dev.adjoint.ops.ShapeMath;
import java.util.function.Function;

/**
 * A generator of random tensors: a stream of Philox4x32-10 words under a seed, of which each draw takes the next blocks
 * of four.
 *
 * <p>A stream is the same on every device. It is the order of the calls that counts, not when values are computed, and
 * draws from several threads are safe. New tensors are on {@link Devices#current()} and, unless said otherwise, of
 * {@link Scope#dtype()}.
 */
public final class Random {
  private static final Random STANDARD = new Random(0);
  private static final double TO_UNIT_53 = 0x1p-53;

  private long seed;
  private long counter;

  /** A generator at the start of the stream of a seed. */
  public Random(long seed) {
    this.seed = seed;
  }

  /** The generator behind {@link Tensors#rand} and its like: one per process, with seed 0 at first. */
  public static Random standard() {
    return STANDARD;
  }

  /** Puts the standard generator at the start of the stream of a seed. */
  public static void seed(long seed) {
    STANDARD.restore(new State(seed, 0));
  }

  /**
   * A place in a stream, for checkpoints.
   *
   * @param seed which stream
   * @param counter the number of the next block
   */
  public record State(long seed, long counter) {}

  /** The present place in the stream. */
  public synchronized State state() {
    return new State(seed, counter);
  }

  /** Continues at a place. */
  public synchronized void restore(State state) {
    seed = state.seed();
    counter = state.counter();
  }

  /** Takes blocks for a number of words and returns where they start. */
  private synchronized State take(long words) {
    var start = new State(seed, counter);
    counter += Math.ceilDiv(words, 4L);
    return start;
  }

  /**
   * Random bits as i32.
   *
   * @throws IllegalArgumentException if the shape has more than 2^31 - 1 elements
   */
  public Tensor bits(Shape shape, Device device) {
    return bits("bits", shape, shape, device);
  }

  /** Random bits of which an op makes a tensor of another shape. */
  private Tensor bits(String op, Shape result, Shape shape, Device device) {
    if (shape.size() > Integer.MAX_VALUE) {
      throw OpError.of(
          op,
          "shape "
              + result
              + " needs "
              + shape.size()
              + " random words, and one draw has at most "
              + Integer.MAX_VALUE);
    }
    State start = take(shape.size());
    return new Tensor(Graph.random(shape, device, start.seed(), start.counter()));
  }

  /** Uniform random numbers in [0, 1). */
  public Tensor rand(int... shape) {
    return uniform("rand", Shape.of(shape), Scope.dtype());
  }

  /**
   * Uniform random numbers in [low, high).
   *
   * @throws IllegalArgumentException if low is above high
   */
  public Tensor uniform(double low, double high, int... shape) {
    if (!(low <= high)) {
      throw OpError.of("uniform", "needs low <= high, not " + low + " and " + high);
    }
    return rounded(
        Scope.dtype(),
        dtype -> uniform("uniform", Shape.of(shape), dtype).mul(high - low).add(low));
  }

  /** Uniform random numbers in [0, 1): multiples of 2^-24 in f32, of 2^-53 in f64, of 2^-11 in f16, of 2^-8 in bf16. */
  public Tensor uniform(Shape shape, DType dtype, Device device) {
    return uniform("uniform", shape, shape, dtype, device);
  }

  private Tensor uniform(String op, Shape shape, DType dtype) {
    return uniform(op, shape, shape, dtype, Devices.current());
  }

  /** Random numbers that are computed in f32 or f64 and rounded to a type. */
  private static Tensor rounded(DType dtype, Function<DType, Tensor> random) {
    return random.apply(dtype.isFloat() ? dtype.register() : dtype).to(dtype);
  }

  /** Uniform random numbers of which an op makes a tensor of another shape. */
  private Tensor uniform(String op, Shape result, Shape shape, DType dtype, Device device) {
    requireFloat(op, dtype);
    if (dtype != DType.F64) {
      // As many bits as the type has, because more would be rounded to 1.
      double unit = dtype.epsilon() / 2;
      return bits(op, result, shape, device)
          .shiftRight(Integer.SIZE + Math.getExponent(unit))
          .bitwiseAnd((int) (1 / unit) - 1)
          .to(dtype)
          .mul(unit);
    }
    Tensor words = bits(op, result, ShapeMath.insert(shape, 0, 2), device);
    Tensor high = words.select(0, 0).shiftRight(5).bitwiseAnd(0x7FFFFFF).to(DType.F64);
    Tensor low = words.select(0, 1).shiftRight(6).bitwiseAnd(0x3FFFFFF).to(DType.F64);
    return high.mul(0x1p26).add(low).mul(TO_UNIT_53);
  }

  /** Random numbers of the standard normal distribution. */
  public Tensor randn(int... shape) {
    return normal("randn", Shape.of(shape), Scope.dtype(), Devices.current());
  }

  /**
   * Random numbers of a normal distribution.
   *
   * @throws IllegalArgumentException if the deviation is negative
   */
  public Tensor normal(double mean, double deviation, int... shape) {
    if (!(deviation >= 0)) {
      throw OpError.of("normal", "the deviation must not be negative, it is " + deviation);
    }
    return rounded(
        Scope.dtype(),
        dtype ->
            normal("normal", Shape.of(shape), dtype, Devices.current()).mul(deviation).add(mean));
  }

  /**
   * Random numbers of the standard normal distribution by the method of Box and Muller: {@code sqrt(-2 log(1 - u))
   * cos(2 pi v)} of two uniform numbers. In f32 no value is beyond 5.8.
   */
  public Tensor normal(Shape shape, DType dtype, Device device) {
    return normal("normal", shape, dtype, device);
  }

  private Tensor normal(String op, Shape shape, DType dtype, Device device) {
    return rounded(dtype, wide -> standardNormal(op, shape, wide, device));
  }

  private Tensor standardNormal(String op, Shape shape, DType dtype, Device device) {
    Tensor both = uniform(op, shape, ShapeMath.insert(shape, 0, 2), dtype, device);
    Tensor radius = both.select(0, 0).rsub(1).log().mul(-2).sqrt();
    return radius.mul(both.select(0, 1).mul(2 * Math.PI).cos());
  }

  /**
   * Random numbers of a normal distribution that lie in [low, high], by the inverse of its distribution function.
   *
   * @throws IllegalArgumentException if the interval is empty
   */
  public Tensor truncatedNormal(
      double mean, double deviation, double low, double high, int... shape) {
    if (!(low < high && deviation > 0)) {
      throw OpError.of(
          "truncatedNormal",
          "needs low < high and a positive deviation, not "
              + low
              + ", "
              + high
              + " and "
              + deviation);
    }
    double scale = deviation * Math.sqrt(2);
    return rounded(
        Scope.dtype(),
        dtype -> {
          Tensor first = Tensors.full(Shape.SCALAR, (low - mean) / scale, dtype).erf();
          Tensor last = Tensors.full(Shape.SCALAR, (high - mean) / scale, dtype).erf();
          Tensor u = uniform("truncatedNormal", Shape.of(shape), dtype);
          return u.mul(last.sub(first)).add(first).erfinv().mul(scale).add(mean).clamp(low, high);
        });
  }

  /** Random integers (i64) from 0 to {@code high}, exclusive. */
  public Tensor randint(long high, int[] shape) {
    return randint(0, high, shape);
  }

  /**
   * Random integers (i64) from {@code low} to {@code high}, exclusive. A value's probability is off by less than
   * 2^-32.
   *
   * @throws IllegalArgumentException if the range is empty or has more than 2^31 values
   */
  public Tensor randint(long low, long high, int... shape) {
    long range = high - low;
    if (low >= high || range <= 0 || range > 1L << 31) {
      throw OpError.of(
          "randint", "the range from " + low + " to " + high + " must have 1 to 2^31 values");
    }
    Shape result = Shape.of(shape);
    Tensor words =
        bits("randint", result, result, Devices.current()).to(DType.I64).bitwiseAnd(0xFFFFFFFFL);
    return words.mul(range).shiftRight(32).add(low);
  }

  /**
   * The numbers (i64) 0 to n-1 in random order.
   *
   * @throws IllegalArgumentException if n is negative
   */
  public Tensor randperm(int n) {
    int[] order = permutation("randperm", n);
    long[] numbers = new long[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = order[i];
    }
    return Tensors.of(numbers);
  }

  /**
   * The numbers 0 to n-1 in random order, by the shuffle of Fisher and Yates on the host.
   *
   * @throws IllegalArgumentException if n is negative
   */
  public int[] permutation(int n) {
    return permutation("permutation", n);
  }

  private int[] permutation(String op, int n) {
    if (n < 0) {
      throw OpError.of(op, "the count must not be negative, it is " + n);
    }
    int[] order = ShapeMath.order(n);
    State start = take(n);
    int[] words = {};
    for (int i = 0; i < n; i++) {
      if (i % 4 == 0) {
        words = Philox.block(start.seed(), start.counter() + i / 4);
      }
      // The number of places left, times a fraction of 32 bits.
      int place = i + (int) ((Integer.toUnsignedLong(words[i % 4]) * (n - i)) >>> 32);
      int chosen = order[place];
      order[place] = order[i];
      order[i] = chosen;
    }
    return order;
  }

  /** Truth values (bool) that are true with a probability, which is rounded to a multiple of 2^-31. */
  public Tensor mask(double probability, Shape shape, Device device) {
    if (!(probability >= 0 && probability <= 1)) {
      throw OpError.of("bernoulli", "the probability must be in [0, 1], it is " + probability);
    }
    long threshold = Math.round(probability * 0x1p31) - (1L << 30);
    return bits("bernoulli", shape, shape, device).shiftRight(1).lt(threshold);
  }

  /** Ones with a probability, else zeros. */
  public Tensor bernoulli(double probability, int... shape) {
    return mask(probability, Shape.of(shape), Devices.current()).to(Scope.dtype());
  }

  /** Ones with the probabilities of a tensor, else zeros, in its shape and type. */
  public Tensor bernoulli(Tensor probabilities) {
    DType dtype = probabilities.dtype();
    Shape shape = probabilities.shape();
    return rounded(
        dtype,
        wide ->
            uniform("bernoulli", shape, shape, wide, probabilities.device())
                .lt(probabilities.to(wide))
                .to(wide));
  }

  /**
   * Random numbers of the exponential distribution with a rate: {@code -log(1 - u) / rate}.
   *
   * @throws IllegalArgumentException if the rate is not positive
   */
  public Tensor exponential(double rate, int... shape) {
    if (!(rate > 0)) {
      throw OpError.of("exponential", "the rate must be positive, it is " + rate);
    }
    return rounded(
        Scope.dtype(),
        dtype -> uniform("exponential", Shape.of(shape), dtype).neg().log1p().div(-rate));
  }

  /** Random numbers of the Gumbel distribution: {@code loc - scale log(-log(1 - u))}. */
  public Tensor gumbel(double loc, double scale, int... shape) {
    if (!(scale >= 0)) {
      throw OpError.of("gumbel", "the scale must not be negative, it is " + scale);
    }
    return rounded(
        Scope.dtype(),
        dtype -> Sampling.gumbel(uniform("gumbel", Shape.of(shape), dtype)).mul(scale).add(loc));
  }

  /**
   * Positions (i64) of the last axis of a vector or matrix, of which each is drawn with its share in the sum of its row; those of
   * probability 0 come, without replacement, only after all others.
   *
   * @param probabilities floats that are finite, not negative and not all 0, whose sum need not be 1
   * @throws IllegalArgumentException if there are other axes, or more are to be drawn without replacement than there are
   */
  public Tensor multinomial(Tensor probabilities, int count, boolean replacement) {
    return Sampling.multinomial(this, probabilities, count, replacement);
  }

  private static void requireFloat(String op, DType dtype) {
    if (!dtype.isFloat()) {
      throw OpError.of(op, "defined for floats, not " + dtype);
    }
  }
}
