package dev.adjoint.nn.data;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a data set in batches. Each loop over a loader is one epoch, in which every sample comes once.
 *
 * <p>The order of an epoch depends on the seed and the number of the epoch alone, so {@link #state} and {@link #resume} continue
 * anywhere.
 */
public final class DataLoader implements Iterable<Batch> {
  private final Dataset dataset;
  private final int batchSize;
  private final @Nullable Long seed;
  private final boolean dropLast;
  private final int prefetch;
  private final @Nullable UnaryOperator<Tensor> preparation;
  private int epoch;
  private int delivered;
  // Whether the next loop is to use the present position; otherwise it begins the next epoch.
  private boolean positioned = true;

  /**
   * Where a loader stands.
   *
   * @param epoch the number of the present or next epoch, from 0 on
   * @param batch how many batches of it have been given out
   */
  public record State(int epoch, int batch) {}

  /**
   * A loader in the order of the data set, whose last batch may be smaller.
   *
   * @throws IllegalArgumentException if the batch size is not positive
   */
  public DataLoader(Dataset dataset, int batchSize) {
    this(dataset, batchSize, null, false, 0, null);
  }

  private DataLoader(
      Dataset dataset,
      int batchSize,
      @Nullable Long seed,
      boolean dropLast,
      int prefetch,
      @Nullable UnaryOperator<Tensor> preparation) {
    if (batchSize <= 0) {
      throw new IllegalArgumentException(
          "data loader: the batch size must be positive, not " + batchSize);
    }
    if (prefetch < 0) {
      throw new IllegalArgumentException("data loader: cannot prefetch " + prefetch + " batches");
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.seed = seed;
    this.dropLast = dropLast;
    this.prefetch = prefetch;
    this.preparation = preparation;
  }

  /** A new loader that gives the samples of each epoch in another order, which the seed determines. */
  public DataLoader shuffle(long newSeed) {
    return new DataLoader(dataset, batchSize, newSeed, dropLast, prefetch, preparation);
  }

  /** A new loader that leaves out the last batch of an epoch if it is smaller than the others. */
  public DataLoader dropLast() {
    return new DataLoader(dataset, batchSize, seed, true, prefetch, preparation);
  }

  /**
   * A new loader that has up to so many batches made by other threads ahead of time; for data sets whose batches take time to
   * make. What a batch throws, the loop throws when it comes to that batch. Each thread makes one batch and ends, so nothing is
   * left behind when a loop over the loader is left early.
   */
  public DataLoader prefetch(int batches) {
    return new DataLoader(dataset, batchSize, seed, dropLast, batches, preparation);
  }

  /**
   * A new loader that applies a function to the inputs of each batch, after those that are applied already. The thread that loops
   * over the loader does this when it takes the batch. So random numbers are drawn in the order of the batches, and are the same
   * with {@link #prefetch} and without, and after {@link #resume}.
   */
  public DataLoader prepare(UnaryOperator<Tensor> function) {
    UnaryOperator<Tensor> before = preparation;
    UnaryOperator<Tensor> all =
        before == null ? function : input -> function.apply(before.apply(input));
    return new DataLoader(dataset, batchSize, seed, dropLast, prefetch, all);
  }

  /** The data set. */
  public Dataset dataset() {
    return dataset;
  }

  /** The number of samples in all batches but perhaps the last. */
  public int batchSize() {
    return batchSize;
  }

  /** The number of batches of an epoch. */
  public int batches() {
    return dropLast ? dataset.size() / batchSize : Math.ceilDiv(dataset.size(), batchSize);
  }

  /** Where the epoch that was begun last stands. */
  public synchronized State state() {
    return delivered == batches() ? new State(epoch + 1, 0) : new State(epoch, delivered);
  }

  /** The number of the epoch that the next loop is of, from 0 on. */
  public synchronized int nextEpoch() {
    return positioned ? epoch : epoch + 1;
  }

  /**
   * Lets the next loop begin where another loader of equal settings stood.
   *
   * @throws IllegalArgumentException if an epoch has fewer batches
   */
  public synchronized void resume(State state) {
    if (state.epoch() < 0
        || state.batch() < 0
        || (state.batch() > 0 && state.batch() >= batches())) {
      throw new IllegalArgumentException(
          "data loader: cannot resume at " + state + " of " + batches() + " batches");
    }
    epoch = state.epoch();
    delivered = state.batch();
    positioned = true;
  }

  /**
   * The batches of this loader on a device: a loop over them is one over this loader. With {@link #prefetch}, the threads that
   * make batches copy them there ahead of time, unless there is something to {@link #prepare} first, which is done where the data
   * set is; so the device has up to so many batches more in its memory.
   *
   * {@snippet :
   * for (Batch batch : loader.on(model.device())) {
   *   optimizer.step(Losses.crossEntropy(model.apply(batch.x()), batch.y()).backward());
   * }
   * }
   */
  public Iterable<Batch> on(Device device) {
    return () -> iterator(device);
  }

  /** Begins an epoch, or continues one after {@link #resume}. */
  @Override
  public Iterator<Batch> iterator() {
    return iterator(null);
  }

  private synchronized Iterator<Batch> iterator(@Nullable Device target) {
    if (!positioned) {
      epoch++;
      delivered = 0;
    }
    positioned = false;
    return new Epoch(epoch, delivered, target);
  }

  private synchronized void delivered(int ofEpoch, int batch) {
    if (ofEpoch == epoch && !positioned) {
      delivered = batch;
    }
  }

  /** The sample numbers of an epoch in their order. */
  int[] order(int ofEpoch) {
    return seed == null
        ? Permutations.identity(dataset.size())
        : Permutations.shuffled(dataset.size(), seed, ofEpoch);
  }

  /** The rest of one epoch. */
  private final class Epoch implements Iterator<Batch> {
    private final int number;
    private final int[] order;
    private final @Nullable Device target;
    private final Queue<FutureTask<Batch>> ahead = new ArrayDeque<>();
    // What a scope says on this thread holds on the threads that make batches too.
    private final Device device = Devices.current();
    private final DType dtype = Scope.dtype();
    private int next;
    private int requested;

    Epoch(int number, int first, @Nullable Device target) {
      this.number = number;
      this.target = target;
      this.order = order(number);
      this.next = first;
      this.requested = first;
    }

    @Override
    public boolean hasNext() {
      return next < batches();
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("data loader: the epoch is over");
      }
      var tensors = new ArrayList<>((prefetch == 0 ? make(next) : fetch()).tensors());
      if (preparation != null) {
        tensors.set(0, preparation.apply(tensors.getFirst()));
      }
      var batch = new Batch(tensors);
      if (target != null) {
        batch = batch.to(target);
      }
      // A batch that fails, or whose preparation does, stays the next one.
      ahead.poll();
      next++;
      delivered(number, next);
      return batch;
    }

    private Batch make(int b) {
      int end = Math.min(order.length, (b + 1) * batchSize);
      return dataset.batch(Arrays.copyOfRange(order, b * batchSize, end));
    }

    /** A batch that was made ahead of time, and is copied so. */
    private Batch makeAhead(int b) {
      Batch batch = make(b);
      if (target == null || preparation != null) {
        return batch;
      }
      Batch moved = batch.to(target);
      // What is there already stays part of the step that reads it.
      Tensor.realize(moved.tensors().stream().filter(t -> !batch.tensors().contains(t)).toList());
      return moved;
    }

    private Batch fetch() {
      for (; requested < batches() && requested <= next + prefetch; requested++) {
        int b = requested;
        var task =
            new FutureTask<>(
                () -> Scope.on(device, () -> Scope.withDType(dtype, () -> makeAhead(b))));
        Thread.ofVirtual().name("adjoint-prefetch-" + b).start(task);
        ahead.add(task);
      }
      try {
        return ahead.element().get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          case null, default -> throw new IllegalStateException(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("data loader: interrupted while waiting for a batch", e);
      }
    }
  }
}
