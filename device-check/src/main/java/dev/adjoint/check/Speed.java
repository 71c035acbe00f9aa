package dev.adjoint.check;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Sequence;
import dev.adjoint.schedule.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** How fast the memory, the products and the launches of a device are. */
final class Speed {
  private static final int SMALLEST = 1 << 20;
  private static final int LARGEST = 1 << 26;
  private static final double SLOW = 0.02;
  private static final int SMALL = 1000;
  private static final int[] SIZES = {512, 1024, 2048, 4096};

  private final Figures figures;
  private final Device device;
  private final Stopwatch stopwatch;
  private int elements;

  Speed(Figures figures) {
    this.figures = figures;
    device = figures.device();
    stopwatch = figures.stopwatch();
  }

  /** Adds copies, a fused chain and a sum. */
  void memory() {
    Backend backend = device.backend();
    bandwidth("y = x", 8, n -> copy(n));
    bandwidth("x = relu(x * y + z)", 16, n -> chain(n));
    bandwidth("sum", 4, n -> sum(n));
    bandwidth(
        "copy to the device",
        4,
        n -> transfer(n, (buffer, host) -> backend.write(buffer, 0, host)));
    bandwidth(
        "copy from the device",
        4,
        n -> transfer(n, (buffer, host) -> backend.read(buffer, 0, host)));
  }

  /** Adds what moves so many bytes for each element and takes so many seconds for a number of elements. */
  private void bandwidth(String what, int bytes, ToDoubleFunction<Integer> seconds) {
    figures.add(
        what,
        "GB/s",
        () -> {
          int n = elements();
          return (double) bytes * n / seconds.applyAsDouble(n) * 1e-9;
        });
  }

  /** A number of elements that makes kernels take a while. */
  private int elements() {
    if (elements == 0) {
      elements = SMALLEST;
      while (elements < LARGEST && once(elements) < SLOW / 4) {
        elements *= 4;
      }
    }
    return elements;
  }

  /** The seconds of one kernel, which was compiled before. */
  private double once(int n) {
    Variable x = variable(() -> Tensors.zeros(n));
    double seconds = 0;
    for (int k = 0; k < 2; k++) {
      device.backend().synchronize();
      long start = System.nanoTime();
      update(x, x.add(1));
      device.backend().synchronize();
      seconds = (System.nanoTime() - start) * 1e-9;
    }
    return seconds;
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

  private double copy(int n) {
    Tensor x = constant(n);
    Variable y = variable(() -> Tensors.zeros(n));
    return stopwatch.seconds(() -> update(y, x));
  }

  private double chain(int n) {
    Variable x = variable(() -> Tensors.zeros(n));
    Tensor y = constant(n);
    Tensor z = constant(n);
    return stopwatch.seconds(() -> update(x, x.mul(y).add(z).relu()));
  }

  private double sum(int n) {
    Tensor x = constant(n);
    return stopwatch.seconds(() -> x.sum().realize());
  }

  /** A copy between the device and the host. */
  private interface Transfer {
    void run(Buffer buffer, MemorySegment host);
  }

  private double transfer(int n, Transfer transfer) {
    Backend backend = device.backend();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment host = arena.allocate((long) Float.BYTES * n, 64);
      host.fill((byte) 1);
      Buffer buffer = backend.allocate(host.byteSize());
      try {
        return stopwatch.seconds(() -> transfer.run(buffer, host));
      } finally {
        backend.free(buffer);
      }
    }
  }

  /** Adds products of f32 in a precision. */
  void products(Precision precision) {
    products(precision + " product %d", DType.F32, precision);
  }

  /** Adds products with less than full f32: those of f32 with factors that are rounded, and those of narrow tensors. */
  void roundedProducts() {
    for (Precision precision : Precision.values()) {
      if (precision != Precision.F32 && device.backend().hasUnitFor(precision)) {
        products(precision);
      }
    }
    for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
      products("product %d of " + dtype + " tensors", dtype, Precision.F32);
    }
  }

  /** Adds larger and larger products until they are slow. */
  private void products(String what, DType dtype, Precision precision) {
    boolean[] slow = {false};
    for (int n : SIZES) {
      figures.add(
          String.format(what, n),
          "TFLOP/s",
          () -> {
            if (slow[0]) {
              return Double.NaN;
            }
            double seconds = product(n, dtype, precision);
            slow[0] = seconds > SLOW;
            return 2.0 * n * n * n / seconds * 1e-12;
          });
    }
  }

  private double product(int n, DType dtype, Precision precision) {
    Tensor a = constant(n * n).reshape(n, n).to(dtype).realize();
    Tensor b = constant(n * n).reshape(n, n).to(dtype).realize();
    Variable c = variable(() -> Tensors.zeros(n, n).to(dtype));
    return stopwatch.seconds(() -> update(c, Scope.withPrecision(precision, () -> a.matmul(b))));
  }

  /** Adds what a launch costs: of a plan of its own, and on CUDA devices among others, by itself and in a graph of the driver. */
  void launches() {
    Backend backend = device.backend();
    microseconds("small kernel, started", x -> stopwatch.seconds(() -> small(x)));
    microseconds(
        "small kernel, waited for",
        x ->
            stopwatch.seconds(
                () -> {
                  small(x);
                  backend.synchronize();
                }));
    if (device.name().startsWith("cuda")) {
      int count = SmallLaunches.COUNT;
      launches(
          "launch, without a graph",
          (some, _, alone) -> stopwatch.seconds(() -> some.run(alone)) / count);
      launches(
          "launch, in a graph",
          (some, graph, _) -> stopwatch.seconds(() -> some.run(graph)) / count);
      launches(
          "launch, in an updated graph",
          (some, graph, _) -> stopwatch.seconds(() -> some.runElsewhere(graph)) / count);
      launches(
          "graph of " + count + " kernels, host",
          (some, graph, _) -> stopwatch.hostSeconds(() -> some.run(graph)));
    }
  }

  private static void small(Variable x) {
    update(x, x.mul(0.5f).add(1));
  }

  private void microseconds(String what, ToDoubleFunction<Variable> seconds) {
    figures.add(
        what, "us", () -> seconds.applyAsDouble(variable(() -> Tensors.zeros(SMALL))) * 1e6);
  }

  /** What is measured with some launches, of which there is a graph, and with the same by themselves. */
  private interface Launching {
    double seconds(SmallLaunches some, Sequence graph, Sequence alone);
  }

  private void launches(String what, Launching launching) {
    figures.add(
        what,
        "us",
        () -> {
          try (var some = new SmallLaunches(device.backend())) {
            return launching.seconds(some, some.sequence(true), some.sequence(false)) * 1e6;
          }
        });
  }
}
