package dev.adjoint.device;

/**
 * A backend whose memory comes from a {@link Pool}.
 *
 * @param <B> its kind of block
 */
public abstract class PooledBackend<B extends PooledBuffer> implements Backend {
  private final Class<B> type;
  private final Pool<B> pool;

  /** A backend with blocks of a class, from a pool. */
  protected PooledBackend(Class<B> type, Pool<B> pool) {
    this.type = type;
    this.pool = pool;
  }

  @Override
  public final Buffer allocate(long bytes) {
    return pool.allocate(bytes);
  }

  @Override
  public final void free(Buffer buffer) {
    pool.free(type.cast(buffer));
  }

  @Override
  public final MemoryStats memory() {
    return pool.stats();
  }

  @Override
  public final void onPressure(Reclaimer reclaimer) {
    pool.onPressure(reclaimer);
  }
}
