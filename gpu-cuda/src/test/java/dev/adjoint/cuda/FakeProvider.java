package dev.adjoint.cuda;

import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.Program;
import dev.adjoint.device.Reclaimer;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Offers many devices {@code cuda-fake:0}, {@code cuda-fake:1}..., in tests only: the CUDA device on a driver without hardware.
 * Launches that get through to the driver are interpreted, so results are real.
 */
public final class FakeProvider implements DeviceProvider {
  static final String KIND = "cuda-fake";
  static final int DEVICES = 200;

  /** A device on which kernels do nothing. */
  static final int SILENT = DEVICES - 1;

  /** Another one. */
  static final int SILENT_TOO = SILENT - 1;

  /** One more. */
  static final int ATTENDING = SILENT_TOO - 1;

  /** One more, which needs the kernels of the emulated device. */
  static final int RECORDING = ATTENDING - 1;

  private static final ConcurrentHashMap<Integer, FakeDriver> DRIVERS = new ConcurrentHashMap<>();

  /** The driver of a device. */
  static FakeDriver driver(int ordinal) {
    return DRIVERS.computeIfAbsent(ordinal, _ -> new FakeDriver());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public List<String> describe() {
    return Collections.nCopies(DEVICES, "the CUDA device without hardware");
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    FakeDriver driver = driver(ordinal);
    CudaInfo info = ordinal == RECORDING ? Emulator.needed().info(0) : FakeDriver.info();
    var session = new CudaSession(driver, 0, info, KIND + ":" + ordinal);
    var device = new CudaBackend(session, driver, null, null, null);
    return ordinal >= RECORDING ? device : new Interpreting(device, driver);
  }

  /** Tells the driver what kernels compute. */
  private record Interpreting(CudaBackend real, FakeDriver driver) implements Backend {
    @Override
    public Program compile(Kernel kernel) {
      Program program = real.compile(kernel);
      return geometry -> {
        driver.kernels.learn(kernel, geometry);
        return program.prepare(geometry);
      };
    }

    @Override
    public Sequence sequence(List<Program.Launch> launches, int firstUpdate) {
      return real.sequence(launches, firstUpdate);
    }

    @Override
    public String description() {
      return real.description();
    }

    @Override
    public Buffer allocate(long bytes) {
      return real.allocate(bytes);
    }

    @Override
    public void free(Buffer buffer) {
      real.free(buffer);
    }

    @Override
    public MemoryStats memory() {
      return real.memory();
    }

    @Override
    public void onPressure(Reclaimer reclaimer) {
      real.onPressure(reclaimer);
    }

    @Override
    public void write(Buffer to, long start, MemorySegment from) {
      real.write(to, start, from);
    }

    @Override
    public void read(Buffer from, long start, MemorySegment to) {
      real.read(from, start, to);
    }

    @Override
    public void synchronize() {
      real.synchronize();
    }

    @Override
    public long time(Runnable launches) {
      return real.time(launches);
    }
  }
}
