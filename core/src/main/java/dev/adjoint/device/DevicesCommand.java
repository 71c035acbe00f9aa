package dev.adjoint.device;

import dev.adjoint.Device;
import dev.adjoint.Devices;

/** The command {@code adjoint devices}: prints the devices of this machine, how fast they are, and why others cannot be used. */
public final class DevicesCommand {
  private DevicesCommand() {}

  /** Prints the table, then tests each device. */
  public static void main(String[] args) {
    System.out.print(Devices.report());
    System.out.println("self-test, two seconds each:");
    for (Device device : Devices.list()) {
      System.out.printf("%-10s %s%n", device, test(device));
    }
  }

  private static String test(Device device) {
    try {
      return SelfTest.of(device).toString();
    } catch (RuntimeException e) {
      return "fails: " + e.getMessage();
    }
  }
}
