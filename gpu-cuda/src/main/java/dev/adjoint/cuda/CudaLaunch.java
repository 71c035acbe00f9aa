package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared launch as the pieces that are enqueued one after the other, each a {@link KernelLaunch} or a {@link ProductLaunch}.
 *
 * @param pieces what to run; each takes the arguments of the whole launch
 * @param whole products that do the same as all pieces in those runs that it {@linkplain ProductLaunch#fits fits}; null if there
 *     are none
 */
record CudaLaunch(List<Program.Launch> pieces, @Nullable ProductLaunch whole)
    implements Program.Launch {
  /** A launch of pieces. */
  CudaLaunch(List<Program.Launch> pieces) {
    this(pieces, null);
  }

  /** Whether one piece does all in a run. */
  boolean isWhole(Buffer[] buffers, long[] starts, long[] scalars) {
    return whole != null && whole.fits(buffers, starts, scalars);
  }

  /** The pieces of a run. */
  List<Program.Launch> pieces(boolean isWhole) {
    return whole != null && isWhole ? List.of(whole) : pieces;
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    for (Program.Launch piece : pieces(isWhole(buffers, starts, scalars))) {
      piece.run(buffers, starts, scalars);
    }
  }
}
