package dev.adjoint.codegen;

import dev.adjoint.Precision;
import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.device.HostBackend;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Offers device {@code recorder:0}, in tests only: it computes nothing and remembers what it was asked to prepare. */
public final class RecordingProvider implements DeviceProvider {
  /** A kernel and where it would run. */
  record Prepared(Kernel kernel, Geometry geometry) {}

  private static final List<Prepared> PREPARED = new ArrayList<>();

  /** What was prepared since the last call. */
  static synchronized List<Prepared> take() {
    List<Prepared> all = List.copyOf(PREPARED);
    PREPARED.clear();
    return all;
  }

  private static synchronized void add(Prepared prepared) {
    PREPARED.add(prepared);
  }

  @Override
  public String kind() {
    return "recorder";
  }

  @Override
  public List<String> describe() {
    return List.of("remembers kernels and computes nothing");
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    return new HostBackend("recorder", RecordingProvider::record) {
      @Override
      public boolean hasUnitFor(Precision precision) {
        return true;
      }

      @Override
      public boolean hasManyThreads() {
        return true;
      }
    };
  }

  private static Program record(Kernel kernel) {
    return geometry -> {
      add(new Prepared(kernel, geometry));
      return (buffers, starts, scalars) -> {};
    };
  }
}
