package dev.adjoint.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * The native part of JCuda. JCuda unpacks it into the folder for temporary files, which all users of a machine share, under a
 * name that everybody knows, and loads a file that is there already, whoever wrote it. So it is told of another folder for as
 * long as it loads: a new one of this user alone, which has the file, and which goes when that is loaded. The file is also found
 * where JCuda does not look for it, in a module of its own.
 */
final class JcudaLibrary {
  /** Where JCuda unpacks. The JDK itself has read it when it started, and reads it no more. */
  private static final String FOLDER = "java.io.tmpdir";

  private static boolean loaded;

  private JcudaLibrary() {}

  /**
   * Loads it, if that has not been done. Nothing else may be the first to use JCuda. The property is left as it was.
   *
   * @throws UnsupportedOperationException if it cannot be loaded; the message says why
   */
  static synchronized void load() {
    if (!loaded) {
      try {
        Class.forName("jcuda.LibUtils");
        unpackAndLoad();
      } catch (ClassNotFoundException e) {
        throw new UnsupportedOperationException(
            "JCuda is not on the class path; add org.jcuda:jcuda", e);
      } catch (IOException e) {
        throw new UnsupportedOperationException("its library cannot be unpacked: " + e, e);
      } catch (LinkageError e) {
        throw new UnsupportedOperationException(reason(e), e);
      }
      loaded = true;
    }
  }

  private static void unpackAndLoad() throws IOException, ClassNotFoundException {
    String name =
        LibUtils.createLibraryFileName(
            LibUtils.createPlatformLibraryName("JCudaDriver-" + JCudaVersion.get()));
    Path folder = Files.createTempDirectory("adjoint-jcuda");
    Path file = folder.resolve(name);
    String before = System.getProperty(FOLDER);
    try {
      try (InputStream library =
          LibUtils.class.getClassLoader().getResourceAsStream("lib/" + name)) {
        if (library == null) {
          throw new UnsupportedOperationException(
              name + " is not on the class path; add org.jcuda:jcuda-natives");
        }
        Files.copy(library, file);
      }
      System.setProperty(FOLDER, folder.toString());
      Class.forName("jcuda.driver.JCudaDriver");
    } finally {
      System.setProperty(FOLDER, before);
      delete(file);
      delete(folder);
    }
  }

  private static void delete(Path path) {
    // Windows keeps a library that is loaded.
    if (!path.toFile().delete()) {
      path.toFile().deleteOnExit();
    }
  }

  private static String reason(LinkageError e) {
    Module jcuda = LibUtils.class.getModule();
    if (!jcuda.isNativeAccessEnabled()) {
      return "native code is forbidden; start java with --enable-native-access="
          + (jcuda.isNamed() ? jcuda.getName() : "ALL-UNNAMED");
    }
    // JCuda puts the errors of the JVM, of which the last is about the file, into a text of many
    // lines.
    String text = String.valueOf(e.getMessage());
    return text.lines().filter(line -> line.startsWith("java.")).reduce((_, b) -> b).orElse(text);
  }
}
