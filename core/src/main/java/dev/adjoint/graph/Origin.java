package dev.adjoint.graph;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a node was recorded: the line of the program, the method of the engine that this line calls, and the module that was
 * running. Errors that come when a value is computed name them. A plan knows nothing of origins, so it serves all lines.
 *
 * <p>To look at the stack takes far longer than to record a node, so this is done only for nodes that can fail when they are
 * computed. The property {@code adjoint.origins} or the environment variable {@code ADJOINT_ORIGINS} may say otherwise: {@code
 * all} or {@code off} instead of {@code checked}.
 */
public final class Origin {
  /** The nodes for which the stack is looked at. */
  enum Recorded {
    ALL,
    CHECKED,
    OFF
  }

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

  /** For which nodes the stack is looked at. */
  static final Recorded RECORDED = recorded();

  /** The origin of a node about which nothing is known. */
  static final Origin UNKNOWN = new Origin("", null, List.of(), null);

  private static final ScopedValue<Origin> MODULE = ScopedValue.newInstance();
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

  private final String module;
  private final @Nullable String rule;
  private final boolean fault;
  private final List<StackFrame> calls;
  private final @Nullable StackFrame line;

  private Origin(
      String module, @Nullable String rule, List<StackFrame> calls, @Nullable StackFrame line) {
    this(module, rule, false, calls, line);
  }

  private Origin(
      String module,
      @Nullable String rule,
      boolean fault,
      List<StackFrame> calls,
      @Nullable StackFrame line) {
    this.module = module;
    this.rule = rule;
    this.fault = fault;
    this.calls = calls;
    this.line = line;
  }

  private Origin(Origin other, boolean fault) {
    this(other.module, other.rule, fault, other.calls, other.line);
  }

  private static Recorded recorded() {
    String text = System.getProperty("adjoint.origins", System.getenv("ADJOINT_ORIGINS"));
    return switch (text) {
      case null -> Recorded.CHECKED;
      case "all" -> Recorded.ALL;
      case "checked" -> Recorded.CHECKED;
      case "off" -> Recorded.OFF;
      default ->
          throw new IllegalArgumentException(
              "ADJOINT_ORIGINS: all, checked or off is needed, not '" + text + "'");
    };
  }

  /** Runs an action whose nodes are recorded in a module. */
  public static <T> T inModule(String path, Supplier<T> action) {
    return ScopedValue.where(MODULE, new Origin(path, null, List.of(), null)).call(action::get);
  }

  /** Whether a module is running on this thread. */
  public static boolean insideModule() {
    return MODULE.isBound();
  }

  /** The path of the module that is running, or the empty string. */
  public static String modulePath() {
    return ofModule().module;
  }

  private static Origin ofModule() {
    return MODULE.orElse(UNKNOWN);
  }

  /** The origin of a node that is recorded now. */
  static Origin here() {
    return RECORDED == Recorded.ALL ? walked(null) : ofModule();
  }

  /**
   * The origin of a node that is recorded now, and that checks positions when it is computed.
   *
   * @param rule the message of the error, with {@code %d} for the position and then for the size; null for the rule of an axis
   *     in the name of the operation
   */
  static Origin ofCheck(@Nullable String rule) {
    return RECORDED == Recorded.OFF
        ? new Origin(modulePath(), rule, List.of(), null)
        : walked(rule);
  }

  /**
   * The origin of a node that is recorded now, and that fails when it is computed where a number is above 0.
   *
   * @param rule the message of the error, with {@code %d} for the number
   */
  static Origin ofFault(String rule) {
    return new Origin(ofCheck(rule), true);
  }

  private static Origin walked(@Nullable String rule) {
    return STACK.walk(frames -> find(rule, frames));
  }

  /** Finds the innermost line of the program, and on the way there the operations that called each other. */
  private static Origin find(@Nullable String rule, Stream<StackFrame> frames) {
    var calls = new ArrayList<StackFrame>(8);
    boolean naming = true;
    for (Iterator<StackFrame> all = frames.iterator(); all.hasNext(); ) {
      StackFrame frame = all.next();
      switch (KINDS.get(frame.getDeclaringClass())) {
        case PROGRAM -> {
          return new Origin(modulePath(), rule, calls, frame);
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
    return new Origin(modulePath(), rule, calls, null);
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

  /** What the error about a position says, if it is not the rule of an axis. */
  @Nullable String rule() {
    return rule;
  }

  /** Whether the error is about a number that tells a fault, and not about a position. */
  boolean isFault() {
    return fault;
  }

  /** The operation that the program called: the outermost public method; null if that is not known. */
  @Nullable String operation() {
    for (StackFrame call : calls.reversed()) {
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

  /** The line and the module as errors end with them, such as {@code " (at Train.java:12 in net.fc1)"}; empty if unknown. */
  String where() {
    var text = new StringBuilder();
    if (line != null) {
      String file = line.getFileName();
      text.append("at ").append(file == null ? line.getClassName() : file);
      text.append(':').append(line.getLineNumber());
    }
    if (!module.isEmpty()) {
      text.append(text.isEmpty() ? "in " : " in ").append(module);
    }
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  /** Whether the line is known. */
  boolean hasLine() {
    return line != null;
  }
}
