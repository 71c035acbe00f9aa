package dev.adjoint.device;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A driver without hardware, which notes its calls and fails those that a test chooses. */
public abstract class FailingDriver {
  /** A code that no driver has. */
  public static final int CODE = 12345;

  /** The names of all calls so far. */
  public final List<String> calls = new ArrayList<>();

  private final Map<String, Integer> failures = new HashMap<>();
  private int failAt = -1;
  private int failCode = CODE;

  /** The error of a call that fails with a code. */
  protected abstract RuntimeException error(String call, int code);

  /** The number of objects and blocks of memory that were made and not given back. */
  public abstract int alive();

  /** Fails call number k from now on, counted from 0. */
  public final void failCall(int k, int code) {
    failAt = calls.size() + k;
    failCode = code;
  }

  /** Fails each call of a name with a code. */
  public final void failAlways(String call, int code) {
    failures.put(call, code);
  }

  /** Lets all calls succeed. */
  public final void heal() {
    failures.clear();
    failAt = -1;
  }

  /** Notes a call, which fails if a test wants that. */
  protected final synchronized void call(String name) {
    int number = calls.size();
    calls.add(name);
    if (number == failAt) {
      throw error(name, failCode);
    }
    Integer code = failures.get(name);
    if (code != null) {
      throw error(name, code);
    }
  }
}
