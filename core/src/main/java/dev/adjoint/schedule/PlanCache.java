package dev.adjoint.schedule;

import dev.adjoint.Device;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** The plans made so far, by structure; those not used for longest are dropped. */
final class PlanCache {
  static final LongAdder MISSES = new LongAdder();

  private static final BoundedCache<Key, Kept> PLANS = new BoundedCache<>(256L << 20, Kept::bytes);

  private record Key(Device device, Signature signature) {}

  private record Kept(Plan plan, long bytes) {}

  private PlanCache() {}

  /** The plan for a structure, made if there is none yet. */
  static Plan get(Device device, Signature signature, Supplier<Plan> planner) {
    var key = new Key(device, signature);
    Kept kept = PLANS.get(key);
    if (kept == null) {
      MISSES.increment();
      Plan plan = planner.get();
      kept = new Kept(plan, plan.bytes() + signature.bytes());
      PLANS.put(key, kept);
    }
    return kept.plan;
  }
}
