package dev.adjoint.ops;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ReduceOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Products of tensors summed over named axes. */
public final class Einsum {
  private static final String ELLIPSIS = "...";

  /** The names of the axes of an ellipsis are this and the next characters, which are no letters. */
  private static final char FIRST_OF_ELLIPSIS = '\uE000';

  private final String formula;
  private final Map<Character, Integer> sizes = new LinkedHashMap<>();

  private Einsum(String formula) {
    this.formula = formula;
  }

  /** A tensor whose axes have names, one letter each, all different. */
  private record Term(String names, Tensor value) {
    boolean has(int name) {
      return names.indexOf(name) >= 0;
    }

    /** Where names stand. */
    int[] axes(String wanted) {
      return wanted.chars().map(names::indexOf).toArray();
    }
  }

  public static Tensor evaluate(String formula, List<Tensor> tensors) {
    return new Einsum(formula.replace(" ", "")).run(tensors);
  }

  private Tensor run(List<Tensor> tensors) {
    int arrow = formula.indexOf("->");
    String[] inputs = (arrow < 0 ? formula : formula.substring(0, arrow)).split(",", -1);
    if (inputs.length != tensors.size()) {
      throw OpError.of(
          "einsum",
          "'" + formula + "' has " + inputs.length + " terms for " + tensors.size() + " tensors");
    }
    String all = ellipsis(inputs, tensors);
    for (int i = 0; i < inputs.length; i++) {
      int hidden = tensors.get(i).rank() - (inputs[i].length() - ELLIPSIS.length());
      String term = inputs[i];
      inputs[i] =
          term.replace(ELLIPSIS, all.substring(all.length() - Math.clamp(hidden, 0, all.length())));
      readSizes(term, inputs[i], tensors.get(i));
    }
    String output =
        arrow < 0
            ? all + implied(String.join("", inputs))
            : formula.substring(arrow + 2).replace(ELLIPSIS, all);
    check(output);
    var terms = new ArrayList<Term>();
    for (int i = 0; i < inputs.length; i++) {
      terms.add(withoutStretched(withoutRepeats(new Term(inputs[i], tensors.get(i)))));
    }
    Term result = terms.getFirst();
    for (int i = 1; i < terms.size(); i++) {
      var later = new StringBuilder(output);
      for (int j = i + 1; j < terms.size(); j++) {
        later.append(terms.get(j).names());
      }
      result = contract(result, terms.get(i), later.toString());
    }
    return order(sumOut(result, output), output);
  }

  /** The names of the axes that ellipses stand for: as many as the longest of them has. */
  private static String ellipsis(String[] inputs, List<Tensor> tensors) {
    int longest = 0;
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].contains(ELLIPSIS)) {
        int letters = inputs[i].length() - ELLIPSIS.length();
        longest = Math.max(longest, tensors.get(i).rank() - letters);
      }
    }
    var names = new StringBuilder();
    for (int i = 0; i < longest; i++) {
      names.append((char) (FIRST_OF_ELLIPSIS + i));
    }
    return names.toString();
  }

  private static boolean isOfEllipsis(char name) {
    return name >= FIRST_OF_ELLIPSIS;
  }

  /** Takes the sizes of named axes; of those of one name in several terms, all but one may be 1. */
  private void readSizes(String term, String names, Tensor tensor) {
    for (int i = 0; i < names.length(); i++) {
      if (!Character.isLetter(names.charAt(i)) && !isOfEllipsis(names.charAt(i))) {
        throw OpError.of("einsum", "'" + names.charAt(i) + "' in '" + formula + "' is no letter");
      }
    }
    if (names.length() != tensor.rank()) {
      throw OpError.of(
          "einsum", "'" + term + "' does not name the axes of shape " + tensor.shape());
    }
    for (int i = 0; i < names.length(); i++) {
      char name = names.charAt(i);
      int size = tensor.dim(i);
      int first = tensor.dim(names.indexOf(name));
      int known = first == size ? sizes.merge(name, size, (a, b) -> a == 1 ? b : a) : first;
      if (first != size || (known != size && size != 1)) {
        String axis = isOfEllipsis(name) ? "an axis of the ellipsis" : "axis " + name;
        throw OpError.of("einsum", axis + " has sizes " + known + " and " + size);
      }
    }
  }

  /** A term without the axes of size 1 that are larger in another one. */
  private Term withoutStretched(Term term) {
    Term kept = term;
    for (int i = term.names().length() - 1; i >= 0; i--) {
      char name = term.names().charAt(i);
      if (kept.value().dim(i) == 1 && dims(String.valueOf(name))[0] != 1) {
        String names = kept.names().substring(0, i) + kept.names().substring(i + 1);
        kept = new Term(names, kept.value().squeeze(i));
      }
    }
    return kept;
  }

  /** The names that occur once, in alphabetical order. */
  private static String implied(String names) {
    var out = new StringBuilder();
    names
        .chars()
        .sorted()
        .filter(c -> !isOfEllipsis((char) c) && names.indexOf(c) == names.lastIndexOf(c))
        .forEach(c -> out.append((char) c));
    return out.toString();
  }

  private void check(String output) {
    for (int i = 0; i < output.length(); i++) {
      char name = output.charAt(i);
      if (!sizes.containsKey(name) || output.indexOf(name) != i) {
        throw OpError.of(
            "einsum",
            "axis " + name + " of the result of '" + formula + "' must be an axis of a term, once");
      }
    }
  }

  private static Term withoutRepeats(Term term) {
    String names = term.names();
    for (int i = 0; i < names.length(); i++) {
      int j = names.indexOf(names.charAt(i), i + 1);
      if (j >= 0) {
        char name = names.charAt(i);
        String others =
            names.substring(0, i) + names.substring(i + 1, j) + names.substring(j + 1) + name;
        return withoutRepeats(new Term(others, term.value().diagonal(0, i, j)));
      }
    }
    return term;
  }

  /** Sums over the axes that a later formula does not name. */
  private static Term sumOut(Term term, String later) {
    var kept = new StringBuilder();
    var axes = new ArrayList<Integer>();
    for (int i = 0; i < term.names().length(); i++) {
      if (later.indexOf(term.names().charAt(i)) >= 0) {
        kept.append(term.names().charAt(i));
      } else {
        axes.add(i);
      }
    }
    int[] dropped = axes.stream().mapToInt(a -> a).toArray();
    // In the type of the elements, also with mixed precision.
    return axes.isEmpty()
        ? term
        : new Term(kept.toString(), Reductions.fold(ReduceOp.SUM, term.value(), dropped, false));
  }

  /** The product of two terms, summed over the axes that nothing later names. */
  private Term contract(Term left, Term right, String later) {
    Term a = sumOut(left, right.names() + later);
    Term b = sumOut(right, left.names() + later);
    // In the order in which they are wanted, so that the axes of the result often need no other.
    String batch = filter(later, c -> a.has(c) && b.has(c));
    String rows = filter(later, c -> a.has(c) && !b.has(c));
    String columns = filter(later, c -> b.has(c) && !a.has(c));
    String inner = filter(a.names(), c -> b.has(c) && later.indexOf(c) < 0);
    if (!rows.isEmpty()
        && !columns.isEmpty()
        && later.indexOf(columns.charAt(0)) < later.indexOf(rows.charAt(0))) {
      return product(b, a, batch, columns, inner, rows);
    }
    return product(a, b, batch, rows, inner, columns);
  }

  private Term product(Term a, Term b, String batch, String rows, String inner, String columns) {
    String names = batch + rows + columns;
    if (inner.isEmpty()) {
      int[] wide = concat(dims(batch + rows), Graph.ones(columns.length()).dims());
      int[] tall = concat(concat(dims(batch), Graph.ones(rows.length()).dims()), dims(columns));
      return new Term(
          names, order(a, batch + rows).reshape(wide).mul(order(b, batch + columns).reshape(tall)));
    }
    Tensor x = matrices(a, batch, rows, inner);
    Tensor y = matrices(b, batch, inner, columns);
    return new Term(names, x.matmul(y).reshape(dims(names)));
  }

  private static Tensor matrices(Term term, String batch, String rows, String columns) {
    int[] axes = term.axes(batch + rows + columns);
    return MatrixProducts.matrices(term.value(), axes, batch.length(), rows.length());
  }

  private static String filter(String names, IntPredicate kept) {
    var out = new StringBuilder();
    names.chars().distinct().filter(kept).forEach(c -> out.append((char) c));
    return out.toString();
  }

  private static int[] concat(int[] a, int[] b) {
    int[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  private int[] dims(String names) {
    return names.chars().map(c -> sizes.get((char) c)).toArray();
  }

  private static Tensor order(Term term, String names) {
    return term.value().permute(term.axes(names));
  }
}
