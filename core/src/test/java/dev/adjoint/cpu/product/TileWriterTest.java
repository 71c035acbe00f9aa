package dev.adjoint.cpu.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Bochs;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiles of products with AVX-512, in an emulator: every sum is a chain of fused multiply-adds. */
class TileWriterTest {
  private static final int HEIGHT = 12;

  /** More memory than all calls take. */
  private static final int BYTES = 24 << 20;

  private final Random random = new Random(3);
  private final Bochs bochs = new Bochs(BYTES);
  private final ByteBuffer memory = bochs.memory();
  private final List<Tile> tiles = new ArrayList<>();
  private int used;

  /** A call: its matrices are at places in memory, their distances are numbers of elements, sums begin with what was before. */
  private record Tile(
      String name,
      int a,
      int aRow,
      int aStep,
      int b,
      int bStrip,
      int bStep,
      int c,
      int cRow,
      int height,
      int strip,
      int columns,
      int deep,
      double[] before) {}

  @BeforeEach
  void emulator() {
    Bochs.need();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void sumsAreChains(DType type) {
    int lanes = 64 / type.bytes();
    for (int rows = 1; rows <= HEIGHT; rows++) {
      for (int vectors = 1; vectors <= Math.clamp(Math.ceilDiv(8, rows), 2, 4); vectors++) {
        for (boolean narrow : new boolean[] {false, true}) {
          long code =
              bochs.function(
                  TileWriter.write(
                      MatrixCode.of(Isa.AVX512, type.bytes()),
                      rows,
                      vectors,
                      narrow ? 1 : 0,
                      TileWriter.Listed.NOTHING));
          for (int deep : new int[] {1, 3, 4, 9}) {
            add(type, code, rows, vectors, narrow, lanes, deep);
          }
        }
      }
    }
    bochs.run();
    for (Tile tile : tiles) {
      compare(type, tile);
    }
  }

  private void add(
      DType type, long code, int rows, int vectors, boolean narrow, int lanes, int deep) {
    int full = random.nextInt(3);
    int lower = rows == 1 ? 0 : random.nextInt(2);
    int height = rows * full + (rows - 1) * lower;
    int strip = vectors * lanes;
    int strips = narrow ? 1 : 1 + random.nextInt(2);
    int last = narrow ? 1 + random.nextInt(lanes - 1) : lanes;
    int columns = (strips - 1) * strip + (vectors - 1) * lanes + last;
    int aStep = random.nextBoolean() ? 1 : Math.max(1, height) + 1;
    int aRow = aStep == 1 ? deep + 2 : 1;
    int bStep = strip + random.nextInt(3);
    int bStrip = bStep * deep + random.nextInt(5);
    int cRow = columns + random.nextInt(4);
    int a = place(type, 1 + aRow * height + aStep * deep);
    int b = place(type, bStrip * strips);
    int c = place(type, cRow * Math.max(1, height) + strip);
    boolean first = random.nextBoolean();
    double[] before = new double[cRow * Math.max(1, height) + strip];
    for (int i = 0; i < before.length; i++) {
      before[i] = get(type, c, i);
    }
    int at = used;
    used += TileWriter.BYTES + 16;
    long bytes = type.bytes();
    long[] arguments = new long[TileWriter.BYTES / 8];
    arguments[TileWriter.A / 8] = Bochs.MEMORY + a;
    arguments[TileWriter.A_ROW / 8] = bytes * aRow;
    arguments[TileWriter.A_STEP / 8] = bytes * aStep;
    arguments[TileWriter.B / 8] = Bochs.MEMORY + b;
    arguments[TileWriter.B_STRIP / 8] = bytes * bStrip;
    arguments[TileWriter.B_STEP / 8] = bytes * bStep;
    arguments[TileWriter.C / 8] = Bochs.MEMORY + c;
    arguments[TileWriter.C_ROW / 8] = bytes * cRow;
    arguments[TileWriter.DEEP / 8] = deep;
    arguments[TileWriter.TILES / 8] = full;
    arguments[TileWriter.LOWER_TILES / 8] = lower;
    arguments[TileWriter.STRIPS / 8] = strips;
    arguments[TileWriter.FIRST / 8] = first ? 1 : 0;
    arguments[TileWriter.LAST / 8] = last;
    for (int i = 0; i < arguments.length; i++) {
      memory.putLong(at + 8 * i, arguments[i]);
    }
    bochs.call(code, Bochs.MEMORY + at);
    String name = "%d x %d vectors, narrow %b, deep %d".formatted(rows, vectors, narrow, deep);
    for (int r = 0; r < height && first; r++) {
      for (int j = 0; j < columns; j++) {
        before[r * cRow + j] = 0;
      }
    }
    tiles.add(
        new Tile(
            name, a, aRow, aStep, b, bStrip, bStep, c, cRow, height, strip, columns, deep, before));
  }

  private int place(DType type, int elements) {
    int at = used;
    for (int i = 0; i < elements; i++, used += type.bytes()) {
      if (type == DType.F32) {
        memory.putFloat(used, (float) random.nextGaussian());
      } else {
        memory.putDouble(used, random.nextGaussian());
      }
    }
    used = (used + 63) & -64;
    return at;
  }

  private double get(DType type, int at, int i) {
    return type == DType.F32 ? memory.getFloat(at + 4 * i) : memory.getDouble(at + 8 * i);
  }

  private void compare(DType type, Tile t) {
    for (int i = 0; i < t.before.length; i++) {
      double sum = t.before[i];
      int r = i / t.cRow;
      int j = i % t.cRow;
      if (r < t.height && j < t.columns) {
        for (int p = 0; p < t.deep; p++) {
          double x = get(type, t.a, r * t.aRow + p * t.aStep);
          double y = get(type, t.b, j / t.strip * t.bStrip + p * t.bStep + j % t.strip);
          sum =
              type == DType.F32 ? Math.fma((float) x, (float) y, (float) sum) : Math.fma(x, y, sum);
        }
      }
      assertEquals(sum, get(type, t.c, i), t.name + ": row " + r + ", column " + j);
    }
  }
}
