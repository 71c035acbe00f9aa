package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Recording;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.Storage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded of a function on placeholders, recorded once more for a part of a batch, or all of it: a node that depends on
 * a placeholder becomes one with the axis of the batch in front. All others are shared by the elements of the batch.
 */
final class Batching {
  private static final String UNKNOWN =
      "needs the value of an argument of a function that vmap maps over a batch, and that is not one value: do not read it"
          + " inside the function, compute with where() instead of branching";

  private final Part part;
  private final int size;
  private final Randomness randomness;
  private final @Nullable Batching around;

  /** Nodes from before do not depend on placeholders. */
  private final int start;

  /** A node that is shared is its own copy. */
  private final Map<Node, Node> copies = new IdentityHashMap<>();

  /** What stands for calls of functions that are one kernel, see {@link Op.CustomRule#call}. */
  private final Map<Object, Object> calls = new IdentityHashMap<>();

  /** Elements of a batch, and how many it has altogether. */
  record Part(int from, int size, int whole) {
    /** The same part of a tensor that has the axis of the batch in front. */
    Node of(Node batch) {
      return size == whole ? batch : new Tensor(batch).narrow(0, from, size).node();
    }
  }

  /**
   * A batching of what was recorded of a function.
   *
   * @param start the serial of its first node
   */
  Batching(Part part, Randomness randomness, int start) {
    this.part = part;
    this.size = part.size;
    this.randomness = randomness;
    this.around = null;
    this.start = start;
  }

  /** The batching of what is recorded later about the same function. */
  private Batching(Batching around) {
    this.part = around.part;
    this.size = around.size;
    this.randomness = around.randomness;
    this.around = around;
    this.start = around.start;
  }

  /** Stands for one element of a batch, which has its axis in front. */
  static Node placeholder(Node batch) {
    int[] dims = batch.shape().dims();
    return Node.source(
        Storage.unknown(batch.device(), UNKNOWN),
        Shape.of(Arrays.copyOfRange(dims, 1, dims.length)),
        batch.dtype(),
        batch.tracked());
  }

  /** Says of which whole batch a placeholder stands for one element. */
  void map(Node placeholder, Node batch) {
    copies.put(placeholder, part.of(batch));
  }

  /** Stands for one element of a part of the batch. */
  private Node one(Node ofPart) {
    Node placeholder = placeholder(ofPart);
    copies.put(placeholder, ofPart);
    return placeholder;
  }

  /** A node of the function for all elements; the node itself if all elements share it. */
  Node of(Node root) {
    var opened = new HashSet<Node>();
    var pending = new ArrayDeque<Node>();
    pending.push(root);
    while (!pending.isEmpty()) {
      Node node = pending.peek();
      if (known(node) != null) {
        pending.pop();
      } else if (node.serial() - start < 0) {
        copies.put(node, node);
      } else if (opened.add(node)) {
        node.inputs().forEach(pending::push);
      } else {
        pending.pop();
        copies.put(node, copy(node));
      }
    }
    return copied(root);
  }

  /** A node of the function with the axis of the batch in front, along which it may be equal. */
  Node whole(Node node) {
    Node copy = of(node);
    return copy.equals(node) ? Graph.broadcast(node, BatchRules.batched(node.shape(), size)) : copy;
  }

  private @Nullable Node known(Node node) {
    Node copy = copies.get(node);
    return copy == null && around != null ? around.known(node) : copy;
  }

  private Node copied(Node node) {
    Node copy = known(node);
    if (copy == null) {
      throw new IllegalStateException("vmap: not yet copied: " + node);
    }
    return copy;
  }

  private boolean isShared(Node node) {
    return copied(node).equals(node);
  }

  private Node copy(Node node) {
    if (node.op() instanceof Op.Random) {
      return random(node);
    }
    if (node.inputs().stream().allMatch(this::isShared)) {
      return node;
    }
    Node copy =
        node.origin().inReplay(() -> Recording.tracked(node.tracked(), () -> batched(node)));
    if (node.kept()) {
      copy.keep();
    }
    return copy;
  }

  private Node batched(Node node) {
    List<Node> inputs = node.inputs().stream().map(this::copied).toList();
    if (!(node.op() instanceof Op.Custom(var rule))) {
      return new BatchRules(node, inputs, size).copy();
    }
    var all = new ArrayList<>(inputs);
    all.set(0, whole(node.input(0)));
    Object call = rule.call();
    boolean oneKernel = call != null && node.inputs().stream().noneMatch(this::isShared);
    Object ofBatch = oneKernel ? calls.computeIfAbsent(call, _ -> new Object()) : null;
    Node copy = Graph.custom(new Rule((GradientRule) rule, node, this, ofBatch), all);
    return copy.tracked() || oneKernel ? copy : all.getFirst();
  }

  private Node random(Node node) {
    return switch (randomness) {
      case SAME -> node;
      case DIFFERENT -> {
        // A stream of its own, because the next numbers of this one belong to later draws.
        long key = mixed(node.scalars()[0] + mixed(node.scalars()[1]));
        Shape whole = BatchRules.batched(node.shape(), part.whole);
        yield part.of(Graph.random(whole, node.device(), key, 0));
      }
      case ERROR ->
          throw new IllegalArgumentException(
              "vmap: the function draws random numbers: say whether they are DIFFERENT or the SAME for all elements by"
                  + " Vmap.randomness");
    };
  }

  /** A number that differs from that of any other argument, and looks unlike it. */
  private static long mixed(long x) {
    long y = (x + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 29)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 32);
  }

  /**
   * The gradients of a custom node for a batch: what its rule gives for one element, batched in turn.
   *
   * @param single the custom node of one element
   * @param call null if this is not a value of one kernel
   */
  private record Rule(GradientRule rule, Node single, Batching batching, @Nullable Object call)
      implements GradientRule {
    @Override
    public String name() {
      return rule.name();
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      var now = new Batching(batching);
      var inputs = new ArrayList<Node>();
      for (int i = 0; i < node.inputs().size(); i++) {
        boolean shared = i > 0 && batching.isShared(single.input(i));
        inputs.add(shared ? node.input(i) : now.one(node.input(i)));
      }
      Node one = single.again(inputs, node.tracked());
      now.copies.put(one, node);
      Node g = now.one(gradient);
      List<Supplier<Node>> found = Recording.deferred(() -> rule.gradients(one, g));
      var gradients = new ArrayList<Supplier<Node>>();
      for (int i = 0; i < found.size(); i++) {
        Node input = inputs.get(i + 1);
        Supplier<Node> each = found.get(i);
        boolean shared = input.equals(node.input(i + 1));
        gradients.add(
            () -> {
              Node whole = now.whole(Recording.deferred(each));
              return shared
                  ? Graph.reshape(Graph.reduce(ReduceOp.SUM, whole, Axes.of(0)), input.shape())
                  : whole;
            });
      }
      return gradients;
    }
  }
}
