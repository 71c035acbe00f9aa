package dev.adjoint.device;

import java.util.List;

/** Prepared launches that run one after the other; any thread may run them, with other data each time. */
public interface Sequence {
  /**
   * Enqueues all launches in order, each with what {@link Program.Launch#run} takes. If this fails, it is not known which of them
   * ran, except that none ran after one that failed.
   *
   * @param buffers for each launch its buffers
   * @param starts for each launch the byte within each buffer where the data begins
   * @param scalars for each launch the raw bits of its scalars
   * @throws IndexFaultException if a gather or scatter position is out of range, with the number of the launch
   */
  void run(Buffer[][] buffers, long[][] starts, long[][] scalars);

  /** Launches that are started one by one. */
  static Sequence oneByOne(List<Program.Launch> launches) {
    Program.Launch[] all = launches.toArray(Program.Launch[]::new);
    return (buffers, starts, scalars) -> {
      for (int i = 0; i < all.length; i++) {
        run(i, all[i], buffers, starts, scalars);
      }
    };
  }

  /** Runs the launch with a number, which a fault names. */
  static void run(
      int number, Program.Launch launch, Buffer[][] buffers, long[][] starts, long[][] scalars) {
    try {
      launch.run(buffers[number], starts[number], scalars[number]);
    } catch (IndexFaultException fault) {
      throw fault.of(number);
    }
  }
}
