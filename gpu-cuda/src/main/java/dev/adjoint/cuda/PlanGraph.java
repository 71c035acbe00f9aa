package dev.adjoint.cuda;

import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph of the driver with a chain of pieces, each of which starts when the one before is done. It is built and made executable
 * once; a later run changes those whose arguments have changed. The caller holds the session's lock.
 *
 * <p>A kernel is a node. Products of a library are a graph in a node: what the library enqueues for them while the stream is
 * captured.
 */
final class PlanGraph {
  private final CudaSession session;
  private final GraphDriver driver;
  private final GraphKeeper.Kept kept;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * Builds a graph; if a call fails, nothing is left of it.
   *
   * @param owner what alone launches the graph, which is destroyed when that is unreachable
   */
  PlanGraph(
      CudaSession session, Object owner, List<PlanPiece> pieces, PlanPiece.Arguments arguments) {
    this.session = session;
    driver = session.driver().graphs();
    kept = session.graphs().keep(owner);
    try (var undo = new Undo()) {
      undo.add(() -> session.graphs().destroy(kept));
      long graph = kept.addGraph(driver.create());
      long last = 0;
      for (PlanPiece piece : pieces) {
        switch (piece) {
          case PlanPiece.OwnKernel own -> {
            for (int part = 0; part < own.kernel().parts(); part++) {
              last = add(new KernelNode(own, part), graph, last, arguments);
            }
          }
          case PlanPiece.LibraryProduct product ->
              last = add(new ProductNode(product), graph, last, arguments);
        }
      }
      kept.executable(driver.instantiate(graph));
      undo.keep();
    }
  }

  private long add(Node node, long graph, long last, PlanPiece.Arguments arguments) {
    node.number = node.addTo(graph, last, arguments);
    nodes.add(node);
    return node.number;
  }

  /** Changes what has changed since the last run. */
  void update(PlanPiece.Arguments arguments) {
    for (Node node : nodes) {
      node.update(arguments);
    }
  }

  void launch() {
    driver.launch(kept.executable(), session.stream());
  }

  /** Destroys it. */
  void destroy() {
    session.graphs().destroy(kept);
  }

  /** A node, which knows the arguments that the executable graph has for it. */
  private abstract static class Node {
    long number;

    abstract long addTo(long graph, long before, PlanPiece.Arguments arguments);

    abstract void update(PlanPiece.Arguments arguments);
  }

  /** A part of a kernel. */
  private final class KernelNode extends Node {
    private final PlanPiece.OwnKernel piece;
    private final KernelLaunch kernel;
    private final int part;
    private final MemorySegment known;
    private boolean isKnown;

    KernelNode(PlanPiece.OwnKernel piece, int part) {
      this.piece = piece;
      this.kernel = piece.kernel();
      this.part = part;
      known = MemorySegment.ofArray(new byte[Math.toIntExact(kernel.values().byteSize())]);
    }

    @Override
    long addTo(long graph, long before, PlanPiece.Arguments arguments) {
      piece.write(part, arguments);
      long node = kernel.compiled().addTo(graph, before);
      remember();
      return node;
    }

    @Override
    void update(PlanPiece.Arguments arguments) {
      piece.write(part, arguments);
      if (isKnown && kernel.values().mismatch(known) < 0) {
        return;
      }
      // If the call fails, nobody knows which arguments the graph has.
      isKnown = false;
      kernel.compiled().setIn(kept.executable(), number);
      remember();
    }

    private void remember() {
      known.copyFrom(kernel.values());
      isKnown = true;
    }
  }

  /** Products of a library, with the graphs of the arguments that came last: batches come to a few places in turn. */
  private final class ProductNode extends Node {
    private static final int MOST = 4;

    private final PlanPiece.LibraryProduct piece;
    private final List<Captured> captured = new ArrayList<>();
    private boolean isKnown;

    /** What the library enqueues for some arguments. */
    private record Captured(long[] call, long graph) {
      boolean isOf(long[] others) {
        return Arrays.equals(call, others);
      }
    }

    ProductNode(PlanPiece.LibraryProduct piece) {
      this.piece = piece;
    }

    @Override
    long addTo(long graph, long before, PlanPiece.Arguments arguments) {
      Captured first = capture(piece.arguments(arguments));
      isKnown = true;
      return driver.addChild(graph, before, first.graph);
    }

    @Override
    void update(PlanPiece.Arguments arguments) {
      long[] call = piece.arguments(arguments);
      if (isKnown && captured.getLast().isOf(call)) {
        return;
      }
      isKnown = false;
      int found = 0;
      while (found < captured.size() && !captured.get(found).isOf(call)) {
        found++;
      }
      if (found < captured.size()) {
        captured.add(captured.remove(found));
      } else {
        if (captured.size() == MOST) {
          kept.destroyGraph(captured.removeFirst().graph);
        }
        capture(call);
      }
      driver.setChild(kept.executable(), number, captured.getLast().graph);
      isKnown = true;
    }

    private Captured capture(long[] call) {
      driver.beginCapture(session.stream());
      boolean done = false;
      try {
        piece.product().enqueue(call);
        done = true;
      } finally {
        if (!done) {
          abandonCapture();
        }
      }
      long graph = driver.endCapture(session.stream());
      var made = new Captured(call, kept.addGraph(graph));
      captured.add(made);
      return made;
    }

    /** Has the stream run again what is enqueued. */
    private void abandonCapture() {
      try {
        long graph = driver.endCapture(session.stream());
        if (graph != 0) {
          driver.destroy(graph);
        }
      } catch (CudaException e) {
        // What the library said says more.
      }
    }
  }
}
