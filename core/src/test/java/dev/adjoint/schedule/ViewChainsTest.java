package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Elements pushed through random chains of views are those that the definitions of the ops say. */
class ViewChainsTest {
  private static final int CHAINS = 5000;

  private final Random random = new Random(1);

  /** A view with its shape and that of its input. */
  private record View(Op op, Shape shape, Shape input) {
    /** The number of the input's element that is element n. */
    int below(int n) {
      int[] index = index(shape, n);
      int[] inner = index.clone();
      switch (op) {
        case Op.Reshape() -> {
          return n;
        }
        case Op.Permute(Axes order) -> {
          for (int d = 0; d < inner.length; d++) {
            inner[order.get(d)] = index[d];
          }
        }
        case Op.Slice(Axes starts, Axes steps) -> {
          for (int d = 0; d < inner.length; d++) {
            inner[d] = starts.get(d) + index[d] * steps.get(d);
          }
        }
        case Op.Expand() -> {
          for (int d = 0; d < inner.length; d++) {
            inner[d] = Math.min(index[d], input.dim(d) - 1);
          }
        }
        default -> throw new AssertionError(op);
      }
      int number = 0;
      for (int d = 0; d < inner.length; d++) {
        number = number * input.dim(d) + inner[d];
      }
      return number;
    }
  }

  private static int[] index(Shape shape, int n) {
    int[] index = new int[shape.rank()];
    int rest = n;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % shape.dim(d);
      rest /= shape.dim(d);
    }
    return index;
  }

  @Test
  void numbersFollowTheDefinitions() {
    int passed = 0;
    int split = 0;
    for (int i = 0; i < CHAINS; i++) {
      List<View> chain = chain(1 + random.nextInt(4));
      Shape top = chain.getFirst().shape;
      Group group = Group.map(0, Space.nonTrivial(top));
      Space space = group.space;
      while (space != null) {
        var views = new Views(space.sizes());
        Element element = Element.of(space.row(), top.size(), Element.ALWAYS);
        int done = 0;
        while (element != null && done < chain.size()) {
          View view = chain.get(done++);
          element = views.through(view.op, view.shape, view.input, element);
          if (element != null) {
            check(chain.subList(0, done), space, element);
          }
        }
        if (element != null) {
          passed++;
        }
        Views.Split wanted = element == null ? views.wanted() : null;
        split += wanted == null ? 0 : 1;
        space = wanted == null ? null : space.split(wanted, group::keepsWhole);
      }
    }
    // The others turn an axis that no split makes linear, such as a reshape that cuts across
    // transposed rows.
    assertTrue(passed > 0.9 * CHAINS, "only " + passed + " of " + CHAINS + " chains are linear");
    assertTrue(split > 0.02 * CHAINS, "only " + split + " splits were tested");
  }

  private static void check(List<View> chain, Space space, Element element) {
    int[] sizes = space.sizes();
    long size = chain.getFirst().shape.size();
    for (int n = 0; n < size; n++) {
      long[] index = new long[sizes.length];
      int rest = n;
      for (int a = sizes.length - 1; a >= 0; a--) {
        index[a] = rest % sizes[a];
        rest /= sizes[a];
      }
      int expected = n;
      for (View view : chain) {
        expected = view.below(expected);
      }
      assertEquals(expected, AffineTest.at(element.number(), index), () -> chain.toString());
    }
  }

  /** Views from the top down: the input of each is the result of the next. */
  private List<View> chain(int length) {
    var chain = new ArrayList<View>();
    Shape shape = shape();
    for (int i = 0; i < length; i++) {
      View view = view(shape);
      chain.add(view);
      shape = view.shape;
    }
    Collections.reverse(chain);
    return chain;
  }

  private Shape shape() {
    return Shape.of(random.ints(random.nextInt(4), 1, 5).toArray());
  }

  private View view(Shape input) {
    int rank = input.rank();
    return switch (random.nextInt(4)) {
      case 0 -> new View(new Op.Reshape(), reshaped(input), input);
      case 1 -> permuted(input, rank);
      case 2 -> sliced(input, rank);
      default -> expanded(input, rank);
    };
  }

  private Shape reshaped(Shape input) {
    var dims = new ArrayList<Integer>();
    for (int d : input.dims()) {
      if (d == 4 && random.nextBoolean()) {
        dims.addAll(List.of(2, 2));
      } else if (!dims.isEmpty() && random.nextBoolean()) {
        dims.add(dims.removeLast() * d);
      } else {
        dims.add(d);
      }
    }
    if (random.nextBoolean()) {
      dims.add(random.nextInt(dims.size() + 1), 1);
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  private View permuted(Shape input, int rank) {
    var order = new ArrayList<Integer>();
    for (int d = 0; d < rank; d++) {
      order.add(d);
    }
    Collections.shuffle(order, random);
    int[] axes = order.stream().mapToInt(Integer::intValue).toArray();
    int[] dims = order.stream().mapToInt(input::dim).toArray();
    return new View(new Op.Permute(Axes.of(axes)), Shape.of(dims), input);
  }

  private View sliced(Shape input, int rank) {
    int[] starts = new int[rank];
    int[] steps = new int[rank];
    int[] counts = new int[rank];
    for (int d = 0; d < rank; d++) {
      int n = input.dim(d);
      starts[d] = random.nextInt(n);
      steps[d] = random.nextBoolean() ? 1 + random.nextInt(2) : -1 - random.nextInt(2);
      int most = steps[d] > 0 ? (n - 1 - starts[d]) / steps[d] : starts[d] / -steps[d];
      counts[d] = 1 + random.nextInt(most + 1);
    }
    Op op = new Op.Slice(Axes.of(starts), Axes.of(steps));
    return new View(op, Shape.of(counts), input);
  }

  private View expanded(Shape input, int rank) {
    int[] dims = new int[rank];
    for (int d = 0; d < rank; d++) {
      dims[d] = input.dim(d) == 1 ? 1 + random.nextInt(4) : input.dim(d);
    }
    return new View(new Op.Expand(), Shape.of(dims), input);
  }
}
