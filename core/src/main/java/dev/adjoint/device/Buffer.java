package dev.adjoint.device;

/** A block of a device's memory. Freed explicitly by its owner, or never if its device is closed first. */
public interface Buffer {
  /** The usable size in bytes. */
  long bytes();
}
