package dev.adjoint.cpu.plain;

import java.lang.management.ManagementFactory;

/**
 * How soon the JVM compiles generated code:
 * {@code -XX:CompileCommand=CompileThresholdScaling,dev.adjoint.cpu.plain.Generated*::*,x}
 * scales the number of runs that HotSpot wants to see before.
 */
public final class CompileThreshold {
  /** What precedes the number on the command line. */
  private static final String OPTION =
      "CompileThresholdScaling,dev.adjoint.cpu.plain.Generated*::*,";

  private static final double SCALE = find();

  private CompileThreshold() {}

  /** A number of runs in this JVM; without the option, the same. */
  public static int runs(int unscaled) {
    return (int) Math.ceil(unscaled * SCALE);
  }

  private static double find() {
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      int at = argument.indexOf(OPTION);
      if (at >= 0) {
        return Double.parseDouble(argument.substring(at + OPTION.length()));
      }
    }
    return 1;
  }
}
