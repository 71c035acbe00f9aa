package dev.adjoint.cpu.plain;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * What the Vector API offers in this JVM. Only the second compiler of HotSpot turns it into vector instructions;
 * everywhere else it is far slower than plain loops, and then no class of it is ever linked.
 */
public final class VectorUnit {
  private static final String WHY_NOT = findWhyNot();

  static {
    if (!WHY_NOT.isEmpty()) {
      System.getLogger("dev.adjoint")
          .log(System.Logger.Level.WARNING, "cpu: plain loops, without vectors: " + WHY_NOT);
    }
  }

  private VectorUnit() {}

  /** Whether kernels may use the Vector API. */
  public static boolean isUsable() {
    return WHY_NOT.isEmpty();
  }

  /** The number of 32-bit lanes of a vector, or 1 if the Vector API cannot be used. */
  public static int lanes() {
    return isUsable() ? Linked.LANES : 1;
  }

  /** The name of the instruction set that vectors of {@link #lanes} use. */
  public static String instructionSet() {
    boolean arm = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).contains("aarch64");
    return switch (lanes()) {
      case 1 -> "no vectors";
      case 4 -> arm ? "NEON" : "SSE";
      case 8 -> arm ? "SVE" : "AVX2";
      case 16 -> arm ? "SVE" : "AVX-512";
      default -> "SVE";
    };
  }

  private static String findWhyNot() {
    if (!Boolean.parseBoolean(System.getProperty("adjoint.cpu.vector", "true"))) {
      return "-Dadjoint.cpu.vector=false";
    }
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return "start java with --add-modules=jdk.incubator.vector";
    }
    String name = System.getProperty("java.vm.name", "");
    String mode = System.getProperty("java.vm.info", "");
    if (name.contains("OpenJ9") || name.contains("Client") || name.contains("Zero")) {
      return "this JVM has no compiler for them: " + name;
    }
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return "the second compiler of this JVM is switched off: " + mode;
    }
    return "";
  }

  /** Loaded only where the module is there. */
  private static final class Linked {
    static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  }
}
