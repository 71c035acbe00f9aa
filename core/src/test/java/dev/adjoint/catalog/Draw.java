package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One random call of an op, the same for the same number: with shapes, layouts, values and types of operands that the row allows.
 *
 * <p>Sizes of the row's shapes are replaced by others, down to 0, each wherever it stands; where operands broadcast, shapes are
 * free. Some axes count from the end. Values may be equal to each other, lie on kinks and at the ends of their domain, and be NaN
 * or infinite. One operand may have another type. What the call refuses is drawn again, in the end as the row has it.
 */
public final class Draw {
  private static final ScopedValue<Boolean> FROM_THE_END = ScopedValue.newInstance();
  private static final int ATTEMPTS = 8;
  private static final int[] SIZES = {0, 1, 1, 2, 2, 3, 3, 4, 5, 7};
  private static final int MOST = 150;

  private final OpSpec op;
  private final DType dtype;
  private final int number;
  private final Random random;
  private final boolean fromTheEnd;
  private List<Tensor> operands = List.of();
  private String description = "";
  private boolean special;
  private boolean converted;

  /** The call of a number with a type under test that the row {@linkplain OpSpec#admitted admits}. */
  public Draw(OpSpec op, DType dtype, int number) {
    this.op = op;
    this.dtype = dtype;
    this.number = number;
    random = new Random(31L * (op.label() + dtype).hashCode() + 0x9E3779B97F4A7C15L * number);
    fromTheEnd = random.nextBoolean();
    int attempt = 0;
    do {
      draw(attempt++);
    } while (attempt < ATTEMPTS && !isAdmitted());
  }

  private boolean isAdmitted() {
    try {
      result(operands);
      return true;
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      return false;
    }
  }

  private void draw(int attempt) {
    boolean asTheRow = attempt == ATTEMPTS - 1;
    List<Shape> shapes = asTheRow ? pick(small()) : shapes();
    int other = asTheRow || random.nextInt(3) > 0 ? -1 : random.nextInt(Math.max(1, shapes.size()));
    converted = !op.dtypes().contains(dtype);
    special = op.hasSpecials() && random.nextInt(4) == 0;
    var drawn = new ArrayList<Tensor>();
    description = "";
    for (int i = 0; i < shapes.size(); i++) {
      Domain domain = op.operands().get(i);
      DType type = domain.dtype(dtype);
      if (i == other && domain.isFree() && shapes.size() > 1) {
        type = pick(List.of(DType.values()));
        converted = true;
      }
      Shape shape = shapes.get(i);
      Layout way = layout(shape);
      Shape stored = way.stored(shape);
      double[] values = values(domain, type, Math.toIntExact(stored.size()));
      drawn.add(way.arrange(shape).apply(Sample.tensor(values, type, stored)));
      description += " " + type + shape + " " + way;
    }
    operands = drawn;
  }

  private Layout layout(Shape shape) {
    Layout layout = pick(List.of(Layout.values()));
    boolean fits = layout.fits(shape) && !(op.isDistinct() && layout == Layout.EXPANDED);
    return fits ? layout : Layout.CONTIGUOUS;
  }

  /** Whether a row has operands, and shapes that are small enough. */
  static boolean isPossible(OpSpec op) {
    return !op.operands().isEmpty() && op.shapes().stream().anyMatch(Draw::isSmall);
  }

  private static boolean isSmall(List<Shape> shapes) {
    return shapes.stream().mapToLong(Shape::size).sum() <= MOST;
  }

  private List<List<Shape>> small() {
    return op.shapes().stream().filter(Draw::isSmall).toList();
  }

  private List<Shape> shapes() {
    if (op.broadcasts()) {
      return broadcast();
    }
    List<Shape> given = pick(small());
    List<Shape> renamed = op.hasFixedSizes() ? given : renamed(given);
    return isSmall(renamed) ? renamed : given;
  }

  /** Shapes that broadcast to one: each lacks some of its first axes and has size 1 along others. */
  private List<Shape> broadcast() {
    int[] whole = random.ints(random.nextInt(4), 0, SIZES.length).map(i -> SIZES[i]).toArray();
    var shapes = new ArrayList<Shape>();
    for (int k = 0; k < op.operands().size(); k++) {
      int missing = random.nextInt(3) == 0 ? random.nextInt(whole.length + 1) : 0;
      int[] dims = new int[whole.length - missing];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = k > 0 && random.nextInt(4) == 0 ? 1 : whole[missing + i];
      }
      shapes.add(Shape.of(dims));
    }
    return shapes;
  }

  /** The shapes with other sizes, equal ones where sizes were equal; what positions may be stays. */
  private List<Shape> renamed(List<Shape> shapes) {
    Set<Integer> kept = op.operands().stream().map(Domain::end).collect(Collectors.toSet());
    int[] names = new int[1024];
    for (int size = 0; size < names.length; size++) {
      boolean keeps = kept.contains(size) || random.nextBoolean();
      names[size] = keeps ? size : SIZES[random.nextInt(SIZES.length)];
    }
    return shapes.stream()
        .map(
            shape -> {
              int[] dims = shape.dims();
              for (int i = 0; i < dims.length; i++) {
                dims[i] = dims[i] < names.length ? names[dims[i]] : dims[i];
              }
              return Shape.of(dims);
            })
        .toList();
  }

  private double[] values(Domain domain, DType type, int n) {
    double[] values = domain.values(n, type, random);
    double[] edges = domain.edges(type);
    double[] specials = Sample.specials(type);
    boolean anySpecial = special && (type.isFloat() || domain.isFree());
    int kind = random.nextInt(3);
    for (int i = 0; i < n; i++) {
      int often = random.nextInt(4);
      if (op.isDistinct()) {
        break;
      } else if (anySpecial && often == 0) {
        values[i] = specials[random.nextInt(specials.length)];
      } else if (kind == 1 && often == 1 && edges.length > 0) {
        values[i] = edges[random.nextInt(edges.length)];
      } else if (kind == 2 && often > 1 && i > 0) {
        values[i] = values[random.nextInt(i)];
      }
    }
    return values;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** The op. */
  public OpSpec op() {
    return op;
  }

  /** The operands: the same tensors at every call. */
  public List<Tensor> operands() {
    return operands;
  }

  /** Whether integers are so large that a float result rounds them on the way, as its definition does not. */
  boolean isRounded(Tensor result) {
    return special
        && result.dtype().isFloat()
        && operands.stream().anyMatch(x -> x.dtype().isInteger());
  }

  /** How exact a result must be: what was converted has been rounded on the way. */
  Tolerance tolerance() {
    return converted ? op.tolerance().ofConversions() : op.tolerance();
  }

  /** The float type with the least precision that a result of a float type has been rounded to. */
  DType precision(DType result) {
    return Stream.concat(Stream.of(result), operands.stream().map(Tensor::dtype))
        .map(type -> type.isFloat() ? type : DType.F32)
        .filter(_ -> converted && result.isFloat())
        .max(Comparator.comparingDouble(DType::epsilon))
        .orElse(result);
  }

  /** The result for operands of these shapes. */
  public Tensor result(List<Tensor> x) {
    return ScopedValue.where(FROM_THE_END, fromTheEnd).call(() -> op.apply(x));
  }

  /** An axis of a tensor, for the rows: some draws count it from the other end. */
  static int axis(Tensor x, int axis) {
    return FROM_THE_END.orElse(false) ? axis < 0 ? axis + x.rank() : axis - x.rank() : axis;
  }

  @Override
  public String toString() {
    return op.label() + " " + dtype + " number " + number + ":" + description;
  }
}
