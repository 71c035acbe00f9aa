package dev.adjoint.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The peer's side: libtorch through JavaCPP, with the settings that are best for it.
 *
 * <p>A variable that the environment sets already is left as it is, so other settings can be tried from a shell.
 */
final class Libtorch {
  private Libtorch() {}

  /** Its version, followed by that of JavaCPP. */
  static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      throw new UncheckedIOException("libtorch: its jar does not tell its version", e);
    }
  }

  /** Whether its libraries for this machine are on the class path. */
  static boolean available() {
    return Libtorch.class.getResource(
            "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/libtorch.so")
        != null;
  }

  /** Loads it; to be called before anything else of it. */
  static void load() {
    // Benchmarks free by scope, so the garbage collector need not watch over each tensor.
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    String threads = Integer.toString(Settings.threads());
    Posix.setDefault("OMP_NUM_THREADS", threads);
    Posix.setDefault("OPENBLAS_NUM_THREADS", threads);
    // Its BLAS has threads of its own; a team of OpenMP that waits by spinning would take the
    // processors from them.
    Posix.setDefault("OMP_WAIT_POLICY", "PASSIVE");
    if (Machine.hasAvx512()) {
      // OpenBLAS knows Zen 5 no further than AVX2.
      Posix.setDefault("OPENBLAS_CORETYPE", "SKYLAKEX");
    }
    torch.set_num_threads(Settings.threads());
  }

  /** A tensor of uniform numbers. */
  static Tensor uniform(long seed, int... shape) {
    return torch.tensor(Inputs.uniform(seed, Inputs.size(shape))).reshape(longs(shape));
  }

  /** A shape as it takes one. */
  static long[] longs(int... shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }
}
