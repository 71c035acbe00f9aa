package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import java.util.Collections;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on the first OpenCL device. Each sample is a kernel of its own, so an eighth of the rows that are not short for
 * another one are tried with one type, a sixteenth with the others that kernels compute in, and one of 48 with i8, f16 and bf16,
 * which are stored as those. Of the other shapes and layouts one of 48 is tried, with the one type.
 */
class OpenClContractTest extends DeviceContract {
  private static final Sampling SAMPLING = new Sampling("OpenCL contract");
  private static final Logger COMPILER = Logger.getLogger(OpenClCompiler.class.getName());
  private static final Missing MISSING = new Missing();

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    Set<DType> types = sample.op().dtypes();
    DType thorough = types.contains(DType.F32) ? DType.F32 : Collections.max(types);
    boolean first = Sampling.isFirst(sample);
    return SAMPLING.tries(
        sample.dtype() == thorough
            ? Sampling.isChosen(sample, first ? 8 : 48)
            : first && Sampling.isChosen(sample, Sampling.isStoredOnly(sample.dtype()) ? 48 : 16));
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return SAMPLING.tries(!Sampling.isStoredOnly(dtype) || Sampling.isChosen(function, 8));
  }

  @BeforeAll
  static void listen() {
    COMPILER.addHandler(MISSING);
  }

  @AfterAll
  static void report() {
    COMPILER.removeHandler(MISSING);
    SAMPLING.report();
    // A kernel that calls a function which is not declared for it is right all the same, only late.
    assertThat(MISSING.said).isEmpty();
  }

  /** What the compiler says of kernels that it could not compile with the functions of kernels alone. */
  private static final class Missing extends Handler {
    final Queue<String> said = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord message) {
      if (message.getMessage().contains("with all functions of OpenCL C")) {
        said.add(message.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
