package dev.adjoint.graph;

import java.lang.StackWalker.StackFrame;
import java.util.function.Supplier;
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

  /** What the origin of a node is that is recorded while another origin is in force. */
  private enum Rule {
    /** The module, and for some nodes the line. */
    MODULE,
    /** Module and line, because anomalies are looked for. */
    LINE,
    /** The origin in force. */
    SAME
  }

  /** For which nodes the stack is looked at. */
  static final Recorded RECORDED = recorded();

  /** The origin of a node about which nothing is known. */
  static final Origin UNKNOWN = new Origin("", Call.UNKNOWN, Rule.MODULE);

  private static final ScopedValue<Origin> MODULE = ScopedValue.newInstance();

  private final String module;
  private final @Nullable String rule;
  private final boolean fault;
  private final Call call;
  private final Rule next;
  private final boolean backward;

  private Origin(
      String module, @Nullable String rule, boolean fault, Call call, Rule next, boolean backward) {
    this.module = module;
    this.rule = rule;
    this.fault = fault;
    this.call = call;
    this.next = next;
    this.backward = backward;
  }

  /** An origin of which no rule is known. */
  private Origin(String module, Call call, Rule next) {
    this(module, null, false, call, next, false);
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
    Rule next = isDetecting() ? Rule.LINE : Rule.MODULE;
    return within(new Origin(path, Call.UNKNOWN, next), action);
  }

  /** Runs an action whose nodes all record the line, and whose values are searched for anomalies when they are computed. */
  public static <T> T detecting(Supplier<T> action) {
    return within(new Origin(modulePath(), Call.UNKNOWN, Rule.LINE), action);
  }

  /** Whether values that are computed on this thread are searched for anomalies. */
  public static boolean isDetecting() {
    return ofModule().next != Rule.MODULE;
  }

  /** Runs an action whose nodes are those of the backward pass of a node of this origin, where anomalies are looked for. */
  public <T> T inBackward(Supplier<T> action) {
    return isDetecting() ? within(again(true), action) : action.get();
  }

  /** Runs an action whose nodes stand for one of this origin; it is theirs where anomalies are looked for. */
  public <T> T inReplay(Supplier<T> action) {
    return isDetecting() ? within(again(false), action) : action.get();
  }

  private Origin again(boolean inBackward) {
    return new Origin(module, rule, fault, call, Rule.SAME, backward || inBackward);
  }

  private static <T> T within(Origin origin, Supplier<T> action) {
    return ScopedValue.where(MODULE, origin).call(action::get);
  }

  /** Whether a module is running on this thread. */
  public static boolean insideModule() {
    return !modulePath().isEmpty();
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
    Origin now = ofModule();
    return switch (now.next) {
      case MODULE -> RECORDED == Recorded.ALL ? walked(null, false) : now;
      case LINE -> walked(null, false);
      case SAME -> now;
    };
  }

  /**
   * The origin of a node that is recorded now, and that checks positions when it is computed.
   *
   * @param rule the message of the error, with {@code %d} for the position and then for the size; null for the rule of an axis
   *     in the name of the operation
   */
  static Origin ofCheck(@Nullable String rule) {
    return ofError(rule, false);
  }

  /**
   * The origin of a node that is recorded now, and that fails when it is computed where a number is above 0.
   *
   * @param rule the message of the error, with {@code %d} for the number
   */
  static Origin ofFault(String rule) {
    return ofError(rule, true);
  }

  private static Origin ofError(@Nullable String rule, boolean fault) {
    Origin now = ofModule();
    boolean known = now.next == Rule.SAME || RECORDED == Recorded.OFF;
    return known
        ? new Origin(now.module, rule, fault, now.call, Rule.MODULE, now.backward)
        : walked(rule, fault);
  }

  private static Origin walked(@Nullable String rule, boolean fault) {
    return new Origin(modulePath(), rule, fault, Call.now(), Rule.MODULE, false);
  }

  /** What the error about a position says, if it is not the rule of an axis. */
  @Nullable String rule() {
    return rule;
  }

  /** Whether the error is about a number that tells a fault, and not about a position. */
  boolean isFault() {
    return fault;
  }

  /** The operation that the program called; null if that is not known. */
  @Nullable String operation() {
    return call.operation();
  }

  /** The line and the module as errors end with them, such as {@code " (at Train.java:12 in net.fc1)"}; empty if unknown. */
  String where() {
    var text = new StringBuilder();
    StackFrame line = call.line();
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

  /** Whether it was recorded in a backward pass, of the call and line that are known. */
  boolean isBackward() {
    return backward;
  }

  /** Whether the line is known. */
  boolean hasLine() {
    return call.line() != null;
  }
}
