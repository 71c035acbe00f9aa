package dev.adjoint.nn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The classes of modules that this artifact has, public or not. */
public final class ModuleClasses {
  private ModuleClasses() {}

  /** The names of all that objects can be of, in {@code dev.adjoint.nn.models} or elsewhere. */
  public static Set<String> all(boolean models) {
    try {
      Path root = Path.of(Module.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(root)) {
        return files
            .map(file -> root.relativize(file).toString().replace('\\', '/'))
            .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
            .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
            .filter(name -> name.startsWith("dev.adjoint.nn.models.") == models)
            .filter(ModuleClasses::isModule)
            .collect(Collectors.toCollection(TreeSet::new));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isModule(String name) {
    try {
      Class<?> type = Class.forName(name, false, Module.class.getClassLoader());
      return Module.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
