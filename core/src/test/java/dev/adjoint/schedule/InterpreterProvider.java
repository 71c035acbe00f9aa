package dev.adjoint.schedule;

import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.device.HostBackend;
import dev.adjoint.device.PositionException;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelInterpreter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Offers the interpreter as device {@code interpreter:0}, in tests only, and as {@code interpreter:1}, which says of itself that
 * it works on many tiles of a product.
 */
public final class InterpreterProvider implements DeviceProvider {
  @Override
  public String kind() {
    return "interpreter";
  }

  @Override
  public List<String> describe() {
    return List.of("runs kernels one element at a time", "runs kernels as if it were large");
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    return new HostBackend("kernel interpreter", InterpreterProvider::compile) {
      @Override
      public int productTiles() {
        return ordinal == 0 ? 1 : 16;
      }
    };
  }

  private static Program compile(Kernel kernel) {
    return geometry ->
        (buffers, starts, scalars) -> {
          MemorySegment[] memory =
              Arrays.stream(buffers)
                  .map(InterpreterProvider::segment)
                  .toArray(MemorySegment[]::new);
          if (!KernelInterpreter.run(kernel, geometry, memory, starts, scalars)) {
            throw new PositionException("interpreter", List.of(kernel.name()));
          }
        };
  }

  private static MemorySegment segment(Buffer buffer) {
    return buffer == null ? MemorySegment.NULL : ((HostBackend.Block) buffer).segment();
  }
}
