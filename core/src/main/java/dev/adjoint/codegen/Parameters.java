package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of a launch, which a kernel takes as one structure: a driver then has one argument to set instead of dozens. It
 * comes by value, or in memory where a device does not take so many bytes. Only what the text asks for becomes a field.
 */
final class Parameters {
  private final Dialect dialect;
  private final boolean wideStrides;
  private final List<Field> fields = new ArrayList<>();

  /** Where the value of a field comes from. */
  enum Kind {
    /** The element at which an access begins. */
    START,
    /** The raw bits of a scalar. */
    SCALAR,
    /** A stride in elements. */
    STRIDE,
    /** The size of an axis. */
    SIZE,
    /** A number of the launch itself. */
    COUNT
  }

  /** A field; what the numbers mean depends on the kind. */
  record Field(Kind kind, int a, int b, String name) {}

  Parameters(Dialect dialect, boolean wideStrides) {
    this.dialect = dialect;
    this.wideStrides = wideStrides;
  }

  /** Whether a geometry has strides that 32 bits cannot hold. */
  static boolean isWide(Geometry geometry) {
    for (long[] strides : geometry.strides()) {
      for (long stride : strides) {
        if (stride != (int) stride) {
          return true;
        }
      }
    }
    return false;
  }

  private String field(Kind kind, int a, int b, String name) {
    var field = new Field(kind, a, b, name);
    if (!fields.contains(field)) {
      fields.add(field);
    }
    return "p." + name;
  }

  String start(int access) {
    return field(Kind.START, access, 0, "o" + access);
  }

  String stride(int access, int axis) {
    return field(Kind.STRIDE, access, axis, "s" + access + "_" + axis);
  }

  String size(int axis) {
    return field(Kind.SIZE, axis, 0, "n" + axis);
  }

  String count(String name) {
    return field(Kind.COUNT, 0, 0, name);
  }

  /** A scalar as a value of its type. */
  String scalar(int number, DType type) {
    String bits = field(Kind.SCALAR, number, 0, "x" + number);
    return switch (type.carrier()) {
      case INT -> "(i32) " + bits;
      case LONG -> bits;
      case FLOAT -> String.format(dialect.floatOf, "(i32) " + bits);
      case DOUBLE -> String.format(dialect.doubleOf, bits);
    };
  }

  /** The fields by decreasing alignment, as the structure has them: starts and scalars, which change in each launch, first. */
  List<Field> ordered() {
    var ordered = new ArrayList<Field>();
    for (Kind kind : Kind.values()) {
      for (Field field : fields) {
        if (field.kind == kind) {
          ordered.add(field);
        }
      }
    }
    return ordered;
  }

  /** The size of a field in bytes. */
  int bytes(Field field) {
    return switch (field.kind) {
      case START, SCALAR -> 8;
      case STRIDE -> wideStrides ? 8 : 4;
      case SIZE, COUNT -> 4;
    };
  }

  /** The definition of the structure. */
  String definition() {
    var text = new StringBuilder("typedef struct {\n");
    for (Field field : ordered()) {
      text.append("  ")
          .append(bytes(field) == 8 ? "i64 " : "i32 ")
          .append(field.name)
          .append(";\n");
    }
    return text.append("} Parameters;\n").toString();
  }

  /** How the parameters of a kernel are declared. */
  String declaration(
      List<Access> accesses, boolean checksPositions, boolean canBeHeldBack, boolean inMemory) {
    var list = new ArrayList<String>();
    for (int a = 0; a < accesses.size(); a++) {
      if (accesses.get(a).kind() != Access.Kind.INDEX) {
        list.add(dialect.global + CTypes.memory(accesses.get(a).dtype()) + "* a" + a);
      }
    }
    if (checksPositions) {
      list.add(dialect.global + "i32* fault");
    }
    if (canBeHeldBack) {
      list.add("const " + dialect.global + "i32* guard");
    }
    list.add(inMemory ? "const " + dialect.global + "Parameters* numbers" : "Parameters p");
    return String.join(", ", list);
  }
}
