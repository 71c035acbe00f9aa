package dev.adjoint.opencl;

import dev.adjoint.device.SignalHandlers;
import org.jocl.CL;

/**
 * The native part of JOCL. JOCL unpacks it into the folder for temporary files, which all users of a machine share, and loads a
 * file that is there already, whoever wrote it. Under a name that nobody can guess there is none, and JOCL deletes its own file
 * when the JVM ends.
 */
final class JoclLibrary {
  /** The property by which JOCL adds a random UUID to the name of its file. */
  private static final String UNIQUE_NAMES = "uniqueLibraryNames";

  private JoclLibrary() {}

  /**
   * Loads it, and gives the driver that uses it. Nothing else may be the first to use JOCL. The property is left as it was.
   *
   * @throws UnsupportedOperationException if it cannot be loaded; the message says why
   */
  static synchronized OpenClDriver driver() {
    SignalHandlers.remember();
    String before = System.setProperty(UNIQUE_NAMES, "true");
    try {
      Class.forName("org.jocl.CL");
      return new JoclDriver();
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException(
          "JOCL is not on the class path; add org.jocl:jocl", e);
    } catch (LinkageError e) {
      throw new UnsupportedOperationException(reason(e), e);
    } finally {
      if (before == null) {
        System.clearProperty(UNIQUE_NAMES);
      } else {
        System.setProperty(UNIQUE_NAMES, before);
      }
    }
  }

  private static String reason(LinkageError e) {
    // JOCL hides the error of the JVM in a text of many lines. A module that may use native code is
    // one that has access by now.
    Module jocl = CL.class.getModule();
    if (!jocl.isNativeAccessEnabled()) {
      return "native code is forbidden; start java with --enable-native-access="
          + (jocl.isNamed() ? jocl.getName() : "ALL-UNNAMED");
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("")
        + "; install libOpenCL and a driver";
  }
}
