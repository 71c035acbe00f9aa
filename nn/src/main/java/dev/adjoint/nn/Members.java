package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the variables and modules that an object's fields hold, in declaration order, superclass fields first. A field {@code
 * runningMean} gives the name {@code running_mean}.
 */
final class Members {
  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return fields(type);
        }
      };

  private static final Pattern WORD = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private Members() {}

  /** Calls the visitor with a dotted name and a {@link Variable} or {@link Module} for each member. */
  static void visit(Object owner, BiConsumer<String, Object> visitor) {
    for (Field field : FIELDS.get(owner.getClass())) {
      visit(name(field), get(field, owner), visitor);
    }
  }

  /** What the components of a record hold that can have members or tensors. */
  static List<@Nullable Object> components(Record record) {
    var values = new ArrayList<@Nullable Object>();
    FIELDS.get(record.getClass()).forEach(field -> values.add(get(field, record)));
    return values;
  }

  /** The name of a field in the manner of Python; one that begins with a capital letter stays as it is. */
  private static String name(Field field) {
    String name = field.getName();
    return Character.isUpperCase(name.charAt(0))
        ? name
        : WORD.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT);
  }

  /** Calls the visitor for a value and what it contains. */
  static void visit(String name, @Nullable Object value, BiConsumer<String, Object> visitor) {
    switch (value) {
      case null -> {}
      case Variable variable -> visitor.accept(name, variable);
      case Module module -> visitor.accept(name, module);
      case Collection<?> elements -> {
        int i = 0;
        for (Object element : elements) {
          visit(name + "." + i++, element, visitor);
        }
      }
      case Object[] elements -> {
        for (int i = 0; i < elements.length; i++) {
          visit(name + "." + i, elements[i], visitor);
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, element) -> visit(name + "." + key, element, visitor));
      case Optional<?> optional -> visit(name, optional.orElse(null), visitor);
      case Record record ->
          visit(record, (inner, member) -> visitor.accept(name + "." + inner, member));
      default -> Unsearched.warn(value);
    }
  }

  private static List<Field> fields(Class<?> type) {
    var fields = new ArrayList<Field>();
    Class<?> above = type.getSuperclass();
    if (above != null && above != Module.class && above != Record.class && above != Object.class) {
      fields.addAll(FIELDS.get(above));
    }
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())
          && !isOuter(field)
          && mayHoldMembers(field.getType())) {
        if (!field.trySetAccessible()) {
          throw new IllegalStateException(
              "module: cannot read field '"
                  + field.getName()
                  + "' of "
                  + type.getName()
                  + ": add 'opens "
                  + type.getPackageName()
                  + " to "
                  + Members.class.getModule().getName()
                  + ";' to its module-info");
        }
        fields.add(field);
      }
    }
    return List.copyOf(fields);
  }

  // The reference of an inner class to the object around it, and what a local class captures, are
  // no members.
  private static boolean isOuter(Field field) {
    return field.isSynthetic();
  }

  private static boolean mayHoldMembers(Class<?> type) {
    return type.isArray()
        ? !type.componentType().isPrimitive() && mayHoldMembers(type.componentType())
        : type == Object.class
            || type.isInterface()
            || type.isRecord()
            || type == Optional.class
            || Tensor.class.isAssignableFrom(type)
            || Module.class.isAssignableFrom(type)
            || Collection.class.isAssignableFrom(type)
            || Map.class.isAssignableFrom(type)
            || Unsearched.mayHide(type);
  }

  private static @Nullable Object get(Field field, Object owner) {
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("module: cannot read field " + field, e);
    }
  }
}
