package dev.adjoint.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The graphs of the driver without hardware. They copy arguments when the driver does, so a kernel that was not updated computes
 * with the old ones. A graph is used only while it is there, and its kernels form a chain.
 */
final class FakeGraphs implements GraphDriver {
  private final FakeDriver driver;
  private final Map<Long, List<Node>> graphs = new HashMap<>();
  private final Map<Long, Executable> executables = new HashMap<>();

  FakeGraphs(FakeDriver driver) {
    this.driver = driver;
  }

  /** A kernel of a graph, and what it does. */
  private record Node(long number, long function, Runnable action) {}

  /** What was made of a graph: what the kernel of each node does. */
  private record Executable(long graph, Map<Long, Node> nodes) {}

  /** The number of graphs and executable graphs that were made and not destroyed. */
  int alive() {
    return graphs.size() + executables.size();
  }

  private static void must(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("a kernel of a graph must have " + what);
    }
  }

  @Override
  public long create() {
    driver.inContext("cuGraphCreate");
    long graph = driver.make("graph");
    graphs.put(graph, new ArrayList<>());
    return graph;
  }

  @Override
  public void destroy(long graph) {
    driver.drop(graph, "graph");
    graphs.remove(graph);
  }

  /** Adds a kernel. */
  long addKernel(long graph, long before, FakeKernel kernel) {
    driver.mustBe(graph, "graph");
    driver.inContext("cuGraphAddKernelNode");
    List<Node> nodes = graphs.get(graph);
    must(
        before == (nodes.isEmpty() ? 0 : nodes.getLast().number),
        "the kernel before it as its only dependency");
    var node = new Node(driver.number(), kernel.function, kernel.action());
    nodes.add(node);
    return node.number;
  }

  @Override
  public long instantiate(long graph) {
    driver.mustBe(graph, "graph");
    driver.inContext("cuGraphInstantiateWithFlags");
    var nodes = new LinkedHashMap<Long, Node>();
    graphs.get(graph).forEach(node -> nodes.put(node.number, node));
    long executable = driver.make("executable graph");
    executables.put(executable, new Executable(graph, nodes));
    return executable;
  }

  @Override
  public void destroyExecutable(long executable) {
    driver.drop(executable, "executable graph");
    executables.remove(executable);
  }

  /** Changes a kernel. */
  void setKernel(long executable, long node, FakeKernel kernel) {
    driver.mustBe(executable, "executable graph");
    Executable changed = executables.get(executable);
    driver.mustBe(changed.graph, "graph");
    Node before = changed.nodes.get(node);
    var after = new Node(node, kernel.function, kernel.action());
    must(
        before != null && before.function == after.function,
        "the node and the function that it was added with");
    changed.nodes.put(node, after);
    // A call that fails may have changed the kernel all the same.
    driver.inContext("cuGraphExecKernelNodeSetParams");
  }

  @Override
  public void launch(long executable, long stream) {
    driver.mustBe(executable, "executable graph");
    driver.mustBe(stream, "stream");
    driver.inContext("cuGraphLaunch");
    executables.get(executable).nodes.values().forEach(node -> node.action.run());
  }
}
