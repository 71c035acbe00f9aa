package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import java.util.List;

/**
 * A prepared launch as the pieces that are enqueued one after the other, each a {@link KernelLaunch} or a {@link LibraryLaunch}.
 *
 * @param pieces what to run; each takes the arguments of the whole launch
 */
record CudaLaunch(List<Program.Launch> pieces) implements Program.Launch {
  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    for (Program.Launch piece : pieces) {
      piece.run(buffers, starts, scalars);
    }
  }
}
