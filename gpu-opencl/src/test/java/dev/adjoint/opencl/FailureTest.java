package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.FailureContract;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureTest extends FailureContract<FakeDriver> {
  FailureTest() {
    super("opencl:3", FakeDriver::new);
  }

  @Override
  protected OpenClBackend open(FakeDriver driver) {
    return new OpenClBackend(
        new OpenClSession(driver, FakeDriver.info("fake driver 1"), "opencl:3"),
        Target.Threads.MANY,
        null);
  }

  private static Kernel doubling(DType dtype) {
    var accesses =
        List.of(
            new Access(Access.Kind.READ, dtype, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, dtype, Access.Lane.CONTIGUOUS));
    List<Instr> body =
        List.of(new Instr.Load(0, dtype), new Instr.Apply(ScalarOp.ADD, dtype, 0, 0, -1));
    var map = new Stage.Map(body, List.of(new Stage.Store(1, 1)));
    return new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(map));
  }

  @Test
  void aFailedCompilationLeavesNothingAndShowsTheLog() {
    for (String call : List.of("clCreateProgramWithSource", "clBuildProgram", "clCreateKernel")) {
      var driver = new FakeDriver();
      OpenClBackend device = open(driver);
      int before = driver.alive();
      driver.failAlways(call, -11);
      assertThatThrownBy(() -> device.compile(doubling(DType.F32)).prepare(two()))
          .isInstanceOf(OpenClException.class)
          .hasMessageStartingWith("opencl:3: map_2x2 cannot be compiled: ")
          .hasMessageContaining(call.equals("clBuildProgram") ? "line 7: the log" : call);
      assertThat(driver.alive()).isEqualTo(before);
    }
  }

  @Test
  void aCompilerThatLosesItsFilesIsAskedAgain() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver);
    driver.log =
        "error: unable to rename temporary 'a' to output file 'b': 'No such file or directory'";
    // The program is made, and is then built.
    driver.failCall(1, -11);
    device.compile(doubling(DType.F32)).prepare(two());
    int before = driver.alive();
    driver.failAlways("clBuildProgram", -11);
    assertThatThrownBy(() -> device.compile(doubling(DType.I32)).prepare(two()))
        .isInstanceOf(OpenClException.class)
        .hasMessageContaining("unable to rename temporary");
    assertThat(driver.alive()).isEqualTo(before);
    assertThat(driver.calls.stream().filter("clBuildProgram"::equals).count()).isEqualTo(2 + 3);
  }

  /** A source that does not compile in either way says nothing about the header. */
  @Test
  void aCompilerThatNeedsItsHeaderIsAskedOnceToDoWithoutIt() {
    var driver = new FakeDriver();
    var info = FakeDriver.info("Portable Computing Language 99");
    var session = new OpenClSession(driver, info, "opencl:3");
    var device = new OpenClBackend(session, Target.Threads.MANY, null);
    String without = "clBuildProgram without a header";
    device.compile(doubling(DType.F32)).prepare(two());
    assertThat(driver.calls).contains(without).doesNotContain("clBuildProgram");
    driver.failAlways(without, -11);
    driver.failAlways("clBuildProgram", -11);
    assertThatThrownBy(() -> device.compile(doubling(DType.I32)).prepare(two()))
        .isInstanceOf(OpenClException.class)
        .hasMessageContaining("cannot be compiled");
    driver.heal();
    driver.failAlways(without, -11);
    driver.calls.clear();
    int before = driver.alive();
    for (DType dtype : List.of(DType.I32, DType.I64, DType.U8)) {
      device.compile(doubling(dtype)).prepare(two());
    }
    assertThat(driver.alive()).isEqualTo(before + 3);
    assertThat(driver.calls).containsOnlyOnce(without);
    assertThat(Collections.frequency(driver.calls, "clBuildProgram")).isEqualTo(3);
  }

  private static Geometry two() {
    return new Geometry(new int[] {2}, new long[2], new long[][] {{1}, {1}});
  }

  @Test
  void aFullDeviceIsOutOfMemory() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver);
    driver.failAlways("clCreateBuffer", -4);
    assertThatThrownBy(() -> device.allocate(1 << 20))
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("opencl:3: out of memory: requested 1048576 bytes")
        .hasMessageContaining("largest buffer of this device has 134217728 bytes");
  }

  @Test
  void aBlockLargerThanTheLargestBufferIsOutOfMemory() {
    OpenClBackend device = open(new FakeDriver());
    assertThatThrownBy(() -> device.allocate(200L << 20))
        .isInstanceOf(OutOfDeviceMemoryException.class);
  }

  @Test
  void aDeviceWithoutF64NamesTheKernel() {
    OpenClBackend device = open(new FakeDriver());
    assertThatThrownBy(() -> device.compile(doubling(DType.F64)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("opencl:3: map_2x2 needs f64, which Fake One does not have");
    device.compile(doubling(DType.F32)).prepare(two());
  }

  @Test
  void memoryIsHandedOutAgain() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver);
    for (int i = 0; i < 100; i++) {
      device.free(device.allocate(1 << 20));
    }
    assertThat(driver.calls.stream().filter("clCreateBuffer"::equals).count()).isEqualTo(2);
  }

  @Test
  void argumentsAreSetOnlyWhenTheyChange() {
    var driver = new FakeDriver();
    OpenClBackend device = open(driver);
    Buffer buffer = device.allocate(1000);
    var launch = device.compile(doubling(DType.F32)).prepare(two());
    for (int i = 0; i < 10; i++) {
      launch.run(new Buffer[] {buffer, buffer}, new long[] {64L * i, 0}, new long[0]);
    }
    assertThat(driver.calls.stream().filter("clSetKernelArg"::equals).count()).isEqualTo(2 + 10);
  }

  /** Numbers in memory are copied while the next launches are prepared; the queue is waited for when 64 KiB are on their way. */
  @Test
  void launchesDoNotWaitForTheirNumbers() {
    var driver = new FakeDriver();
    var session = new OpenClSession(driver, FakeDriver.info("fake driver 1", 24), "opencl:3");
    var device = new OpenClBackend(session, Target.Threads.MANY, null);
    Buffer buffer = device.allocate(1000);
    var launch = device.compile(doubling(DType.F32)).prepare(two());
    driver.calls.clear();
    int launches = 10_000;
    for (int i = 0; i < launches; i++) {
      launch.run(new Buffer[] {buffer, buffer}, new long[] {4L * (i % 200), 0}, new long[0]);
    }
    device.synchronize();
    assertThat(driver.calls).doesNotContain("clEnqueueWriteBuffer");
    assertThat(Collections.frequency(driver.calls, "clEnqueueWriteBuffer without waiting"))
        .isEqualTo(launches);
    assertThat(Collections.frequency(driver.calls, "clFinish")).isBetween(2, launches / 100);
  }
}
