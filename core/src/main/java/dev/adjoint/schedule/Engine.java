package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.StaleTensorException;
import dev.adjoint.device.PositionException;
import dev.adjoint.device.Verdict;
import dev.adjoint.graph.Cell;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.IntRange;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.NodeError;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.Origin;
import dev.adjoint.graph.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Computes nodes: finds what is missing, gets the plan for it and runs it.
 *
 * <p>Runs that update variables exclude all others; runs that only read go side by side.
 */
public final class Engine {
  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();
  private static final ThreadLocal<Map<Cell, Node>> PENDING =
      ThreadLocal.withInitial(LinkedHashMap::new);

  private static final PlanSize NOTHING = new PlanSize(0, 0, 0);
  private static final ThreadLocal<PlanSize> LAST = ThreadLocal.withInitial(() -> NOTHING);

  private Engine() {}

  /**
   * Computes nodes and all updates of variables that this thread has recorded. Values that a backward pass of tracked nodes
   * will need are remembered too.
   *
   * @throws StaleTensorException if a value is needed that is gone
   */
  public static void realize(List<Node> roots) {
    run(roots, true);
  }

  /** Like {@link #realize}, for a training step: the backward pass is among the roots, so nothing else is remembered. */
  public static void step(List<Node> roots) {
    run(roots, false);
  }

  /**
   * Records updates of variables and computes something, while no other thread is in a {@link #reading} section: what is recorded
   * is seen there either with all of its values or not at all.
   */
  public static void updating(Runnable action) {
    if (LOCK.getReadHoldCount() > 0) {
      throw new IllegalStateException("variables are updated inside a read-only section");
    }
    LOCK.writeLock().lock();
    try {
      action.run();
    } finally {
      LOCK.writeLock().unlock();
    }
  }

  /**
   * Has something undone if the last computation of this thread, of which a device may not have told yet whether positions were
   * in range, turns out to have failed.
   */
  public static void ifFailed(Runnable undo) {
    Unsettled.undoLast(undo);
  }

  /** Computes something while no variable changes: an update on another thread waits until it is done. */
  public static <T> T reading(Supplier<T> action) {
    LOCK.readLock().lock();
    try {
      return action.get();
    } finally {
      LOCK.readLock().unlock();
    }
  }

  /** A fresh storage for a variable, with the value of a node. */
  public static Storage copy(Node node) {
    realize(List.of(node));
    Lock lock = LOCK.readLock();
    lock.lock();
    try {
      return HostValues.transfer(node, node.device(), true, null);
    } finally {
      lock.unlock();
    }
  }

  /** Copies the value of a node to host memory, computing it first. */
  public static void read(Node node, MemorySegment to) {
    read(node, 0, to.asSlice(0, HostValues.bytes(node)));
  }

  /** Fills host memory with the value of a node from a byte on, computing it first. */
  public static void read(Node node, long start, MemorySegment to) {
    realize(List.of(node));
    Lock lock = LOCK.readLock();
    lock.lock();
    try {
      if (to.byteSize() > 0) {
        HostValues.read(node, HostValues.of(node), start, to);
      }
    } finally {
      // The caller may have dropped the node, and its memory must not be freed while it is read.
      Reference.reachabilityFence(node);
      lock.unlock();
    }
  }

  /**
   * The range of the elements of a computed node of integers; null if it is not computed, gone or the value of a variable. It
   * computes nothing and records no update; a storage is read once.
   */
  public static @Nullable IntRange range(Node node) {
    Storage storage = node.storage();
    if (storage == null || storage.ofVariable() || storage.refusal() != null) {
      return null;
    }
    IntRange range = storage.range();
    if (range == null) {
      range = HostValues.range(node, storage);
      storage.range(range);
    }
    return range;
  }

  /** Notes that a value is about to be recorded for a variable, whose leaf is the one from before. */
  public static void enlist(Cell cell) {
    PENDING.get().putIfAbsent(cell, cell.leaf());
  }

  /**
   * Makes the updates that this thread has recorded conditional: if a scalar of bools, which is computed with them, is false, the
   * variables keep their values.
   */
  public static void onlyIf(Node condition) {
    for (Map.Entry<Cell, Node> update : PENDING.get().entrySet()) {
      Node before = update.getValue();
      Node here =
          condition.device() == before.device()
              ? condition
              : Node.copy(condition, before.device(), false);
      Node value = update.getKey().pending();
      update.getKey().record(Graph.where(Graph.broadcast(here, before.shape()), value, before));
    }
  }

  /** What it would take to compute nodes, together, now. Nothing is computed. */
  public static PlanSize plan(List<Node> roots) {
    List<Node> missing = roots.stream().filter(root -> root.storage() == null).toList();
    if (missing.isEmpty()) {
      return NOTHING;
    }
    Device device = missing.getFirst().device();
    Lock lock = LOCK.readLock();
    lock.lock();
    try {
      Walk walk = Walk.from(missing);
      for (int i = 0; i < walk.size(); i++) {
        if (walk.nodes[i].device() != device || walk.op(i) instanceof Op.Copy) {
          throw OpError.of(
              "plans", "one device is planned at a time, not " + device + " and others");
        }
      }
      return size(walk, plan(device, walk, List.of(), true));
    } finally {
      lock.unlock();
    }
  }

  /** What the last computation of this thread took; zeros if there was none. */
  public static PlanSize last() {
    return LAST.get();
  }

  private static PlanSize size(Walk walk, Plan plan) {
    return new PlanSize(walk.size(), plan.steps.size(), plan.peakBytes());
  }

  /** Counters since the start of the process. */
  public static Statistics statistics() {
    return new Statistics(
        Debug.LAUNCHES.sum(), Programs.COMPILATIONS.sum(), PlanCache.MISSES.sum());
  }

  /**
   * What the engine has done so far.
   *
   * @param launches how many kernels ran
   * @param compilations how many kernels were compiled
   * @param plans how many plans were made
   */
  public record Statistics(long launches, long compilations, long plans) {}

  private static void run(List<Node> roots, boolean keepTracked) {
    Map<Cell, Node> pending = PENDING.get();
    if (pending.isEmpty()) {
      if (Origin.isDetecting()) {
        Anomaly.check(roots, Engine::compute);
      }
      locked(LOCK.readLock(), roots, List.of(), keepTracked);
      return;
    }
    var updates = new ArrayList<Request.Update>(pending.size());
    pending.forEach((cell, before) -> updates.add(new Request.Update(cell, before)));
    pending.clear();
    boolean done = false;
    try {
      if (LOCK.getReadHoldCount() > 0) {
        throw new IllegalStateException(
            "a variable is updated inside a read-only section: "
                + updates.getFirst().cell().name());
      }
      if (Origin.isDetecting()) {
        var all = new ArrayList<>(roots);
        updates.forEach(update -> all.add(update.cell().pending()));
        Anomaly.check(all, Engine::compute);
      }
      locked(LOCK.writeLock(), roots, updates, keepTracked);
      done = true;
    } finally {
      if (!done) {
        updates.forEach(update -> update.cell().rollback(update.before()));
      }
    }
  }

  /** Computes nodes and nothing else, while no variable changes. */
  static void compute(List<Node> nodes) {
    locked(LOCK.readLock(), nodes, List.of(), false);
  }

  private static void locked(
      Lock lock, List<Node> roots, List<Request.Update> updates, boolean keepTracked) {
    lock.lock();
    try {
      var missing = new ArrayList<Node>();
      for (Node root : roots) {
        Storage storage = root.storage();
        String refusal = storage == null ? null : storage.refusal();
        if (storage == null) {
          missing.add(root);
        } else if (refusal != null) {
          throw new StaleTensorException(root, refusal);
        }
      }
      if (!missing.isEmpty() || !updates.isEmpty()) {
        compute(new Request(missing, updates, keepTracked));
      }
    } finally {
      lock.unlock();
    }
  }

  private static void compute(Request request) {
    Map<Device, Request> byDevice = new LinkedHashMap<>();
    for (Node root : request.roots()) {
      part(byDevice, root.device(), request).roots().add(root);
    }
    for (Request.Update update : request.updates()) {
      part(byDevice, update.before().device(), request).updates().add(update);
    }
    byDevice.forEach(Engine::computeOn);
  }

  private static Request part(Map<Device, Request> byDevice, Device device, Request whole) {
    return byDevice.computeIfAbsent(
        device, _ -> new Request(new ArrayList<>(), new ArrayList<>(), whole.keepTracked()));
  }

  private static void computeOn(Device device, Request request) {
    Unsettled.settle(device);
    List<Request.Update> updates = request.updates();
    var all = new ArrayList<>(request.roots());
    for (Request.Update update : updates) {
      all.add(settled(update.cell().pending()));
    }
    Walk walk = Walk.from(all);
    if (bringIn(walk)) {
      walk = Walk.from(all);
    }
    Walk found = walk.withRoots(request.roots().size());
    List<UpdateTarget> targets = targets(found, walk.roots, request);
    Plan plan = plan(device, found, targets, request.keepTracked());
    Storage[] variables = new Storage[updates.size()];
    for (int k = 0; k < variables.length; k++) {
      variables[k] = HostValues.of(updates.get(k).before());
    }
    @Nullable Verdict verdict;
    try {
      verdict = plan.run(device, found, variables);
    } catch (PositionException e) {
      throw outOfRange(found, e);
    }
    LAST.set(size(found, plan));
    var recorded = new ArrayList<Node>();
    for (int k = 0; k < variables.length; k++) {
      Cell cell = updates.get(k).cell();
      Node leaf = cell.leaf();
      Node pending = cell.pending();
      Storage storage = variables[k].overwrite(cell.name());
      cell.commit(storage);
      if (verdict != null) {
        Stream.of(leaf, pending).filter(node -> node.storage() == storage).forEach(recorded::add);
      }
    }
    if (verdict != null) {
      Unsettled.add(
          device,
          verdict,
          cause -> outOfRange(found, cause),
          plan.computed(found),
          List.of(variables),
          recorded);
    }
  }

  private static Plan plan(
      Device device, Walk walk, List<UpdateTarget> targets, boolean keepTracked) {
    return PlanCache.get(
        device,
        Signature.of(walk, targets, keepTracked),
        () -> {
          Plan made = Planner.plan(device, walk, targets, keepTracked);
          PlanListing.tell(device, walk, made);
          return made;
        });
  }

  /** The error of the first node with a position out of range. A device only knows that there is one, so it is searched for. */
  private static RuntimeException outOfRange(Walk walk, PositionException cause) {
    for (int i = 0; i < walk.size(); i++) {
      RuntimeException error = null;
      if (walk.op(i) instanceof Op.Gather(int axis)) {
        error = outOfRange(walk.nodes[i], axis);
      } else if (walk.op(i) instanceof Op.Scatter(var _, int axis)) {
        error = outOfRange(walk.nodes[i], axis);
      }
      if (error != null) {
        error.initCause(cause);
        return error;
      }
    }
    return cause;
  }

  /** The error of a node whose input 1 has positions along an axis of its input 0; null if all are in range. */
  private static @Nullable RuntimeException outOfRange(Node node, int axis) {
    Node index = node.input(1);
    compute(new Request(List.of(index), List.of(), false));
    IntRange range = HostValues.range(index, HostValues.of(index));
    int size = node.input(0).shape().dim(axis);
    return range.isBelow(size) ? null : NodeError.outOfRange(node, range.outside(size));
  }

  /** A new value for a variable; copied first if it only renames the present value of a variable, which may change too. */
  private static Node settled(Node value) {
    Node base = value;
    while (base.storage() == null && base.op().kind() == Op.Kind.ALIAS) {
      base = base.input(0);
    }
    Storage storage = base.storage();
    if (storage == null || !storage.ofVariable()) {
      return value;
    }
    String refusal = storage.refusal();
    if (refusal != null) {
      throw new StaleTensorException(base, refusal);
    }
    return Node.source(
        HostValues.transfer(base, base.device(), false, Temporaries.current()),
        value.shape(),
        value.dtype(),
        false);
  }

  private static List<UpdateTarget> targets(Walk walk, int[] positions, Request request) {
    int roots = request.roots().size();
    var targets = new ArrayList<UpdateTarget>();
    for (Request.Update update : request.updates()) {
      int leaf = walk.leafOf(HostValues.of(update.before()));
      targets.add(new UpdateTarget(positions[roots + targets.size()], leaf));
    }
    return targets;
  }

  /** Copies the values that the walk needs from other devices; returns whether there were any. */
  private static boolean bringIn(Walk walk) {
    boolean any = false;
    for (int i = 0; i < walk.size(); i++) {
      Node node = walk.nodes[i];
      if (walk.op(i) instanceof Op.Copy && node.storage() == null) {
        Node source = node.input(0);
        if (source.storage() == null) {
          compute(new Request(List.of(source), List.of(), true));
        }
        node.realized(HostValues.transfer(source, node.device(), false, Temporaries.of(node)));
        any = true;
      }
    }
    return any;
  }
}
