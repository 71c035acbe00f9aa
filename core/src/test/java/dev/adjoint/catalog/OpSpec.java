package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One public operation and how to test it.
 *
 * <p>A row says which method it covers, what to call, which operands to call it with, and how exact the result must be.
 * The first shapes of a row are tried in every {@link Layout}, the others as they are stored.
 */
public final class OpSpec {
  /** The float types. */
  public static final Set<DType> FLOATS = types(DType::isFloat);

  /** All types of numbers. */
  public static final Set<DType> NUMBERS = types(t -> t != DType.BOOL);

  /** The integer types. */
  public static final Set<DType> INTEGERS = types(DType::isInteger);

  /** All types. */
  public static final Set<DType> ALL = types(_ -> true);

  private static Set<DType> types(Predicate<DType> which) {
    return Arrays.stream(DType.values())
        .filter(which)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(DType.class)));
  }

  /** Which derivatives of an op exist. */
  public enum Gradient {
    /** No operand has a gradient, or it is zero everywhere. */
    NONE,
    /** First derivatives. */
    FIRST,
    /** First and second derivatives. */
    SECOND
  }

  private final String covers;
  private final Function<List<Tensor>, Tensor> function;
  private String variant = "";
  private final List<Domain> operands;
  private List<List<Shape>> shapes = new ArrayList<>();
  private Set<DType> dtypes = FLOATS;
  private Gradient gradient = Gradient.NONE;
  private Tolerance tolerance = Tolerance.exact();
  private boolean specials = true;
  private boolean broadcasts;
  private boolean fixedSizes;
  private boolean distinct;
  private boolean readsValues;
  private boolean readsOperands;
  private boolean shorthand;
  private final List<ErrorSample> errors = new ArrayList<>();

  private OpSpec(String covers, int operands, Function<List<Tensor>, Tensor> function) {
    this.covers = covers;
    this.function = function;
    this.operands = new ArrayList<>(Collections.nCopies(operands, Domain.of(-3, 3)));
  }

  /** A row for a method, written as {@code name(ParameterType,...)}, of which the receiver is operand 0. */
  public static OpSpec of(String covers, int operands, Function<List<Tensor>, Tensor> function) {
    return new OpSpec(covers, operands, function);
  }

  /** A row with one operand and the usual shapes. */
  public static OpSpec unary(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(x.get(0)))
        .shapes(
            "[4, 5, 6]", "[]", "[1]", "[0]", "[33]", "[3, 1, 5]", "[2, 0, 3]", "[257]", "[7, 65]")
        .broadcasting();
  }

  /** A row with two operands that broadcast. */
  public static OpSpec binary(String covers, BinaryOperator<Tensor> f) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1)))
        .shapes(
            "[4, 5, 6] [4, 5, 6]",
            "[] []",
            "[5, 7] [7]",
            "[3, 1] [1, 4]",
            "[] [5]",
            "[2, 3] []",
            "[2, 0] [2, 1]",
            "[129] [129]",
            "[2, 1, 3] [4, 1]")
        .broadcasting();
  }

  /** Another name for a second row of the same method. */
  OpSpec variant(String text) {
    variant = " " + text;
    return this;
  }

  /** Operands of any shapes that broadcast will do. */
  private OpSpec broadcasting() {
    broadcasts = true;
    return this;
  }

  OpSpec shapes(String... texts) {
    broadcasts = false;
    shapes = new ArrayList<>();
    for (String text : texts) {
      shapes.add(Shapes.parse(text));
    }
    return this;
  }

  OpSpec domain(int operand, Domain domain) {
    operands.set(operand, domain);
    return this;
  }

  /** The range of every operand. */
  OpSpec range(double min, double max) {
    operands.replaceAll(_ -> Domain.of(min, max));
    return this;
  }

  /** Points without a derivative, of every operand. */
  OpSpec kinks(double... points) {
    operands.replaceAll(d -> d.awayFrom(points));
    return this;
  }

  OpSpec dtypes(Set<DType> types) {
    dtypes = types;
    return this;
  }

  OpSpec gradient(Gradient value) {
    gradient = value;
    return this;
  }

  OpSpec tolerance(Tolerance value) {
    tolerance = value;
    return this;
  }

  /** No samples with NaN and infinities, because the result would depend on the order of evaluation. */
  OpSpec withoutSpecials() {
    specials = false;
    return this;
  }

  /** Draws keep the sizes of the shapes, because values must fit them. */
  OpSpec fixedSizes() {
    fixedSizes = true;
    return this;
  }

  /** Draws keep the sizes and have no equal values in an operand, because the result divides by how far they are apart. */
  OpSpec distinct() {
    distinct = true;
    return fixedSizes();
  }

  /** The shape of the result, or whether there is one, depends on values of operands, which are read at the call. */
  OpSpec shapedByValues() {
    readsOperands = true;
    return readsConstants();
  }

  /** A call reads values, but of tensors that are no operands, so that a map over a batch knows them. */
  OpSpec readsConstants() {
    readsValues = true;
    return this;
  }

  /** Whether a call reads values, so that it needs a device that computes them. */
  public boolean readsValues() {
    return readsValues;
  }

  /** Whether a call reads values of its operands, which it cannot while a map over a batch stands for them. */
  public boolean readsOperands() {
    return readsOperands;
  }

  /** Its shapes as they are stored alone, because the method calls another one, which has a row, with arguments filled in. */
  OpSpec shorthand() {
    shorthand = true;
    return this;
  }

  /** Whether the method calls another one, which has a row, with arguments filled in. */
  boolean isShorthand() {
    return shorthand;
  }

  OpSpec error(Supplier<Tensor> call, String fragment) {
    errors.add(new ErrorSample(call, fragment));
    return this;
  }

  /** The method that this row covers, as {@code name(ParameterType,...)}. */
  public String covers() {
    return covers;
  }

  /** The name of this row; no two are equal. */
  public String label() {
    return covers + variant;
  }

  /** The value domains of the operands. */
  public List<Domain> operands() {
    return operands;
  }

  /** The types that the row is tested with. */
  public Set<DType> dtypes() {
    return dtypes;
  }

  /** The types under test that a call with the first shapes takes; others are refused, and calls without operands have none. */
  public Set<DType> admitted() {
    return operands.isEmpty() ? Set.of() : types(this::admits);
  }

  private boolean admits(DType dtype) {
    try {
      samples(dtype).getFirst().result();
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Which derivatives exist. */
  public Gradient gradient() {
    return gradient;
  }

  /** How exact a float result must be. */
  public Tolerance tolerance() {
    return tolerance;
  }

  /** Calls that must be rejected. */
  public List<ErrorSample> errors() {
    return errors;
  }

  /** The shapes that the row gives its operands. */
  List<List<Shape>> shapes() {
    return shapes;
  }

  /** Whether operands of any shapes that broadcast will do. */
  boolean broadcasts() {
    return broadcasts;
  }

  boolean hasFixedSizes() {
    return fixedSizes;
  }

  boolean isDistinct() {
    return distinct;
  }

  /** Whether there are samples with NaN and infinities. */
  boolean hasSpecials() {
    return specials;
  }

  /** Calls the op. */
  public Tensor apply(List<Tensor> x) {
    return function.apply(x);
  }

  /** All samples of a type: the first shapes in every layout and with special values, the others as stored. */
  public List<Sample> samples(DType dtype) {
    var samples = new ArrayList<Sample>();
    for (List<Shape> each : shapes) {
      samples.add(new Sample(this, dtype, each, Layout.CONTIGUOUS, false));
    }
    if (shorthand) {
      return samples;
    }
    List<Shape> main = shapes.getFirst();
    for (Layout layout : Layout.values()) {
      if (layout != Layout.CONTIGUOUS && !main.isEmpty() && layout.fits(main.getFirst())) {
        samples.add(new Sample(this, dtype, main, layout, false));
      }
    }
    if (specials && !main.isEmpty()) {
      samples.add(new Sample(this, dtype, main, Layout.CONTIGUOUS, true));
    }
    return samples;
  }

  /** Samples with few elements in f64, for checks of gradients by finite differences; none is empty. */
  public List<Sample> gradientSamples() {
    var samples = new ArrayList<Sample>();
    for (List<Shape> each : shapes) {
      long size = each.stream().mapToLong(Shape::size).sum();
      if (size > 0 && size <= 150 && each.stream().allMatch(s -> s.size() > 0)) {
        samples.add(new Sample(this, DType.F64, each, Layout.CONTIGUOUS, false));
        if (Layout.TRANSPOSED.fits(each.getFirst())) {
          samples.add(new Sample(this, DType.F64, each, Layout.TRANSPOSED, false));
        }
      }
    }
    return samples;
  }

  @Override
  public String toString() {
    return label();
  }
}
