package dev.adjoint.device;

/**
 * How much the engine and its devices tell about their work on standard error: the environment variable {@code ADJOINT_DEBUG} or
 * the property {@code adjoint.debug}, from 0, for nothing, to 5.
 */
public final class DebugLevel {
  private static final int LEVEL = level();

  private DebugLevel() {}

  private static int level() {
    String text = System.getProperty("adjoint.debug", System.getenv("ADJOINT_DEBUG"));
    if (text == null || text.isBlank()) {
      return 0;
    }
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "ADJOINT_DEBUG: a level from 0 to 5 is needed, not '" + text + "'", e);
    }
  }

  /** Whether what a level tells is asked for; each level includes those below it. */
  public static boolean includes(int level) {
    return LEVEL >= level;
  }

  /** Tells about something that the program can do without, from level 1 on. */
  public static void note(String text) {
    if (includes(1)) {
      System.err.println("adjoint: " + text);
    }
  }
}
