package dev.adjoint.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of the driver without hardware. They copy arguments when the driver does, so a kernel that was not updated computes
 * with the old ones. A graph is used only while it is there, and its nodes form a chain.
 */
final class FakeGraphs implements GraphDriver {
  private final FakeDriver driver;
  private final Map<Long, List<Node>> graphs = new HashMap<>();
  private final Map<Long, Executable> executables = new HashMap<>();

  /** What is enqueued while the stream is captured; null while it is not. */
  private @Nullable List<Node> capture;

  FakeGraphs(FakeDriver driver) {
    this.driver = driver;
  }

  /** A kernel of a graph, or a graph in it as function 0, and what it does. */
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

  /** Runs what was enqueued, or adds it to the graph that is captured. */
  void enqueue(Runnable action) {
    if (capture == null) {
      action.run();
    } else {
      capture.add(new Node(driver.number(), 0, action));
    }
  }

  @Override
  public void beginCapture(long stream) {
    driver.mustBe(stream, "stream");
    driver.inContext("cuStreamBeginCapture");
    must(capture == null, "a stream that is not captured already");
    capture = new ArrayList<>();
  }

  @Override
  public long endCapture(long stream) {
    driver.mustBe(stream, "stream");
    List<Node> captured = Objects.requireNonNull(capture);
    // Also if the call fails.
    capture = null;
    driver.inContext("cuStreamEndCapture");
    long graph = driver.make("graph");
    graphs.put(graph, captured);
    return graph;
  }

  private Runnable all(long child) {
    List<Node> copy = List.copyOf(graphs.get(child));
    return () -> copy.forEach(node -> node.action.run());
  }

  @Override
  public long addChild(long graph, long before, long child) {
    driver.mustBe(graph, "graph");
    driver.mustBe(child, "graph");
    driver.inContext("cuGraphAddChildGraphNode");
    List<Node> nodes = graphs.get(graph);
    must(
        before == (nodes.isEmpty() ? 0 : nodes.getLast().number),
        "the node before it as its only dependency");
    var node = new Node(driver.number(), 0, all(child));
    nodes.add(node);
    return node.number;
  }

  @Override
  public void setChild(long executable, long node, long child) {
    driver.mustBe(executable, "executable graph");
    driver.mustBe(child, "graph");
    Executable changed = executables.get(executable);
    Node before = changed.nodes.get(node);
    must(before != null && before.function == 0, "a graph in the node");
    // A call that fails may have changed the graph all the same.
    changed.nodes.put(node, new Node(node, 0, all(child)));
    driver.inContext("cuGraphExecChildGraphNodeSetParams");
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
