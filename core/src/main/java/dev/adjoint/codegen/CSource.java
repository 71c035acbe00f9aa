package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel as C.
 *
 * <p>The function takes a pointer per access that is memory, then, if it checks positions, a pointer {@code fault} to an i32,
 * then, if it can be held back, a pointer {@code guard} to an i32 or null, then a structure with the numbers of the launch, which
 * {@link CLaunch} fills, or a pointer to it.
 *
 * @param name the name of the function
 * @param text what to compile; launches of equal text can share a program
 * @param buffers for each pointer the number of its access
 * @param checksPositions whether it writes {@link #FAULT} to {@code fault} where a position is out of range; as it is safe to run
 *     then, that may be read after other launches
 * @param canBeHeldBack whether it does nothing where {@code guard} is not null and leads to another number than {@link #FINE}: so
 *     a device may enqueue what writes variables before anybody knows whether positions were in range. That is printed in CUDA C,
 *     for kernels that may write a variable
 * @param numbersInMemory whether the structure is in memory of the device, as it does not take so many bytes of arguments
 */
public record CSource(
    String name,
    String text,
    List<Integer> buffers,
    boolean checksPositions,
    boolean canBeHeldBack,
    boolean numbersInMemory) {
  /** For a processor: the elements of a row that a work-item sorts without spare memory. */
  public static final int SORTED_BY_ITEM = RowSortForm.OWN;

  /** What {@code fault} is before the launches whose positions are of interest. */
  public static final int FINE = 0;

  /** What it is after one that has seen a position out of range. */
  public static final int FAULT = CScalars.FAULT;

  /**
   * Prints a kernel for the launches of a device over one geometry.
   *
   * @param device its name, for errors
   * @param argumentBytes how many bytes of arguments its kernels can take
   * @throws UnsupportedOperationException if the device cannot run the kernel
   */
  public static CLaunch print(
      String device, Kernel kernel, Target target, Geometry geometry, long argumentBytes) {
    CLaunch launch;
    try {
      launch = print(kernel, target, geometry, false);
      if (argumentBytes(launch) > argumentBytes && target.dialect() == Dialect.OPENCL) {
        launch = print(kernel, target, geometry, true);
      }
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          device + ": " + kernel.name() + ": " + e.getMessage(), e);
    }
    long bytes = argumentBytes(launch);
    if (bytes > argumentBytes) {
      throw new UnsupportedOperationException(
          device
              + ": "
              + kernel.name()
              + " has "
              + bytes
              + " bytes of arguments, and the device takes "
              + argumentBytes);
    }
    return launch;
  }

  private static long argumentBytes(CLaunch launch) {
    boolean inMemory = launch.source().numbersInMemory;
    long numbers = inMemory ? Long.BYTES : launch.bytes();
    return numbers + (long) Long.BYTES * launch.source().pointers();
  }

  /** Prints a kernel for the launches over one geometry. */
  static CLaunch print(Kernel kernel, Target target, Geometry geometry) {
    return print(kernel, target, geometry, false);
  }

  private static CLaunch print(
      Kernel kernel, Target target, Geometry geometry, boolean numbersInMemory) {
    Form form = form(kernel, target, geometry);
    var parameters = new Parameters(target.dialect(), Parameters.isWide(form.geometry()));
    var body = new CodeText();
    form.print(body, parameters);
    String name = kernel.name();
    List<Access> accesses = kernel.accesses();
    var text = new StringBuilder(target.dialect().preamble);
    if (CTypes.uses(kernel, DType.F64)) {
      text.append(target.dialect().preambleF64);
    }
    text.append('\n').append(parameters.definition()).append('\n');
    for (String helper : body.helpers()) {
      text.append(helper).append('\n');
    }
    text.append(target.dialect().kernel)
        .append(' ')
        .append(form.attribute())
        .append(name)
        .append('(');
    boolean checks = kernel.checksPositions();
    boolean canBeHeldBack = target.dialect() == Dialect.CUDA && mayUpdate(kernel);
    text.append(parameters.declaration(accesses, checks, canBeHeldBack, numbersInMemory))
        .append(") {\n")
        .append(canBeHeldBack ? "if (guard && *guard != " + FINE + ") return;\n" : "")
        .append(numbersInMemory ? "const Parameters p = *numbers;\n" : "")
        .append(body)
        .append("}\n");
    var buffers = new ArrayList<Integer>();
    for (int a = 0; a < accesses.size(); a++) {
      if (accesses.get(a).kind() != Access.Kind.INDEX) {
        buffers.add(a);
      }
    }
    var source =
        new CSource(
            name, text.toString(), List.copyOf(buffers), checks, canBeHeldBack, numbersInMemory);
    return new CLaunch(
        source,
        accesses,
        parameters,
        form.geometry(),
        form.grid(),
        target.dialect().mostRowGroups());
  }

  /** Whether a kernel is of a kind that may write the memory of a variable. */
  private static boolean mayUpdate(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Loop _, Kernel.Scatter _ -> true;
      // Products alone do not, and have no register to spare.
      case Kernel.MatMul product -> product.epilogue() != null;
      case Kernel.Scan _,
          Kernel.ArgSort _,
          Kernel.Factorize _,
          Kernel.SolveTriangular _,
          Kernel.Attention _ ->
          false;
    };
  }

  /** Whether a kernel computes with or stores values of a type. */
  public static boolean uses(Kernel kernel, DType type) {
    return CTypes.uses(kernel, type);
  }

  /** The number of pointers that the function takes. */
  public int pointers() {
    return buffers.size() + (checksPositions ? 1 : 0) + (canBeHeldBack ? 1 : 0);
  }

  /** The words that a listing or an error shows. */
  @Override
  public String toString() {
    return name;
  }

  /** The form of a kernel that suits a machine and the sizes. */
  private static Form form(Kernel kernel, Target target, Geometry geometry) {
    return switch (kernel) {
      case Kernel.Loop loop ->
          loop.laneReduces() || TeamForm.suitsColumns(loop, target, geometry)
              ? new TeamForm(loop, target, geometry)
              : new LaneForm(loop, target, geometry);
      case Kernel.MatMul product ->
          target.few()
              ? new PanelForm(product, target, geometry)
              : TensorForm.suits(product, target, geometry)
                  ? new TensorForm(product, target, geometry)
                  : new TileForm(product, target, geometry);
      case Kernel.Scatter scatter ->
          scatter.sorted() && !target.few()
              ? new SortedScatterForm(scatter, target, geometry)
              : new ScatterForm(scatter, target, geometry);
      case Kernel.Scan scan -> ScanForm.of(scan, target, geometry);
      case Kernel.ArgSort sort -> ArgSortForm.of(sort, target, geometry);
      case Kernel.Factorize factorize -> new FactorizeForm(factorize, target, geometry);
      case Kernel.SolveTriangular solve -> new SolveTriangularForm(solve, target, geometry);
      case Kernel.Attention attention -> new AttentionForm(attention, target, geometry);
    };
  }
}
