package dev.adjoint.tool;

import dev.adjoint.Device;
import dev.adjoint.Devices;

/** The command {@code adjoint devices}: prints the devices of this machine, how fast they are, and why others cannot be used. */
public final class DevicesCommand {
  private static final int MISUSED = 2;

  private DevicesCommand() {}

  /** Prints the table, then tests each device; with a name, only says if there is no such device, and ends with status 2. */
  public static void main(String[] args) {
    if (args.length > 0) {
      require(args[0]);
      return;
    }
    System.out.print(Devices.report());
    System.out.println("self-test, two seconds each:");
    for (Device device : Devices.list()) {
      System.out.printf("%-10s %s%n", device, test(device));
    }
  }

  private static void require(String name) {
    try {
      Device.of(name);
    } catch (IllegalArgumentException e) {
      System.err.println("adjoint: " + e.getMessage());
      System.exit(MISUSED);
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
