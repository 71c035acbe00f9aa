package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.device.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The launches of a plan, each of which is one or more pieces.
 *
 * <p>Kernels that check positions leave a word on the device. What updates variables reads it and does nothing if a position was
 * out of range, so nobody waits in between; the host gets a copy of the word behind all launches, unless the caller knows the
 * positions.
 */
final class CudaSequence implements Sequence {
  private final CudaSession session;
  private final List<CudaLaunch> launches;
  private final int firstUpdate;
  private final boolean graphs;
  private final int[] choices;
  private final List<String> checking;
  private volatile @Nullable PlanPieces pieces;

  /**
   * A sequence of launches of a device.
   *
   * @param firstUpdate the number of the first launch that updates variables
   * @param graphs whether to make graphs
   */
  CudaSequence(
      CudaSession session, List<Program.Launch> launches, int firstUpdate, boolean graphs) {
    this.session = session;
    this.launches = launches.stream().map(CudaLaunch.class::cast).toList();
    this.firstUpdate = firstUpdate;
    this.graphs = graphs;
    choices =
        IntStream.range(0, launches.size())
            .filter(i -> this.launches.get(i).whole() != null)
            .toArray();
    checking =
        pieces(new BitSet()).stream()
            .filter(p -> p instanceof PlanPiece.OwnKernel own && own.kernel().checksPositions())
            .map(PlanPiece::name)
            .toList();
  }

  /**
   * Whether plans made from now on have graphs, by the property {@code adjoint.cuda.graphs} or the environment variable
   * {@code ADJOINT_CUDA_GRAPHS}: {@code on}, which is the default, or {@code off}, to measure what graphs are good for.
   */
  static boolean wanted() {
    String text = System.getProperty("adjoint.cuda.graphs", System.getenv("ADJOINT_CUDA_GRAPHS"));
    if (text == null || text.equals("on")) {
      return true;
    }
    if (text.equals("off")) {
      return false;
    }
    throw new IllegalArgumentException(
        "ADJOINT_CUDA_GRAPHS: on or off is needed, not '" + text + "'");
  }

  @Override
  public void run(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    Verdict verdict = start(buffers, starts, scalars);
    if (verdict != null) {
      verdict.await();
    }
  }

  @Override
  public @Nullable Verdict start(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    if (checking.isEmpty()) {
      runInRange(buffers, starts, scalars);
      return null;
    }
    var arguments = new PlanPiece.Arguments(buffers, starts, scalars, session.fault());
    return session.checking(() -> start(arguments), checking);
  }

  @Override
  public boolean asks() {
    return !checking.isEmpty();
  }

  @Override
  public void runInRange(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    start(new PlanPiece.Arguments(buffers, starts, scalars, 0));
  }

  private void start(PlanPiece.Arguments arguments) {
    BitSet whole = whole(arguments);
    PlanPieces last = pieces;
    if (last == null || !last.whole().equals(whole)) {
      last = new PlanPieces(session, pieces(whole), whole, graphs);
      pieces = last;
    }
    last.run(arguments);
  }

  /** The launches that one piece does in a run: as a rule the same in all. */
  private BitSet whole(PlanPiece.Arguments a) {
    var whole = new BitSet();
    for (int i : choices) {
      whole.set(i, launches.get(i).isWhole(a.buffers()[i], a.starts()[i], a.scalars()[i]));
    }
    return whole;
  }

  private List<PlanPiece> pieces(BitSet whole) {
    var all = new ArrayList<PlanPiece>();
    for (int i = 0; i < launches.size(); i++) {
      for (Program.Launch piece : launches.get(i).pieces(whole.get(i))) {
        all.add(
            piece instanceof KernelLaunch kernel
                ? new PlanPiece.OwnKernel(i, kernel, i >= firstUpdate)
                : new PlanPiece.LibraryProduct(i, (ProductLaunch) piece));
      }
    }
    return List.copyOf(all);
  }
}
