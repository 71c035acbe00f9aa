package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph of the driver with a chain of kernels, each of which starts when the one before is done. It is built and made
 * executable once; a later run changes the kernels whose arguments have changed. The caller holds the session's lock.
 */
final class KernelGraph {
  private final CudaSession session;
  private final GraphDriver driver;
  private final long executable;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * Builds a graph; if a call fails, nothing is left of it.
   *
   * @param owner what alone launches the graph, which is destroyed when that is unreachable
   */
  KernelGraph(
      CudaSession session,
      Object owner,
      List<CudaSequence.KernelOfPlan> kernels,
      Buffer[][] buffers,
      long[][] starts,
      long[][] scalars) {
    this.session = session;
    driver = session.driver().graphs();
    try (var undo = new Undo()) {
      long graph = driver.create();
      undo.add(() -> driver.destroy(graph));
      long last = 0;
      for (CudaSequence.KernelOfPlan k : kernels) {
        for (int part = 0; part < k.kernel().parts(); part++) {
          var node = new Node(k, part);
          node.write(buffers, starts, scalars);
          last = k.kernel().compiled().addTo(graph, last);
          node.added(last);
          nodes.add(node);
        }
      }
      executable = driver.instantiate(graph);
      session.graphs().keep(owner, graph, executable);
      undo.keep();
    }
  }

  /** Changes what has changed since the last run. */
  void update(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    for (Node node : nodes) {
      node.write(buffers, starts, scalars);
      node.update();
    }
  }

  void launch() {
    driver.launch(executable, session.stream());
  }

  /** A part of a kernel, and the arguments that the executable graph has for it. */
  private final class Node {
    private final int launch;
    private final KernelLaunch kernel;
    private final int part;
    private final MemorySegment known;
    private long number;
    private boolean isKnown;

    Node(CudaSequence.KernelOfPlan k, int part) {
      launch = k.launch();
      kernel = k.kernel();
      this.part = part;
      known = MemorySegment.ofArray(new byte[Math.toIntExact(kernel.values().byteSize())]);
    }

    void write(Buffer[][] buffers, long[][] starts, long[][] scalars) {
      kernel.write(part, buffers[launch], starts[launch], scalars[launch]);
    }

    void added(long number) {
      this.number = number;
      remember();
    }

    void update() {
      if (isKnown && kernel.values().mismatch(known) < 0) {
        return;
      }
      // If the call fails, nobody knows which arguments the graph has.
      isKnown = false;
      kernel.compiled().setIn(executable, number);
      remember();
    }

    private void remember() {
      known.copyFrom(kernel.values());
      isKnown = true;
    }
  }
}
