package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Sequence;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.schedule.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/** How fast a device is: its memory, products, launches and training steps. */
final class Speed {
  private static final int WARM_UP = 20;
  private static final int GPT_BATCH = 12;
  private static final int SMALLEST = 1 << 20;
  private static final int LARGEST = 1 << 26;
  private static final double SLOW = 0.02;
  private static final int SMALL = 1000;

  private final Device device;
  private final Report report;
  private final Stopwatch stopwatch;

  Speed(Device device, Report report) {
    this.device = device;
    this.report = report;
    this.stopwatch = new Stopwatch(device);
  }

  private void add(String what, double value, String unit) {
    report.add(new Measurement(device.name(), what, value, unit));
  }

  /** Measures everything. */
  void run() {
    int n = copies();
    chain(n);
    sum(n);
    for (Precision precision : Precision.values()) {
      products(precision);
    }
    overhead();
    graphs();
    training();
  }

  /** Measures copies, and returns a number of elements that makes kernels take a while. */
  private int copies() {
    Backend backend = device.backend();
    int n = SMALLEST;
    double speed = 0;
    for (; n < LARGEST; n *= 4) {
      int size = n;
      Variable x = variable(() -> Tensors.zeros(size));
      if (stopwatch.seconds(() -> update(x, x.add(1))) > SLOW / 4) {
        break;
      }
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment host = arena.allocate(4L * n, 64);
      host.fill((byte) 1);
      Buffer buffer = backend.allocate(host.byteSize());
      try {
        speed = host.byteSize() / stopwatch.seconds(() -> backend.write(buffer, 0, host)) * 1e-9;
        add("copy to the device", speed, "GB/s");
        speed = host.byteSize() / stopwatch.seconds(() -> backend.read(buffer, 0, host)) * 1e-9;
        add("copy from the device", speed, "GB/s");
      } finally {
        backend.free(buffer);
      }
    }
    return n;
  }

  private Variable variable(Supplier<Tensor> initial) {
    return new Variable("v", Scope.on(device, initial));
  }

  /** Overwrites a variable, so that no memory is taken. To read the new value as a tensor would copy it. */
  private static void update(Variable variable, Tensor value) {
    variable.set(value);
    Engine.step(List.of());
  }

  private Tensor constant(int n) {
    return Scope.on(device, () -> Tensors.ones(n).mul(0.5f).realize());
  }

  private void chain(int n) {
    Variable x = variable(() -> Tensors.zeros(n));
    Tensor y = constant(n);
    Tensor z = constant(n);
    double time = stopwatch.seconds(() -> update(x, x.mul(y).add(z).relu()));
    add("x = relu(x * y + z)", 16.0 * n / time * 1e-9, "GB/s");
  }

  private void sum(int n) {
    Tensor x = constant(n);
    add("sum", 4.0 * n / stopwatch.seconds(() -> x.sum().realize()) * 1e-9, "GB/s");
  }

  /** Measures products of f32 in a precision, larger and larger until they are slow. */
  private void products(Precision precision) {
    if (!device.backend().hasUnitFor(precision)) {
      System.err.println(
          "  " + device + " has no unit for " + precision + ": such products are in full f32");
      return;
    }
    for (int size = 512; size <= 4096 && product(precision, size) < SLOW; size *= 2) {}
  }

  /** Measures a product and returns the seconds it takes. */
  private double product(Precision precision, int n) {
    Tensor a = constant(n * n).reshape(n, n).realize();
    Tensor b = constant(n * n).reshape(n, n).realize();
    Variable c = variable(() -> Tensors.zeros(n, n));
    double time =
        stopwatch.seconds(() -> update(c, Scope.withPrecision(precision, () -> a.matmul(b))));
    add(precision + " product " + n, 2.0 * n * n * n / time * 1e-12, "TFLOP/s");
    return time;
  }

  private void overhead() {
    Variable x = variable(() -> Tensors.zeros(SMALL));
    add(
        "small kernel, started",
        stopwatch.seconds(() -> update(x, x.mul(0.5f).add(1))) * 1e6,
        "us");
    Backend backend = device.backend();
    double waited =
        stopwatch.seconds(
            () -> {
              update(x, x.mul(0.5f).add(1));
              backend.synchronize();
            });
    add("small kernel, waited for", waited * 1e6, "us");
  }

  /** Measures what a launch costs among others, by itself and in a graph of the driver. */
  private void graphs() {
    if (!device.name().startsWith("cuda:")) {
      System.err.println("  no graphs on " + device);
      return;
    }
    try (var launches = new SmallLaunches(device.backend())) {
      Sequence alone = launches.sequence(false);
      Sequence graph = launches.sequence(true);
      addLaunch("launch, without a graph", () -> launches.run(alone));
      addLaunch("launch, in a graph", () -> launches.run(graph));
      addLaunch("launch, in an updated graph", () -> launches.runElsewhere(graph));
    }
  }

  private void addLaunch(String what, Runnable launches) {
    add(what, stopwatch.seconds(launches) / SmallLaunches.COUNT * 1e6, "us");
  }

  private void training() {
    for (int batch : new int[] {32, 128, 512}) {
      var training = new Training(device, batch, 512, 256);
      training.losses(WARM_UP);
      add("MLP 784-512-256-10 step, batch " + batch, stopwatch.seconds(training::step) * 1e6, "us");
    }
    attention();
  }

  private void attention() {
    int[] shape = {GPT_BATCH, GptBlock.TOKENS, GptBlock.WIDTH};
    Tensor x = Scope.on(device, () -> Tensors.rand(shape).realize());
    GptBlock block = Scope.on(device, GptBlock::new);
    var optimizer = new Adam(block.parameters(), 1e-3);
    Runnable step =
        () ->
            Scope.on(
                device,
                () -> {
                  Tensor y = block.apply(x);
                  optimizer.step(y.mul(y).mean().backward());
                  return y;
                });
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
    }
    add("GPT block step, 128 wide, batch 12 x 64", stopwatch.seconds(step) * 1e6, "us");
  }
}
