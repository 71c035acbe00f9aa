package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Reclaimer;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class StoragesTest {
  private static final long MIB = 1 << 20;

  private final Backend backend = Device.cpu().backend();

  @Test
  void aCollectionFindsEverythingThatIsUnreachable() {
    for (int round = 0; round < 3; round++) {
      var tensors = new ArrayList<Tensor>();
      for (int i = 0; i < 20_000; i++) {
        tensors.add(Tensors.of(i).realize());
      }
      long before = backend.memory().live();
      tensors.clear();
      Storages.reclaimer(backend).reclaim(true);
      long freed = before - backend.memory().live();
      assertTrue(
          freed >= 64 * 20_000, "of " + 64 * 20_000 + " bytes, only " + freed + " came back");
    }
  }

  @Test
  void aCollectionOfYoungObjectsFindsWhatWasJustDropped() {
    Reclaimer tensors = Storages.reclaimer(backend);
    tensors.reclaim(true);
    long before = backend.memory().live();
    for (int i = 0; i < 100; i++) {
      Tensors.of(i).exp().realize();
    }
    int attempts = 1;
    while (!tensors.reclaimYoung()) {
      // Each attempt makes some garbage, or is left out.
      attempts++;
      assertTrue(attempts < 10_000, "young objects were never collected");
    }
    long left = backend.memory().live() - before;
    assertTrue(left <= 64 * 20, left + " bytes of 100 dead results are left");
  }

  @Test
  void nothingIsCollectedForAnObjectThatIsInUse() {
    var reachable = new Object();
    for (int i = 0; i < 20; i++) {
      assertFalse(YoungCollection.provoke(new WeakReference<>(reachable)));
    }
    Reference.reachabilityFence(reachable);
  }

  @Test
  void smallResultsDoNotGrowThePool() {
    Tensor x = Tensors.ones(10).realize();
    for (int i = 0; i < 10_000; i++) {
      x.exp().realize();
    }
    Storages.reclaimer(backend).reclaim(true);
    long before = backend.memory().reserved();
    for (int i = 0; i < 100_000; i++) {
      x.exp().realize();
    }
    long after = backend.memory().reserved();
    assertTrue(after == before, "the pool grew from " + before + " to " + after + " bytes");
  }

  @Test
  void garbageDoesNotGrowThePoolToItsSize() {
    Tensor x = Tensors.ones(256 << 10).realize();
    Storages.reclaimer(backend).reclaim(true);
    long before = backend.memory().reserved();
    for (int i = 0; i < 2000; i++) {
      x.exp().realize();
    }
    long grown = backend.memory().reserved() - before;
    assertTrue(grown <= 1024 * MIB, "2000 dead results of 1 MiB added " + grown + " bytes");
  }
}
