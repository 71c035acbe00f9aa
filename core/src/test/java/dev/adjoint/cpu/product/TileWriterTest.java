package dev.adjoint.cpu.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Bochs;
import dev.adjoint.cpu.asm.Dot;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiles of products with AVX-512, in an emulator: every sum is a chain of fused multiply-adds, or one of bytes that wraps. */
class TileWriterTest {
  private static final int HEIGHT = 12;

  /** The highest bits of four bytes. */
  private static final int OFFSET = 0x80808080;

  /** More memory than all calls take. */
  private static final int BYTES = 24 << 20;

  private final Random random = new Random(3);
  private Bochs bochs = new Bochs(BYTES);
  private ByteBuffer memory = bochs.memory();
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
    tiles(type, Dot.SINGLE);
  }

  @ParameterizedTest
  @EnumSource(names = {"I8_I8", "I8_U8", "U8_I8", "U8_U8"})
  void sumsOfBytesWrap(Dot dot) {
    bochs = Bochs.ofBytes(BYTES);
    memory = bochs.memory();
    tiles(DType.I32, dot);
  }

  private void tiles(DType type, Dot dot) {
    int lanes = 64 / type.bytes();
    for (int rows = 1; rows <= HEIGHT; rows++) {
      for (int vectors = 1; vectors <= Math.clamp(Math.ceilDiv(8, rows), 2, 4); vectors++) {
        for (boolean narrow : new boolean[] {false, true}) {
          long code =
              bochs.function(
                  TileWriter.write(
                      dot == Dot.SINGLE
                          ? MatrixCode.of(Isa.AVX512, type.bytes())
                          : MatrixCode.of(dot),
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
      compare(type, dot, tile);
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
    arguments[TileWriter.OFFSET / 8] = OFFSET;
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
      } else if (type == DType.I32) {
        memory.putInt(used, random.nextInt());
      } else {
        memory.putDouble(used, random.nextGaussian());
      }
    }
    used = (used + 63) & -64;
    return at;
  }

  private double get(DType type, int at, int i) {
    return switch (type) {
      case F32 -> memory.getFloat(at + 4 * i);
      case I32 -> memory.getInt(at + 4 * i);
      default -> memory.getDouble(at + 8 * i);
    };
  }

  /** A sum and the products of four bytes of factors and vectors. */
  private static int sum(Dot dot, int sum, int factors, int vectors) {
    boolean signedFactors = dot == Dot.I8_I8 || dot == Dot.I8_U8;
    boolean signedVectors = dot == Dot.I8_I8 || dot == Dot.U8_I8;
    int x = dot.isOffset() ? factors ^ OFFSET : factors;
    int result = sum;
    for (int bit = 0; bit < Integer.SIZE; bit += Byte.SIZE) {
      int a = signedFactors ? (byte) (x >> bit) : x >> bit & 255;
      int b = signedVectors ? (byte) (vectors >> bit) : vectors >> bit & 255;
      result += a * b;
    }
    return result;
  }

  private void compare(DType type, Dot dot, Tile t) {
    for (int i = 0; i < t.before.length; i++) {
      double sum = t.before[i];
      int r = i / t.cRow;
      int j = i % t.cRow;
      if (r < t.height && j < t.columns) {
        for (int p = 0; p < t.deep; p++) {
          double x = get(type, t.a, r * t.aRow + p * t.aStep);
          double y = get(type, t.b, j / t.strip * t.bStrip + p * t.bStep + j % t.strip);
          sum =
              switch (type) {
                case F32 -> Math.fma((float) x, (float) y, (float) sum);
                case I32 -> sum(dot, (int) sum, (int) x, (int) y);
                default -> Math.fma(x, y, sum);
              };
        }
      }
      assertEquals(sum, get(type, t.c, i), t.name + ": row " + r + ", column " + j);
    }
  }
}
