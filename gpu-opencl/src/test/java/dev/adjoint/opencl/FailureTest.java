package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whichever call of the driver fails, the error says what was being done, and nothing is lost. */
class FailureTest {
  private static final Kernel GATHER = new Kernel.Gather(1, 0, DType.F32, DType.I32);
  private static final Geometry SIX = new Geometry(new int[] {6}, new long[3], new long[][] {{1}, {1}, {0}});

  private static Kernel doubling(DType dtype) {
    var accesses =
        List.of(
            new Access(Access.Kind.READ, dtype, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS));
    List<Instr> body = List.of(new Instr.Load(0, dtype), new Instr.Apply(ScalarOp.ADD, dtype, 0, 0, -1));
    var map = new Stage.Map(body, List.of(new Stage.Store(1, 1)));
    return new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(map));
  }

  private static OpenClBackend open(FakeDriver driver, OpenClInfo info) {
    return new OpenClBackend(new OpenClSession(driver, info, "opencl:3"), Target.Threads.MANY, null);
  }

  /** Everything that a device does: opening, memory, copies, a compilation, launches, timing. */
  private static OpenClBackend everything(FakeDriver driver) {
    OpenClBackend device = open(driver, FakeDriver.info("cl_khr_fp64"));
    work(device);
    return device;
  }

  private static void work(OpenClBackend device) {
    Buffer buffer = device.allocate(1000);
    try {
      device.write(buffer, 4, MemorySegment.ofArray(new float[] {1, 2, 3}));
      var launch = device.compile(GATHER).prepare(SIX);
      launch.run(new Buffer[] {buffer, buffer, buffer}, new long[3], new long[] {1, 6});
      device.time(() -> launch.run(new Buffer[] {buffer, buffer, buffer}, new long[] {64, 0, 0}, new long[] {1, 6}));
      device.read(buffer, 4, MemorySegment.ofArray(new float[3]));
      device.synchronize();
    } finally {
      device.free(buffer);
    }
  }

  @Test
  void theKthCallMayFail() {
    var healthy = new FakeDriver();
    everything(healthy);
    int calls = healthy.calls.size();
    assertThat(calls).isGreaterThan(20);
    for (int k = 0; k < calls; k++) {
      String failed = healthy.calls.get(k);
      var driver = new FakeDriver();
      driver.failCall(k);
      assertThatThrownBy(() -> everything(driver))
          .describedAs("call %d, %s", k, failed)
          .isInstanceOf(OpenClException.class)
          .hasMessageStartingWith("opencl:3: ")
          .hasMessageContaining(failed + ": FAKE (-9999)");
    }
  }

  @Test
  void nothingIsLeftOfAFailedOpening() {
    for (int k = 0; k < 4; k++) {
      var driver = new FakeDriver();
      driver.failCall(k);
      assertThatThrownBy(() -> open(driver, FakeDriver.info()))
          .isInstanceOf(OpenClException.class)
          .hasMessageContaining("cannot be opened");
      assertThat(driver.alive()).isZero();
    }
  }

  @Test
  void workAfterAFailureTakesNothingMore() {
    var healthy = new FakeDriver();
    OpenClBackend device = everything(healthy);
    int objects = healthy.alive();
    int opening = healthy.calls.size();
    work(device);
    int again = healthy.calls.size() - opening;
    assertThat(healthy.alive()).isEqualTo(objects);
    for (int k = 0; k < again; k++) {
      healthy.failCall(k);
      assertThatThrownBy(() -> work(device)).isInstanceOf(OpenClException.class);
      work(device);
      assertThat(healthy.alive()).isEqualTo(objects);
      assertThat(device.memory().live()).isZero();
    }
  }

  @Test
  void aFailedCompilationLeavesNothingAndShowsTheLog() {
    for (String call : List.of("clCreateProgramWithSource", "clBuildProgram", "clCreateKernel")) {
      var driver = new FakeDriver();
      OpenClBackend device = open(driver, FakeDriver.info());
      int before = driver.alive();
      driver.failAlways(call, -11);
      assertThatThrownBy(() -> device.compile(doubling(DType.F32)).prepare(two()))
          .isInstanceOf(OpenClException.class)
          .hasMessageStartingWith("opencl:3: map_2x2 cannot be compiled: ")
          .hasMessageContaining(call.equals("clBuildProgram") ? "line 7: the log" : call);
      assertThat(driver.alive()).isEqualTo(before);
    }
  }

  private static Geometry two() {
    return new Geometry(new int[] {2}, new long[2], new long[][] {{1}, {1}});
  }

  @Test
  void aFullDeviceIsOutOfMemory() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver, FakeDriver.info());
    driver.failAlways("clCreateBuffer", -4);
    assertThatThrownBy(() -> device.allocate(1 << 20))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("opencl:3: out of memory: requested 1048576 bytes")
        .hasMessageContaining("largest buffer of this device has 134217728 bytes");
  }

  @Test
  void aBlockLargerThanTheLargestBufferIsOutOfMemory() {
    OpenClBackend device = open(new FakeDriver(), FakeDriver.info());
    assertThatThrownBy(() -> device.allocate(200L << 20)).isInstanceOf(OutOfDeviceMemoryException.class);
  }

  @Test
  void aDeviceWithoutF64NamesTheKernel() {
    OpenClBackend device = open(new FakeDriver(), FakeDriver.info());
    assertThatThrownBy(() -> device.compile(doubling(DType.F64)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("opencl:3: map_2x2 needs f64, which Fake One does not have");
    device.compile(doubling(DType.F32)).prepare(two());
  }

  @Test
  void memoryIsHandedOutAgain() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver, FakeDriver.info());
    for (int i = 0; i < 100; i++) {
      device.free(device.allocate(1 << 20));
    }
    assertThat(driver.calls.stream().filter("clCreateBuffer"::equals).count()).isEqualTo(2);
  }

  @Test
  void argumentsAreSetOnlyWhenTheyChange() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver, FakeDriver.info());
    Buffer buffer = device.allocate(1000);
    var launch = device.compile(doubling(DType.F32)).prepare(two());
    for (int i = 0; i < 10; i++) {
      launch.run(new Buffer[] {buffer, buffer}, new long[] {64L * i, 0}, new long[0]);
    }
    assertThat(driver.calls.stream().filter("clSetKernelArg"::equals).count()).isEqualTo(2 + 10);
  }
}
