package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the emulated driver notices that a device may bear, or that nobody may see on one; by each binding. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class EmulatorTest {
  private static final int DEVICE = Emulator.DEVICES - 1;
  private static final int THREADS = 64;
  private static final long BYTES = THREADS * Float.BYTES;

  private final Emulator emulator = Emulator.needed();
  private final int alive = emulator.alive();
  private final CudaDriver driver;
  private final long context;
  private final long stream;
  private final long memory;
  private final long pinned;
  private final MemorySegment floats;

  EmulatorTest(boolean foreign) {
    driver = foreign ? emulator.foreign() : emulator.driver();
    context = driver.retainContext(DEVICE);
    driver.use(context);
    stream = driver.createStream();
    memory = driver.allocate(BYTES);
    pinned = driver.allocatePinned(BYTES);
    floats = MemorySegment.ofAddress(pinned).reinterpret(BYTES);
  }

  /** Nobody else uses the context, so it goes with all that is in it, also where it was lost. */
  @AfterEach
  void close() {
    driver.releaseContext(DEVICE);
    assertThat(emulator.alive()).isEqualTo(alive);
  }

  /** A kernel of one statement, with the thread's number {@code i}, a pointer {@code a} and shared memory {@code s}. */
  private long kernel(String statement) {
    String text =
        """
        typedef unsigned u32;
        extern "C" __global__ void kernel(float* a) {
          __shared__ float s[64];
          const int i = threadIdx.x;
          %s
        }
        """
            .formatted(statement);
    return driver.function(
        driver.loadModule(emulator.compiler(emulator.info(DEVICE)).compile(text)), "kernel");
  }

  private void launch(long kernel, long address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_LONG, address);
      driver
          .kernel(kernel, 1, THREADS, 1, arena.allocateFrom(ValueLayout.ADDRESS, value))
          .launch(stream);
    }
  }

  private void fails(Runnable call, int code, String complaint) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            CudaException.class, error -> assertThat(error.code()).isEqualTo(code));
    assertThat(emulator.complaint()).contains(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a[i + 1] = 1; | 700 | no memory at an address, in block (0, 0, 0), thread (63, 0, 0)",
        "a[i - 1900] = 1; | 700 | no memory at an address, in block (0, 0, 0), thread (0, 0, 0)",
        "s[i + 1] = 1; | 719 | what C leaves undefined, such as an index outside of an array",
        "*(float*) ((char*) a + i) = 1; | 719 | what C leaves undefined",
        "a[0] = 1 / i; | 719 | what C leaves undefined",
        "if (i < 9) __syncthreads(); | 719 | one waits in line 5, thread 9 ends",
        "copy_16((u32*) s, a + 1, 16); await_copies_but_0(); | 719 | what C leaves undefined",
        "copy_4((u32*) s + i, a + i, 4); | 719 | what C leaves undefined",
      })
  void aKernelThatDoesWhatItMustNot(String statement, int code, String complaint) {
    launch(kernel(statement), memory);
    fails(() -> driver.waitForStream(stream), code, complaint);
    fails(() -> driver.allocate(4), code, "the context is lost");
  }

  @Test
  void aBarrierThatIsMissingChangesResults() {
    float[] right = new float[THREADS];
    for (int i = 0; i < THREADS; i++) {
      right[i] = THREADS - 1 - i;
    }
    assertThat(run("s[i] = i; __syncthreads(); a[i] = s[63 - i];")).isEqualTo(right);
    assertThat(run("s[i] = i; a[i] = s[63 - i];")).isNotEqualTo(right);
    assertThat(run("__syncthreads(); s[i] = i; a[i] = s[63 - i];")).isNotEqualTo(right);
  }

  /** A copy is done when it is waited for, and what was there before is lost when it begins. */
  @Test
  void aCopyThatIsNotWaitedForChangesResults() {
    floats.fill((byte) 0);
    driver.copyToDevice(memory, pinned, BYTES, stream);
    String begin = "s[i] = 1; copy_4((u32*) s + i, a + i, 4); commit_copies(); ";
    float[] ones = new float[THREADS];
    Arrays.fill(ones, 1);
    assertThat(run(begin + "await_copies_but_0(); a[i] = s[i] + 1;")).isEqualTo(ones);
    assertThat(run(begin + "a[i] = s[i]; await_copies_but_0();")).containsOnly(Float.NaN);
    assertThat(run(begin + "await_copies_but_1(); a[i] = s[i]; await_copies_but_0();"))
        .containsOnly(Float.NaN);
  }

  private float[] run(String statement) {
    launch(kernel(statement), memory);
    driver.copyToHost(pinned, memory, BYTES, stream);
    driver.waitForStream(stream);
    return floats.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** So a buffer that is filled again too early, or read too early, is noticed. */
  @Test
  void workRunsWhenSomebodyWaits() {
    int before = emulator.pending();
    floats.set(ValueLayout.JAVA_FLOAT, 0, 1);
    driver.copyToDevice(memory, pinned, BYTES, stream);
    floats.set(ValueLayout.JAVA_FLOAT, 0, 2);
    long event = driver.createEvent(false);
    driver.record(event, stream);
    driver.copyToHost(pinned, memory, BYTES, stream);
    assertThat(emulator.pending()).isEqualTo(before + 3);
    driver.waitForEvent(event);
    assertThat(emulator.pending()).isEqualTo(before + 1);
    floats.set(ValueLayout.JAVA_FLOAT, 0, 3);
    driver.waitForStream(stream);
    assertThat(floats.get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(2);
  }

  @Test
  void anAddressThatIsNotOfTheDevice() {
    long kernel = kernel("a[0] = 1;");
    fails(() -> launch(kernel, 0), 700, "kernel, argument 0: no device memory");
    fails(() -> launch(kernel, pinned), 1, "kernel, argument 0: not device memory");
    fails(() -> launch(kernel, memory + 1), 716, "kernel, argument 0 is not aligned");
    fails(() -> driver.copyToHost(pinned, memory, BYTES + 1, stream), 1, "no pinned memory");
    fails(() -> driver.copyToHost(memory, memory, BYTES, stream), 1, "not pinned memory");
    fails(() -> driver.free(pinned), 1, "not an address of device memory");
    long other = driver.retainContext(0);
    driver.use(other);
    long foreign = driver.allocate(BYTES);
    fails(() -> driver.waitForStream(stream), 201, "stream of another context");
    driver.use(context);
    fails(() -> launch(kernel, foreign), 700, "kernel, argument 0: memory of another device");
    driver.use(other);
    driver.free(foreign);
    driver.releaseContext(0);
  }

  @Test
  void whatIsGoneIsNotUsed() {
    long kernel = kernel("a[0] = 1;");
    long address = driver.allocate(BYTES);
    driver.free(address);
    fails(() -> driver.free(address), 1, "not an address of device memory");
    fails(() -> launch(kernel, address), 700, "no device memory, or no longer");
    long event = driver.createEvent(true);
    driver.destroyEvent(event);
    fails(() -> driver.record(event, stream), 400, "no event");
  }

  @Test
  void aTextThatCannotBeCompiledIsShown() {
    KernelCompiler compiler = emulator.compiler(emulator.info(DEVICE));
    assertThatThrownBy(() -> compiler.compile("no kernel"))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("error: ")
        .hasMessageEndingWith("no kernel");
  }

  @Test
  void theProviderFindsItsParts() {
    var provider = new CudaProvider(() -> driver, emulator.toolkit());
    assertThat(provider.whyNot()).isEmpty();
    assertThat(provider.describe())
        .hasSize(Emulator.DEVICES)
        .first()
        .asString()
        .startsWith("Emulated GPU 0, 1 multiprocessors, 16.0 GiB, compute capability 9.0");
    assertThat(provider.parts().getFirst()).startsWith("NVRTC 12.99 (");
    assertThat(provider.parts().get(1)).startsWith("no cuBLASLt");
    assertThat(provider.parts().getLast())
        .isEqualTo(
            "no cuDNN, which convolutions are given to; install it with: pip install nvidia-cudnn-cu12");
  }
}
