package dev.adjoint.nn;

import dev.adjoint.Variable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects in fields of modules that are not searched for members: of a class of them that has some, the first one is logged.
 *
 * <p>A field says by its type that it holds a layer, or may hold one as a collection, a map, an array, an Optional or by an
 * interface. Of such fields the values are looked at, where reflection may read them, and not what is inside other objects.
 */
final class Unsearched {
  private static final System.Logger LOG = System.getLogger(Module.class.getName());

  /** How many elements of a collection are looked at, for one of many numbers has no layers. */
  private static final int ELEMENTS = 8;

  private static final ClassValue<Unsearched> CLASSES =
      new ClassValue<>() {
        @Override
        protected Unsearched computeValue(Class<?> type) {
          return new Unsearched(type);
        }
      };

  private final Class<?> type;
  private final List<Field> fields = new ArrayList<>();
  private volatile boolean logged;

  private Unsearched(Class<?> type) {
    this.type = type;
    for (Class<?> c = type; c != null && mayHide(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && (isLayer(field.getType())
                || (mayHold(field.getType()) && field.trySetAccessible()))) {
          fields.add(field);
        }
      }
    }
  }

  /** Whether objects of a class could have layers in fields: it is none of the platform. */
  static boolean mayHide(Class<?> type) {
    return !type.isPrimitive() && !type.isEnum() && type.getClassLoader() != null;
  }

  /** Logs a warning if an object has layers in its fields, and none of its class has been logged. */
  static void warn(Object value) {
    Unsearched of = CLASSES.get(value.getClass());
    if (!of.logged) {
      of.search(value);
    }
  }

  private void search(Object value) {
    for (Field field : fields) {
      Class<?> held = isLayer(field.getType()) ? field.getType() : layerIn(field, value);
      if (held != null) {
        logged = true;
        LOG.log(
            System.Logger.Level.WARNING,
            "module: the parameters of the "
                + held.getSimpleName()
                + " in a "
                + (type.isHidden() ? "lambda" : type.getName())
                + " are not found: make it a Module or a record, or hold the layer in a field of the module");
        return;
      }
    }
  }

  private static boolean isLayer(Class<?> type) {
    return Module.class.isAssignableFrom(type) || Variable.class.isAssignableFrom(type);
  }

  private static boolean mayHold(Class<?> type) {
    return type.isArray()
        ? isLayer(type.componentType()) || mayHold(type.componentType())
        : type == Object.class
            || type == Optional.class
            || type.isInterface()
            || Collection.class.isAssignableFrom(type)
            || Map.class.isAssignableFrom(type);
  }

  private static @Nullable Class<?> layerIn(Field field, Object owner) {
    try {
      return layerIn(field.get(owner));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("module: cannot read field " + field, e);
    } catch (RuntimeException e) {
      // A collection that another thread changes just now. The warning must not be what fails.
      return null;
    }
  }

  /** The class of a layer that a value is, or has among its first elements. */
  private static @Nullable Class<?> layerIn(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Module module -> module.getClass();
      case Variable variable -> variable.getClass();
      case Collection<?> elements -> layerAmong(elements);
      case Object[] elements -> layerAmong(Arrays.asList(elements));
      case Map<?, ?> map -> layerAmong(map.values());
      case Optional<?> optional -> layerIn(optional.orElse(null));
      default -> null;
    };
  }

  private static @Nullable Class<?> layerAmong(Collection<?> elements) {
    int seen = 0;
    for (Object element : elements) {
      Class<?> found = layerIn(element);
      if (found != null || ++seen == ELEMENTS) {
        return found;
      }
    }
    return null;
  }
}
