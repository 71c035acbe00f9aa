package dev.adjoint.cpu.loop;

/** A loop kernel and what runs it, which may change from launch to launch. All give the same bits. */
public interface LoopCodes {
  /** The kernel. */
  LoopShape shape();

  /** The code for a launch over a number of index points. */
  LoopCode current(long points);
}
