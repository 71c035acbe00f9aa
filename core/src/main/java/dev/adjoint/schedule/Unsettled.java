package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.PositionException;
import dev.adjoint.device.Verdict;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A computation that a device has taken on, and of which nobody knows yet whether a position was out of range. Nobody waits for
 * that: it is found out when somebody waits for the device anyhow, or has it compute something else.
 *
 * <p>If a position was out of range, the thread that has asked for the computation gets the error at its next call. Variables
 * have the values of before, as the device has not written them, and values that were computed refuse to be used.
 */
final class Unsettled {
  private static final Queue<Unsettled> ALL = new ConcurrentLinkedQueue<>();
  private static final Map<Thread, RuntimeException> FOUND = new ConcurrentHashMap<>();
  private static final ThreadLocal<@Nullable Unsettled> LAST = new ThreadLocal<>();

  private enum State {
    OPEN,
    ASKED,
    FINE,
    FAILED
  }

  private final Thread owner = Thread.currentThread();
  private final Device device;
  private final Verdict verdict;
  private final Function<PositionException, RuntimeException> search;
  private final List<Storage> computed;
  private final List<Storage> replaced;
  private final List<Node> recorded;
  private final List<Runnable> undo = new ArrayList<>();
  private State state = State.OPEN;

  private Unsettled(
      Device device,
      Verdict verdict,
      Function<PositionException, RuntimeException> search,
      List<Storage> computed,
      List<Storage> replaced,
      List<Node> recorded) {
    this.device = device;
    this.verdict = verdict;
    this.search = search;
    this.computed = computed;
    this.replaced = replaced;
    this.recorded = recorded;
  }

  /**
   * Notes a computation of this thread.
   *
   * @param search finds the position, and says what is wrong with it
   * @param computed the values that it has computed
   * @param replaced the values of variables that it has replaced, if all is well
   * @param recorded what was recorded as new values of variables, and is in their memory, if all is well
   */
  static void add(
      Device device,
      Verdict verdict,
      Function<PositionException, RuntimeException> search,
      List<Storage> computed,
      List<Storage> replaced,
      List<Node> recorded) {
    var added = new Unsettled(device, verdict, search, computed, replaced, recorded);
    ALL.add(added);
    LAST.set(added);
  }

  /** Has something undone if the last computation of this thread is not settled and turns out to have failed. */
  static void undoLast(Runnable action) {
    Unsettled last = LAST.get();
    if (last != null) {
      last.addUndo(action);
    }
  }

  private synchronized void addUndo(Runnable action) {
    if (state == State.FAILED) {
      action.run();
    } else {
      undo.add(action);
    }
  }

  /**
   * Waits until all computations of a device are settled.
   *
   * @throws RuntimeException if one of this thread has failed
   */
  static void settle(Device device) {
    LAST.remove();
    if (ALL.isEmpty() && FOUND.isEmpty()) {
      return;
    }
    await(device);
    RuntimeException failure = FOUND.remove(Thread.currentThread());
    if (failure != null) {
      throw failure;
    }
  }

  /** Waits until all computations of this thread are settled, before values that they have read are freed. */
  static void settleOwn() {
    for (Unsettled each : ALL) {
      if (each.owner.equals(Thread.currentThread())) {
        each.await();
      }
    }
  }

  private static void await(Device device) {
    for (Unsettled each : ALL) {
      if (each.device == device) {
        each.await();
      }
    }
  }

  private synchronized void await() {
    // The search computes positions, for which this is not waited for again.
    if (state != State.OPEN) {
      return;
    }
    state = State.ASKED;
    RuntimeException error = null;
    try {
      verdict.await();
    } catch (PositionException e) {
      // Their memory has these values still, from which positions may be computed.
      replaced.forEach(Storage::restore);
      error = search.apply(e);
    } catch (RuntimeException e) {
      error = e;
    }
    state = error == null ? State.FINE : State.FAILED;
    if (error != null) {
      fail(error);
    }
    ALL.remove(this);
  }

  private void fail(RuntimeException error) {
    String why = String.valueOf(error.getMessage());
    computed.forEach(value -> value.fail(why));
    for (Node node : recorded) {
      node.realized(Objects.requireNonNull(node.storage()).failed(why));
    }
    undo.forEach(Runnable::run);
    // A thread that has ended makes no other call.
    FOUND.keySet().removeIf(thread -> !thread.isAlive());
    FOUND.putIfAbsent(owner, error);
  }
}
