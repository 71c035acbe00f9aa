package dev.adjoint.nn.optim;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.nn.optim.LineSearch.Point;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Liu and Nocedal 1989), for functions without noise:
 * directions from the last changes of parameters and gradients. Each step evaluates the loss several times:
 *
 * {@snippet :
 * var optimizer = new LBFGS(model.parameters(), 1).strongWolfe(true);
 * Tensor loss = optimizer.step(() -> Losses.mse(model.apply(x), y));
 * }
 *
 * <p>With gradient g, changes s of the parameters and y of the gradients: {@code d = -H g}, where H is the approximate inverse of
 * the second derivatives from {@code (s . y) / (y . y)} and up to {@link #historySize(int)} pairs; {@code w = w + t d}, where t
 * is the learning rate (at the very first iteration at most 1 / |g|_1 of it), or found from there by a line search. As in PyTorch
 * there is one group, without weight decay.
 */
public final class LBFGS extends Optimizer {
  private int maxIter = 20;
  private int maxEval = 25;
  private double toleranceGrad = 1e-7;
  private double toleranceChange = 1e-9;
  private int historySize = 100;
  private boolean strongWolfe;
  private Curvature known = Curvature.NONE;

  /** L-BFGS with learning rate 1, the default of PyTorch. */
  public LBFGS(Collection<Parameter> parameters) {
    this(parameters, 1);
  }

  /** L-BFGS with at most 20 iterations and 25 evaluations a step, 100 pairs and no line search. */
  public LBFGS(Collection<Parameter> parameters, double learningRate) {
    super(single(parameters, learningRate));
  }

  /** Sets the most iterations of a step, and the most evaluations to 5/4 of it; returns this. */
  public LBFGS maxIter(int iterations) {
    maxIter = (int) Hyper.positive("the most iterations", iterations);
    maxEval = maxIter * 5 / 4;
    return this;
  }

  /** Sets after how many evaluations a step begins no other iteration; returns this. */
  public LBFGS maxEval(int evaluations) {
    maxEval = (int) Hyper.positive("the most evaluations", evaluations);
    return this;
  }

  /** Sets the largest element of a gradient that counts as zero; returns this. */
  public LBFGS toleranceGrad(double size) {
    toleranceGrad = Hyper.notNegative("tolerance of the gradient", size);
    return this;
  }

  /** Sets the change of the loss, and of each parameter, that is too small to go on; returns this. */
  public LBFGS toleranceChange(double size) {
    toleranceChange = Hyper.notNegative("tolerance of a change", size);
    return this;
  }

  /** Sets how many pairs are remembered; to be called before the first step. Returns this. */
  public LBFGS historySize(int pairs) {
    historySize = (int) Hyper.positive("the size of the history", pairs);
    return this;
  }

  /** Chooses a line search for the strong Wolfe conditions, which needs no right learning rate; returns this. */
  public LBFGS strongWolfe(boolean on) {
    strongWolfe = on;
    return this;
  }

  /**
   * Takes a step. If the loss function throws, parameters and state are as before.
   *
   * @param closure computes the loss, a scalar, of the present parameters; the same each time
   * @return the loss before the step
   * @throws IllegalArgumentException if no parameter of this optimizer has a gradient
   */
  public Tensor step(Supplier<Tensor> closure) {
    ParameterGroup group = groups().getFirst();
    if (group.weightDecay() != 0 || group.l1() != 0 || group.maximize()) {
      throw new IllegalStateException("lbfgs: has no weight decay, l1 or maximize");
    }
    List<Tensor> before = Vectors.copy(group.parameters());
    Curvature remembered = known;
    try {
      Tensor loss = iterate(closure);
      group.parameters().forEach(parameter -> stateOf(parameter).stepDone());
      return loss;
    } catch (RuntimeException | Error e) {
      known = remembered;
      move(before);
      throw e;
    }
  }

  /** The loss at the present parameters, computed, and its gradient. */
  private record Evaluation(Tensor loss, List<Tensor> gradient) {
    double value() {
      return loss.item();
    }
  }

  private Tensor iterate(Supplier<Tensor> closure) {
    Evaluation first = evaluate(closure);
    double value = first.value();
    List<Tensor> gradient = first.gradient;
    int evaluations = 1;
    for (int i = 1; i <= maxIter && Vectors.largest(gradient) > toleranceGrad; i++) {
      boolean isFirst = known.iterations() == 0;
      known = isFirst ? known : known.completed(gradient, historySize);
      List<Tensor> d = Vectors.computed(known.direction(gradient));
      double slope = Vectors.dot(gradient, d).item();
      double t = learningRate() * (isFirst ? Math.min(1, 1 / Vectors.absoluteSum(gradient)) : 1);
      double before = value;
      List<Tensor> old = gradient;
      if (slope > -toleranceChange) {
        known =
            new Curvature(
                known.iterations() + 1, known.pairs(), old, Vectors.computed(Vectors.scaled(d, t)));
        break;
      }
      List<Tensor> from = Vectors.copy(groups().getFirst().parameters());
      if (strongWolfe) {
        var start = new Point(0, value, slope, gradient);
        double shortest = toleranceChange / Vectors.largest(d);
        var search = new LineSearch(at -> point(closure, from, d, at), start, shortest);
        Point found = search.search(t);
        t = found.t();
        value = found.value();
        gradient = found.gradient();
        evaluations += search.evaluations();
      }
      move(Vectors.add(from, d, t));
      List<Tensor> change = Vectors.computed(Vectors.scaled(d, t));
      known = new Curvature(known.iterations() + 1, known.pairs(), old, change);
      if (i == maxIter) {
        break;
      }
      if (!strongWolfe) {
        Evaluation next = evaluate(closure);
        value = next.value();
        gradient = next.gradient;
        evaluations++;
      }
      if (evaluations >= maxEval
          || Vectors.largest(change) <= toleranceChange
          || Math.abs(value - before) < toleranceChange) {
        break;
      }
    }
    return first.loss;
  }

  private Point point(Supplier<Tensor> closure, List<Tensor> from, List<Tensor> d, double t) {
    move(Vectors.add(from, d, t));
    Evaluation now = evaluate(closure);
    return new Point(t, now.value(), Vectors.dot(now.gradient, d).item(), now.gradient);
  }

  private Evaluation evaluate(Supplier<Tensor> closure) {
    Tensor loss = Scope.withGrad(closure);
    Gradients gradients = loss.backward();
    var vector = new ArrayList<Tensor>();
    boolean found = false;
    for (Parameter parameter : groups().getFirst().parameters()) {
      requireTakes(parameter);
      Tensor gradient = parameter.trainable() ? gradients.find(parameter) : null;
      found |= gradient != null;
      vector.add(gradient == null ? Tensors.zerosLike(parameter) : gradient.detach());
    }
    if (!found) {
      throw new IllegalArgumentException(
          "step: none of the " + vector.size() + " parameters has a gradient here");
    }
    var roots = new ArrayList<Node>(List.of(loss.node()));
    vector.forEach(gradient -> roots.add(gradient.node()));
    Engine.step(roots);
    return new Evaluation(loss, vector);
  }

  private void move(List<Tensor> values) {
    List<Parameter> parameters = groups().getFirst().parameters();
    Engine.updating(
        () -> {
          for (int i = 0; i < values.size(); i++) {
            parameters.get(i).set(values.get(i));
          }
          Engine.step(List.of());
        });
  }

  /** Always throws: see {@link #step(Supplier)}. */
  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    throw new IllegalArgumentException(
        "lbfgs: evaluates the loss several times: call step with the function that computes it");
  }

  @Override
  Map<String, Double> numbers() {
    for (int i = 0; i < known.pairs().size(); i++) {
      keep("s." + i, known.pairs().get(i).s());
      keep("y." + i, known.pairs().get(i).y());
    }
    keep("prev_grad", known.gradient());
    keep("prev_step", known.change());
    Engine.realize(List.of());
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("iterations", (double) known.iterations());
    numbers.put("pairs", (double) known.pairs().size());
    return numbers;
  }

  private void keep(String name, List<Tensor> vector) {
    for (int i = 0; i < vector.size(); i++) {
      stateOf(groups().getFirst().parameters().get(i)).variable(name, 0).set(vector.get(i));
    }
  }

  @Override
  void numbers(Map<String, Double> saved) {
    var pairs = new ArrayList<Curvature.Pair>();
    for (int i = 0; i < number(saved, "pairs"); i++) {
      pairs.add(Curvature.Pair.of(kept("s." + i), kept("y." + i)));
    }
    long iterations = number(saved, "iterations");
    known =
        iterations == 0
            ? Curvature.NONE
            : new Curvature(iterations, List.copyOf(pairs), kept("prev_grad"), kept("prev_step"));
  }

  private static long number(Map<String, Double> saved, String name) {
    return saved.getOrDefault(name, 0.0).longValue();
  }

  private List<Tensor> kept(String name) {
    return Vectors.copy(
        groups().getFirst().parameters().stream().map(p -> stateOf(p).get(name)).toList());
  }
}
