package dev.adjoint.codegen;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The launches of one kernel over one geometry: how many groups, and the bytes of the structure that the kernel takes.
 *
 * <p>A launch with more rows of groups than the dialect allows comes in several parts, and so does one of several passes.
 */
public final class CLaunch {
  private final CSource source;
  private final List<Access> accesses;
  private final List<Parameters.Field> fields;
  private final long[] offsets;
  private final Grid grid;
  private final List<Part> parts;
  private final byte[] template;
  private final int row0;
  private final int pass;

  /** Neighbouring rows of groups of a pass. */
  private record Part(int pass, long first, long rowGroups) {}

  CLaunch(
      CSource source,
      List<Access> accesses,
      Parameters parameters,
      Geometry geometry,
      Grid grid,
      int mostRowGroups) {
    this.source = source;
    this.accesses = accesses;
    this.fields = parameters.ordered();
    this.offsets = geometry.offsets();
    this.grid = grid;
    int bytes = fields.stream().mapToInt(parameters::bytes).sum();
    boolean eights = fields.stream().anyMatch(f -> parameters.bytes(f) == 8);
    this.template = new byte[eights ? (bytes + 7) & -8 : bytes];
    ByteBuffer to = ByteBuffer.wrap(template).order(ByteOrder.nativeOrder());
    int row0At = -1;
    int passAt = -1;
    for (Parameters.Field field : fields) {
      long value =
          switch (field.kind()) {
            case START, SCALAR -> 0;
            case STRIDE -> geometry.strides()[field.a()][field.b()];
            case SIZE -> geometry.sizes()[field.a()];
            case COUNT -> grid.counts().getOrDefault(field.name(), 0L);
          };
      if (field.name().equals("row0")) {
        row0At = to.position();
      } else if (field.name().equals("pass")) {
        passAt = to.position();
      }
      if (parameters.bytes(field) == 8) {
        to.putLong(value);
      } else {
        to.putInt((int) value);
      }
    }
    this.row0 = row0At;
    this.pass = passAt;
    this.parts = row0 < 0 ? parts(grid, Integer.MAX_VALUE) : parts(grid, mostRowGroups);
  }

  private static List<Part> parts(Grid grid, long most) {
    var parts = new ArrayList<Part>();
    if (grid.groups() > 0) {
      for (int pass = 0; pass < grid.rowGroups().size(); pass++) {
        long all = grid.rowGroups().get(pass);
        for (long first = 0; first < all; first += most) {
          parts.add(new Part(pass, first, Math.min(most, all - first)));
        }
      }
    }
    return parts;
  }

  /** The kernel. */
  public CSource source() {
    return source;
  }

  /** The number of launches; 0 if there is nothing to do. */
  public int parts() {
    return parts.size();
  }

  /** The number of groups along the first dimension. */
  public long groups() {
    return grid.groups();
  }

  /** The number of groups along the second dimension, of a part. */
  public long rowGroups(int part) {
    return parts.get(part).rowGroups;
  }

  /** The work-items of a group along the first dimension. */
  public int items() {
    return grid.items();
  }

  /** The work-items of a group along the second dimension. */
  public int rowItems() {
    return grid.rowItems();
  }

  /** The size of the structure. */
  public int bytes() {
    return template.length;
  }

  /**
   * Writes the structure.
   *
   * @param to memory in native order, written from its beginning
   * @param starts for each access the byte at which its data begins
   * @param scalars the raw bits of the scalars
   */
  public void write(ByteBuffer to, int part, long[] starts, long[] scalars) {
    to.put(0, template);
    for (int f = 0; f < fields.size(); f++) {
      Parameters.Field field = fields.get(f);
      switch (field.kind()) {
        case START -> {
          Access access = accesses.get(field.a());
          boolean number = access.kind() == Access.Kind.INDEX;
          to.putLong(
              8 * f,
              offsets[field.a()] + (number ? 0 : starts[field.a()] / access.dtype().bytes()));
        }
        case SCALAR -> to.putLong(8 * f, scalars[field.a()]);
        case STRIDE, SIZE, COUNT -> {
          if (row0 >= 0) {
            to.putInt(row0, Math.toIntExact(parts.get(part).first * grid.rowItems()));
          }
          if (pass >= 0) {
            to.putInt(pass, parts.get(part).pass);
          }
          return;
        }
      }
    }
  }
}
