package dev.adjoint.graph;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A line of the program and the operations of the engine that this line calls, found on the stack.
 *
 * @param frames the operations that called each other, the innermost first
 * @param line null if it is not known
 */
public record Call(List<StackFrame> frames, @Nullable StackFrame line) {
  /** A call of which nothing is known. */
  static final Call UNKNOWN = new Call(List.of(), null);

  private static final Set<String> OPERATIONS =
      Set.of(
          "dev.adjoint",
          "dev.adjoint.ops",
          "dev.adjoint.graph",
          "dev.adjoint.autograd",
          "dev.adjoint.nn");

  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final ClassValue<Kind> KINDS =
      new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
          return kind(type);
        }
      };

  /** What a class on the stack is. */
  private enum Kind {
    /** A class of the program, or of another library. */
    PROGRAM,
    /** A class of the engine whose public methods are operations. */
    OPERATIONS,
    /** A class of the engine that calls operations, such as a module, and is not what an error is about. */
    CALLER,
    /** What stands between, such as the JDK. */
    BETWEEN
  }

  /** The call that is being made. */
  static Call now() {
    return STACK.walk(Call::find);
  }

  /** Finds the innermost line of the program, and on the way there the operations that called each other. */
  private static Call find(Stream<StackFrame> frames) {
    var calls = new ArrayList<StackFrame>(8);
    boolean naming = true;
    for (Iterator<StackFrame> all = frames.iterator(); all.hasNext(); ) {
      StackFrame frame = all.next();
      switch (KINDS.get(frame.getDeclaringClass())) {
        case PROGRAM -> {
          return new Call(calls, frame);
        }
        case OPERATIONS -> {
          if (naming) {
            calls.add(frame);
          }
        }
        case CALLER -> naming = false;
        case BETWEEN -> {}
      }
    }
    return new Call(calls, null);
  }

  private static Kind kind(Class<?> type) {
    if (isOfTheProgram(type.getName())) {
      return Kind.PROGRAM;
    }
    if (!type.getName().startsWith("dev.adjoint.")
        || type == Recording.class
        || type.getName().equals("dev.adjoint.Scope")) {
      return Kind.BETWEEN;
    }
    boolean module = false;
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      module |= c.getName().equals("dev.adjoint.nn.Module");
    }
    return !module && OPERATIONS.contains(type.getPackageName()) ? Kind.OPERATIONS : Kind.CALLER;
  }

  /** The operation that the program called: the outermost public method; null if that is not known. */
  @Nullable String operation() {
    for (StackFrame call : frames.reversed()) {
      if (isPublic(call)) {
        return call.getMethodName();
      }
    }
    return null;
  }

  private static boolean isPublic(StackFrame frame) {
    Class<?> type = frame.getDeclaringClass();
    try {
      return Modifier.isPublic(type.getModifiers())
          && Modifier.isPublic(
              type.getDeclaredMethod(frame.getMethodName(), frame.getMethodType().parameterArray())
                  .getModifiers());
    } catch (NoSuchMethodException e) {
      // A constructor, which is no operation.
      return false;
    }
  }

  /**
   * Whether a class belongs to the program that uses the engine. Tests of the engine, whose names end in {@code Test}, use it
   * too, from its packages.
   */
  public static boolean isOfTheProgram(String className) {
    if (className.startsWith("dev.adjoint.")) {
      int nested = className.indexOf('$');
      return (nested < 0 ? className : className.substring(0, nested)).endsWith("Test");
    }
    return !className.startsWith("java.") && !className.startsWith("jdk.");
  }
}
