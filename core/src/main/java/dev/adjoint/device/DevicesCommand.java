package dev.adjoint.device;

import dev.adjoint.Devices;

/** The command {@code adjoint devices}: prints the devices of this machine, and why others cannot be used. */
public final class DevicesCommand {
  private DevicesCommand() {}

  /** Prints the table. */
  public static void main(String[] args) {
    System.out.print(Devices.report());
  }
}
