package dev.adjoint.nn;

import dev.adjoint.Variable;
import java.lang.reflect.Field;

/** Objects in fields of modules that are not searched for members: a class of them that has some is logged, once. */
final class Unsearched {
  private static final System.Logger LOG = System.getLogger(Module.class.getName());

  private static final ClassValue<Boolean> HIDES =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return mayHide(type) && hides(type);
        }
      };

  private Unsearched() {}

  /** Whether objects of a class could have layers in fields: it is none of the platform. */
  static boolean mayHide(Class<?> type) {
    return !type.isPrimitive() && !type.isEnum() && type.getClassLoader() != null;
  }

  /** Logs a warning if this is the first object of a class that has fields for layers. */
  static void warn(Object value) {
    HIDES.get(value.getClass());
  }

  private static boolean hides(Class<?> type) {
    for (Field field : type.getDeclaredFields()) {
      Class<?> held = field.getType();
      if (Module.class.isAssignableFrom(held) || Variable.class.isAssignableFrom(held)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "module: the parameters of the "
                + held.getSimpleName()
                + " in a "
                + (type.isHidden() ? "lambda" : type.getName())
                + " are not found: make it a Module or a record, or hold the layer in a field of the module");
        return true;
      }
    }
    return false;
  }
}
