package dev.adjoint.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Training steps of networks of the usual kinds: forward, backward, Adam where nothing else is said, and reading the loss. Both
 * sides have the same sizes and inputs, {@link AdjointNetwork} and {@link LibtorchNetwork}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NetworkStepBench {
  /** A network and what it is trained on. */
  public enum Network implements Work {
    CNN("CNN training step, batch 64 of 28 x 28"),
    GPT("GPT training step, 4 layers of 128, batch 12 of 64 tokens"),
    LSTM("LSTM training step, 32 to 64, batch 32 of 50 steps"),
    LSTM_LENGTHS("LSTM training step, batches of 40 to 60 steps in turns"),
    LSTM_NEW(
        "LSTM training step, each on a shape not seen before: 40 to 60 steps, 12 to 52 sequences"),
    RESNET_20("ResNet-20 training step, SGD with momentum, batch 32 of 32 x 32");

    /** Lengths from one to the next differ by this, modulo the number of lengths, which has no divisor in common with it. */
    private static final int STRIDE = 8;

    private static final int LENGTHS = 21;

    /** The number of batch sizes, which has no divisor in common with that of the lengths either. */
    private static final int SIZES = 41;

    private static final int SMALLEST = 12;

    private final String title;

    Network(String title) {
      this.title = title;
    }

    @Override
    public String title() {
      return title;
    }

    /**
     * Of the convolutions and matrix products: three for each layer, but a first layer's input needs no gradient. Half of an
     * attention is masked.
     */
    @Override
    public double flops() {
      return switch (this) {
        case CNN -> {
          long first = 26 * 26 * 32 * 9;
          long others = 24 * 24 * 64 * (32 * 9) + 9216 * 128 + 128 * 10;
          yield 2.0 * 64 * (2 * first + 3 * others);
        }
        case GPT -> {
          long layers = 4 * 12 * 128 * 128 + 128 * 65;
          long attention = 4 * 2 * 128 * (64 + 1) / 2;
          yield 2.0 * 12 * 64 * 3 * (layers + attention);
        }
        case LSTM, LSTM_LENGTHS, LSTM_NEW -> {
          long ofInput = 32 * 4 * 64;
          long ofHidden = 64 * 4 * 64;
          yield 2.0 * 32 * 50 * (2 * ofInput + 3 * ofHidden);
        }
        case RESNET_20 -> {
          long first = 32 * 32 * 16 * (3 * 9);
          long layer = 32 * 32 * 16 * (16 * 9);
          // A stage has half as many pixels each way as the one before, and twice as many channels.
          long others = 6 * layer + 2 * (layer / 2 + 5 * layer) + 64 * 10;
          yield 2.0 * 32 * (2 * first + 3 * others);
        }
      };
    }

    /** The length of the sequences of a step, of which 50 is the mean. */
    int length(int step) {
      return this == LSTM ? 50 : 40 + (int) ((long) STRIDE * step % LENGTHS);
    }

    /** The number of sequences of a step, of which 32 is the mean. */
    int sequences(int step) {
      return this == LSTM_NEW ? SMALLEST + (int) ((long) STRIDE * step % SIZES) : 32;
    }

    /** Where the sequences of a step begin: when all shapes were there, they come again from one further on. */
    int start(int step) {
      return this == LSTM_NEW ? step / (LENGTHS * SIZES) : 0;
    }

    @Override
    public boolean quick() {
      return this == CNN || this == GPT;
    }
  }

  /** Adjoint's network. */
  @State(Scope.Benchmark)
  public static class Ours {
    @Param Network work;
    AdjointNetwork network;

    /** Makes the network. */
    @Setup
    public void make() {
      network = AdjointNetwork.of(work);
    }
  }

  /** The network of libtorch. */
  @State(Scope.Benchmark)
  public static class Theirs {
    @Param Network work;
    LibtorchNetwork network;

    /** Makes the network. */
    @Setup
    public void make() {
      Libtorch.load();
      network = LibtorchNetwork.of(work);
    }
  }

  /** The step in Adjoint. */
  @Benchmark
  public double adjoint(Ours s) {
    return s.network.step();
  }

  /** The step in libtorch. */
  @Benchmark
  public double libtorch(Theirs s) {
    return s.network.step();
  }
}
