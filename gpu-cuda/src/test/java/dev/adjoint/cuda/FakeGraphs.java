package dev.adjoint.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  private static final int MOST_ITEMS = 1024;

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

  /** Reads the structure as {@code cuda.h} has it. */
  private Node read(long number, MemorySegment kernel) {
    MemorySegment params = kernel.reinterpret(72);
    long function = params.get(ValueLayout.JAVA_LONG, 0);
    driver.mustBe(function, "module");
    int items = params.get(ValueLayout.JAVA_INT, 20) * params.get(ValueLayout.JAVA_INT, 24);
    must(params.get(ValueLayout.JAVA_INT, 8) > 0, "groups");
    must(params.get(ValueLayout.JAVA_INT, 12) > 0, "rows of groups");
    must(params.get(ValueLayout.JAVA_INT, 16) == 1, "one layer of groups");
    must(items > 0 && items <= MOST_ITEMS, "items");
    must(params.get(ValueLayout.JAVA_INT, 28) == 1, "one layer of items");
    must(params.get(ValueLayout.JAVA_INT, 32) == 0, "no shared memory");
    for (long at = 48; at < 72; at += Long.BYTES) {
      must(params.get(ValueLayout.JAVA_LONG, at) == 0, "no other pointer");
    }
    long arguments = params.get(ValueLayout.JAVA_LONG, 40);
    must(arguments != 0, "arguments");
    return new Node(number, function, driver.action(function, MemorySegment.ofAddress(arguments)));
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

  @Override
  public long addKernel(long graph, long before, MemorySegment kernel) {
    driver.mustBe(graph, "graph");
    driver.inContext("cuGraphAddKernelNode");
    List<Node> nodes = graphs.get(graph);
    must(
        before == (nodes.isEmpty() ? 0 : nodes.getLast().number),
        "the kernel before it as its only dependency");
    Node node = read(driver.number(), kernel);
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

  @Override
  public void setKernel(long executable, long node, MemorySegment kernel) {
    driver.mustBe(executable, "executable graph");
    Executable changed = executables.get(executable);
    driver.mustBe(changed.graph, "graph");
    Node before = changed.nodes.get(node);
    Node after = read(node, kernel);
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
