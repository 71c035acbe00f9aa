package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;

/** A launch that is a call of a library, which enqueues its own kernels: only a call can tell what these are. */
interface LibraryLaunch extends Program.Launch {
  /** The name of the kernel that it stands for. */
  String name();

  /** The arguments of the call in a run. */
  long[] arguments(Buffer[] buffers, long[] starts, long[] scalars);

  /** Calls the library, which enqueues; the caller holds the session's lock. */
  void enqueue(long[] arguments);
}
