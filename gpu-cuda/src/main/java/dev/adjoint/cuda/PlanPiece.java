package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;

/** A piece of a launch of a plan, which takes its arguments from those of all launches. */
sealed interface PlanPiece {
  /** Its name. */
  String name();

  /** Enqueues it. */
  void start(Arguments arguments);

  /**
   * The arguments of a run.
   *
   * @param guard the {@code guard} of what updates variables, or 0 if nothing is held back
   */
  record Arguments(Buffer[][] buffers, long[][] starts, long[][] scalars, long guard) {}

  /**
   * A kernel of ours.
   *
   * @param launch the number of the launch, whose arguments it takes
   * @param isUpdate whether it is one of those that run after all that is no update
   */
  record OwnKernel(int launch, KernelLaunch kernel, boolean isUpdate) implements PlanPiece {
    @Override
    public String name() {
      return kernel.name();
    }

    /** Writes the arguments of a part. */
    void write(int part, Arguments a) {
      kernel.write(part, a.buffers[launch], a.starts[launch], a.scalars[launch], guard(a));
    }

    private long guard(Arguments a) {
      return isUpdate ? a.guard : 0;
    }

    @Override
    public void start(Arguments a) {
      kernel.start(a.buffers[launch], a.starts[launch], a.scalars[launch], guard(a));
    }
  }

  /**
   * Products or convolutions of a library.
   *
   * @param launch the number of the launch, whose arguments they take
   */
  record LibraryProduct(int launch, ProductLaunch product) implements PlanPiece {
    @Override
    public String name() {
      return product.name();
    }

    /** The arguments of their call. */
    long[] arguments(Arguments a) {
      return product.arguments(a.buffers[launch], a.starts[launch], a.scalars[launch]);
    }

    @Override
    public void start(Arguments a) {
      product.run(a.buffers[launch], a.starts[launch], a.scalars[launch]);
    }
  }
}
