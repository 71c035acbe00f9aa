package dev.adjoint.codegen;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The launches of one kernel over one geometry: how many groups, and the bytes of the structure that the kernel takes.
 *
 * <p>A launch with more rows of groups than the dialect allows comes in several parts.
 */
public final class CLaunch {
  private final CSource source;
  private final List<Access> accesses;
  private final List<Parameters.Field> fields;
  private final long[] offsets;
  private final Grid grid;
  private final long rowGroupsPerPart;
  private final byte[] template;
  private final int row0;

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
    int where = -1;
    for (Parameters.Field field : fields) {
      long value =
          switch (field.kind()) {
            case START, SCALAR -> 0;
            case STRIDE -> geometry.strides()[field.a()][field.b()];
            case SIZE -> geometry.sizes()[field.a()];
            case COUNT -> grid.counts().getOrDefault(field.name(), 0L);
          };
      if (field.name().equals("row0")) {
        where = to.position();
      }
      if (parameters.bytes(field) == 8) {
        to.putLong(value);
      } else {
        to.putInt((int) value);
      }
    }
    this.row0 = where;
    this.rowGroupsPerPart = where < 0 ? Math.max(1, grid.rowGroups()) : mostRowGroups;
  }

  /** The kernel. */
  public CSource source() {
    return source;
  }

  /** The number of launches; 0 if there is nothing to do. */
  public int parts() {
    return grid.groups() == 0 ? 0 : (int) Grid.ceil(grid.rowGroups(), rowGroupsPerPart);
  }

  /** The number of groups along the first dimension. */
  public long groups() {
    return grid.groups();
  }

  /** The number of groups along the second dimension, of a part. */
  public long rowGroups(int part) {
    return Math.min(rowGroupsPerPart, grid.rowGroups() - part * rowGroupsPerPart);
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
            to.putInt(row0, Math.toIntExact(part * rowGroupsPerPart * grid.rowItems()));
          }
          return;
        }
      }
    }
  }
}
