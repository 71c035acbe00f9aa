package dev.adjoint.benchmarks;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Matrix products: squares, the layers of an MLP and of a small GPT, with a transposed matrix, of bf16 and of i8. Those of i8 are
 * i8, which wraps; of libtorch too, whose product for quantized networks, {@code _int_mm}, has no binding for Java.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatMulBench {
  /** What matrices are like. */
  private enum Form {
    ROWS(""),
    FIRST_TRANSPOSED(", first transposed"),
    SECOND_TRANSPOSED(", second transposed"),
    BF16(" of bf16"),
    I8(" of i8");

    private final String label;

    Form(String label) {
      this.label = label;
    }

    long bytes() {
      return switch (this) {
        case ROWS, FIRST_TRANSPOSED, SECOND_TRANSPOSED -> Float.BYTES;
        case BF16 -> Short.BYTES;
        case I8 -> Byte.BYTES;
      };
    }
  }

  /** A product of [m, k] and [k, n]. */
  public enum Product implements Work {
    SQUARE_64(64, 64, 64),
    SQUARE_128(128, 128, 128),
    SQUARE_256(256, 256, 256),
    SQUARE_512(512, 512, 512),
    SQUARE_1024(1024, 1024, 1024),
    SQUARE_2048(2048, 2048, 2048),
    MLP_32_784_512(32, 784, 512),
    MLP_32_512_256(32, 512, 256),
    MLP_32_256_10(32, 256, 10),
    MLP_128_784_512(128, 784, 512),
    MLP_128_512_256(128, 512, 256),
    MLP_128_256_10(128, 256, 10),
    MLP_512_784_512(512, 784, 512),
    MLP_512_512_256(512, 512, 256),
    MLP_512_256_10(512, 256, 10),
    GPT_768_128_128(768, 128, 128),
    GPT_768_128_512(768, 128, 512),
    /** The first matrix is stored as its transpose, as in the gradient of a weight. */
    FIRST_TRANSPOSED_1024(1024, 1024, 1024, Form.FIRST_TRANSPOSED),
    /** The second matrix is stored as its transpose, as in a linear layer. */
    SECOND_TRANSPOSED_1024(1024, 1024, 1024, Form.SECOND_TRANSPOSED),
    BF16_1024(1024, 1024, 1024, Form.BF16),
    BF16_MLP_128_784_512(128, 784, 512, Form.BF16),
    I8_1024(1024, 1024, 1024, Form.I8),
    I8_MLP_128_784_512(128, 784, 512, Form.I8);

    private final int m;
    private final int k;
    private final int n;
    private final Form form;

    Product(int m, int k, int n) {
      this(m, k, n, Form.ROWS);
    }

    Product(int m, int k, int n, Form form) {
      this.m = m;
      this.k = k;
      this.n = n;
      this.form = form;
    }

    @Override
    public String title() {
      return "matmul " + m + " x " + k + " x " + n + form.label;
    }

    @Override
    public double flops() {
      return 2.0 * m * k * n;
    }

    @Override
    public long bytesRead() {
      return form.bytes() * (m * k + k * n);
    }

    @Override
    public long bytesWritten() {
      return form.bytes() * m * n;
    }

    @Override
    public boolean quick() {
      return switch (this) {
        case SQUARE_64,
            SQUARE_256,
            SQUARE_1024,
            MLP_128_784_512,
            MLP_128_512_256,
            MLP_128_256_10,
            GPT_768_128_128,
            SECOND_TRANSPOSED_1024,
            BF16_1024 ->
            true;
        case SQUARE_128,
            SQUARE_512,
            SQUARE_2048,
            MLP_32_784_512,
            MLP_32_512_256,
            MLP_32_256_10,
            MLP_512_784_512,
            MLP_512_512_256,
            MLP_512_256_10,
            GPT_768_128_512,
            FIRST_TRANSPOSED_1024,
            BF16_MLP_128_784_512,
            I8_1024,
            I8_MLP_128_784_512 ->
            false;
      };
    }
  }

  /** Adjoint's matrices. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Product work;
    Tensor a;
    Tensor b;

    /** Makes the matrices. */
    @Setup
    public void make() {
      a =
          work.form == Form.FIRST_TRANSPOSED
              ? Adjoint.uniform(1, work.k, work.m).transpose(0, 1)
              : Adjoint.uniform(1, work.m, work.k);
      b =
          work.form == Form.SECOND_TRANSPOSED
              ? Adjoint.uniform(2, work.n, work.k).transpose(0, 1)
              : Adjoint.uniform(2, work.k, work.n);
      if (work.form == Form.BF16) {
        a = a.to(DType.BF16).realize();
        b = b.to(DType.BF16).realize();
      } else if (work.form == Form.I8) {
        a = a.mul(127).to(DType.I8).realize();
        b = b.mul(127).to(DType.I8).realize();
      }
    }
  }

  /** The matrices of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Product work;
    org.bytedeco.pytorch.Tensor a;
    org.bytedeco.pytorch.Tensor b;

    /** Makes the matrices. */
    @Setup
    public void make() {
      Libtorch.load();
      a =
          work.form == Form.FIRST_TRANSPOSED
              ? Libtorch.uniform(1, work.k, work.m).t()
              : Libtorch.uniform(1, work.m, work.k);
      b =
          work.form == Form.SECOND_TRANSPOSED
              ? Libtorch.uniform(2, work.n, work.k).t()
              : Libtorch.uniform(2, work.k, work.n);
      if (work.form == Form.BF16) {
        a = a.to(torch.ScalarType.BFloat16);
        b = b.to(torch.ScalarType.BFloat16);
      } else if (work.form == Form.I8) {
        a = a.mul(new Scalar(127f)).to(torch.ScalarType.Char);
        b = b.mul(new Scalar(127f)).to(torch.ScalarType.Char);
      }
    }
  }

  /** The product in Adjoint. */
  @Benchmark
  public void adjoint(Ours s) {
    Adjoint.compute(s.a.matmul(s.b));
  }

  /** The product in libtorch. */
  @Benchmark
  public void libtorch(Theirs s) {
    try (var _ = new PointerScope()) {
      s.a.matmul(s.b);
    }
  }
}
