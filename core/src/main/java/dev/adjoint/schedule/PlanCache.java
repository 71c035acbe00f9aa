package dev.adjoint.schedule;

import dev.adjoint.Device;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The plans made so far, by structure; those not used for longest are dropped. */
final class PlanCache {
  private static final int CAPACITY = 2048;
  static final LongAdder MISSES = new LongAdder();

  private record Key(Device device, Signature signature) {}

  private static final Map<Key, Plan> PLANS =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Plan> eldest) {
          return size() > CAPACITY;
        }
      };

  private PlanCache() {}

  /** The plan for a structure, made if there is none yet. */
  static Plan get(Device device, Signature signature, Supplier<Plan> planner) {
    var key = new Key(device, signature);
    Plan plan = find(key);
    if (plan == null) {
      MISSES.increment();
      plan = planner.get();
      synchronized (PLANS) {
        PLANS.put(key, plan);
      }
    }
    return plan;
  }

  private static @Nullable Plan find(Key key) {
    synchronized (PLANS) {
      return PLANS.get(key);
    }
  }
}
