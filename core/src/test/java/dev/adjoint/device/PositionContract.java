package dev.adjoint.device;

import static dev.adjoint.device.PositionKernels.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Philox;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * What a device does with kernels that compute where they read: the bits of the interpreter, and an error where a checked
 * position is out of range. A device's tests extend this.
 */
public abstract class PositionContract {
  private static final LongUnaryOperator GOOD = i -> (i * 31 + 5) % TABLE;

  /** The device. */
  protected abstract Backend device();

  /** Positions of which one is out of range. */
  private static LongUnaryOperator bad(long where, long position) {
    return i -> i == where ? position : GOOD.applyAsLong(i);
  }

  private Buffer[] upload(PositionCase c) {
    return c.memory().stream()
        .map(
            data -> {
              if (data.byteSize() == 0) {
                return null;
              }
              Buffer buffer = device().allocate(data.byteSize());
              device().write(buffer, 0, data);
              return buffer;
            })
        .toArray(Buffer[]::new);
  }

  private void mustHold(PositionCase c, Buffer[] buffers) {
    List<MemorySegment> expected = c.expected();
    for (int a = 0; a < buffers.length; a++) {
      if (buffers[a] != null) {
        byte[] actual = new byte[(int) expected.get(a).byteSize()];
        device().read(buffers[a], 0, MemorySegment.ofArray(actual));
        assertThat(actual)
            .describedAs("operand %d of %s", a, c.kernel().name())
            .isEqualTo(expected.get(a).toArray(ValueLayout.JAVA_BYTE));
        device().free(buffers[a]);
      }
    }
  }

  private void run(PositionCase c, Buffer[] buffers) {
    device()
        .compile(c.kernel())
        .prepare(c.geometry())
        .run(buffers, new long[buffers.length], c.scalars());
  }

  /** Runs a kernel whose positions are in range. */
  private void passes(PositionCase c) {
    assertThat(c.isInRange()).isTrue();
    Buffer[] buffers = upload(c);
    run(c, buffers);
    mustHold(c, buffers);
  }

  /** Runs a kernel with a position out of range: it fails, and has done everything else. */
  private void fails(PositionCase c) {
    assertThat(c.isInRange()).isFalse();
    Buffer[] buffers = upload(c);
    assertThatThrownBy(() -> run(c, buffers))
        .isInstanceOf(PositionException.class)
        .hasMessageEndingWith(": a position is out of range in " + c.kernel().name());
    mustHold(c, buffers);
  }

  @Test
  void nothingIsReadWhereAConditionDoesNotHold() {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I64, DType.U8, DType.BOOL)) {
      passes(PositionKernels.pad(dtype));
    }
  }

  @Test
  void operandsAfterEachOther() {
    passes(PositionKernels.concat());
  }

  @Test
  void elementsAtPositions() {
    passes(PositionKernels.gather(DType.F32, DType.I32, 1, 0, GOOD));
    passes(PositionKernels.gather(DType.I64, DType.I64, 1, 1, GOOD));
    passes(PositionKernels.gather(DType.F32, DType.I64, 3, 0, GOOD));
    passes(PositionKernels.gather(DType.U8, DType.I32, 2, 1, GOOD));
    passes(PositionKernels.diagonal());
  }

  @Test
  void aPositionOutOfRangeFailsTheLaunch() {
    fails(PositionKernels.gather(DType.F32, DType.I32, 1, 0, bad(6, TABLE)));
    fails(PositionKernels.gather(DType.I64, DType.I64, 1, 1, bad(230, -1)));
    fails(PositionKernels.gather(DType.F32, DType.I64, 3, 0, bad(0, 1L << 32)));
    // So far away that a device which reads before it looks does not survive.
    fails(PositionKernels.gather(DType.F32, DType.I64, 1, 1, bad(20, 1L << 40)));
    fails(PositionKernels.checkAlone(bad(89, TABLE)));
    passes(PositionKernels.checkAlone(GOOD));
  }

  @Test
  void aPositionOutOfRangeInALaneOrATailFailsTheLaunch() {
    for (DType index : List.of(DType.I32, DType.I64)) {
      passes(PositionKernels.elements(DType.F32, index, 21, GOOD));
      passes(PositionKernels.rowsFromEnd(DType.F32, index, 13, i -> 1 + i));
      passes(PositionKernels.elementsOfTwo(index, 23, i -> (5 * i) % PositionKernels.TABLE));
      fails(PositionKernels.rowsFromEnd(DType.F32, index, 13, i -> i == 4 ? -1 : 1 + i));
      for (int where : new int[] {0, 21 + 7, 21 + 8, 62}) {
        fails(PositionKernels.elements(DType.F32, index, 21, bad(where, where - 10 * TABLE)));
      }
    }
  }

  /** A row is updated where it stands: what is before the bad position is added once. */
  @Test
  void whatComesBeforeABadPositionIsAddedOnce() {
    int n = 21;
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.READ, DType.I64, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.READ, DType.F32, Access.Lane.BROADCAST),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(1, DType.I64));
    int inside = body.check(position, body.literal(DType.I64, TABLE), -1);
    int x = body.add(new Instr.Load(0, DType.F32));
    int y = body.load(2, position, inside, DType.F32);
    int sum = body.apply(ScalarOp.ADD, x, y);
    var stage = new Stage.Map(body.build(), List.of(new Stage.Store(3, sum)));
    var kernel = new Kernel.Loop(1, 0, false, accesses, List.of(), List.of(stage));
    var geometry = new Geometry(new int[] {n}, new long[4], new long[][] {{1}, {1}, {0}, {1}});
    Program.Launch launch = device().compile(kernel).prepare(geometry);
    float[] table = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (int bad = 0; bad < n; bad++) {
      long[] index = new long[n];
      for (int i = 0; i < n; i++) {
        index[i] = i == bad ? -1 - i : GOOD.applyAsLong(i);
      }
      Buffer updated = filled(MemorySegment.ofArray(new float[n]));
      Buffer[] buffers = {
        updated, filled(MemorySegment.ofArray(index)), filled(MemorySegment.ofArray(table)), updated
      };
      assertThatThrownBy(() -> launch.run(buffers, new long[4], new long[0]))
          .isInstanceOf(PositionException.class)
          .hasMessageEndingWith(": a position is out of range in " + kernel.name());
      float[] actual = new float[n];
      device().read(updated, 0, MemorySegment.ofArray(actual));
      for (int i = 0; i < n; i++) {
        assertThat(actual[i]).isEqualTo(i == bad ? 0 : table[(int) index[i]]);
      }
      for (Buffer buffer : List.of(updated, buffers[1], buffers[2])) {
        device().free(buffer);
      }
    }
  }

  @Test
  void aPositionThatIsNotUsedDoesNotFail() {
    passes(PositionKernels.gatherWhere(i -> i % 2 == 0 ? GOOD.applyAsLong(i) : -1000 * i));
    fails(PositionKernels.gatherWhere(bad(148, Integer.MIN_VALUE)));
    passes(PositionKernels.checkNumbers());
  }

  @Test
  void rowsCheckInEveryStage() {
    for (boolean laneReduces : new boolean[] {true, false}) {
      for (int n : new int[] {5, 203}) {
        passes(PositionKernels.rows(laneReduces, n, GOOD));
      }
      fails(PositionKernels.rows(laneReduces, 203, bad(1217, TABLE)));
      passes(PositionKernels.picked(laneReduces, GOOD));
      fails(PositionKernels.picked(laneReduces, bad(69, -1)));
    }
  }

  /** Rows are added to rows of a table at positions; where one is out of range, nothing is. */
  @Test
  void aScatterChecks() {
    int n = 40;
    for (DType type : List.of(DType.I32, DType.I64)) {
      var kernel = new Kernel.Scatter(ScatterOp.ADD, 2, 0, DType.F32, type);
      var geometry =
          new Geometry(new int[] {4, n}, new long[3], new long[][] {{0, 1}, {1, 0}, {n, 1}});
      Program.Launch launch = device().compile(kernel).prepare(geometry);
      float[] rows = new float[4 * n];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = i;
      }
      long far = type == DType.I64 ? 1L << 32 : Integer.MAX_VALUE;
      for (long[] at : new long[][] {{2, 0, 2, 1}, {-1, 2, far, 2}, {1, 3, 0, 0}, {0, 0, 1, 2}}) {
        Buffer table = filled(MemorySegment.ofArray(new float[3 * n]));
        Buffer positions =
            filled(
                type == DType.I64
                    ? MemorySegment.ofArray(at)
                    : MemorySegment.ofArray(Arrays.stream(at).mapToInt(p -> (int) p).toArray()));
        Buffer[] buffers = {table, positions, filled(MemorySegment.ofArray(rows))};
        if (Arrays.stream(at).allMatch(p -> p >= 0 && p < 3)) {
          launch.run(buffers, new long[3], new long[] {n, 3});
        } else {
          assertThatThrownBy(() -> launch.run(buffers, new long[3], new long[] {n, 3}))
              .isInstanceOf(PositionException.class)
              .hasMessageEndingWith(": a position is out of range in scatter_add_f32");
        }
        float[] expected = new float[3 * n];
        for (int i = 0; i < rows.length; i++) {
          if (at[i / n] >= 0 && at[i / n] < 3) {
            expected[(int) at[i / n] * n + i % n] += rows[i];
          }
        }
        float[] actual = new float[3 * n];
        device().read(table, 0, MemorySegment.ofArray(actual));
        assertThat(actual).isEqualTo(expected);
        for (Buffer buffer : buffers) {
          device().free(buffer);
        }
      }
    }
  }

  @Test
  void highHalvesOfProducts() {
    passes(PositionKernels.highProducts());
  }

  @Test
  void randomWordsAreThoseOfTheHost() {
    long[][] seeds = {
      {0, 0, 0}, {0x0123456789abcdefL, 0xfffffff0L, 1}, {-1, -20, 2}, {77, 5, -40}, {-7, -1, -400}
    };
    for (long[] s : seeds) {
      int first = (int) s[2];
      PositionCase c = PositionKernels.philox(s[0], s[1], first, 203);
      int[] words = new int[203];
      for (int i = 0; i < words.length; i++) {
        long position = Integer.toUnsignedLong(first + i);
        words[i] = Philox.block(s[0], s[1] + position / 4)[(int) (position % 4)];
      }
      assertThat(c.expected().get(1).toArray(ValueLayout.JAVA_INT_UNALIGNED)).isEqualTo(words);
      passes(c);
    }
  }

  /** A map that writes a scalar. */
  private static PositionCase update(float value) {
    var c = new PositionCase(1, false, 16);
    int out = c.write(DType.F32, 16, 1);
    var body = new BodyBuilder();
    int scalar = c.scalar(body, DType.F32, DType.F32.bits(value));
    return c.map(body, new Stage.Store(out, scalar));
  }

  /** What comes before the first update runs, the update does not, and the next run begins anew. */
  @Test
  void aSequenceFailsBeforeItUpdates() {
    LongUnaryOperator wrong = bad(3, 77);
    PositionCase before = update(1);
    PositionCase good = PositionKernels.checkAlone(GOOD);
    PositionCase bad = PositionKernels.checkAlone(wrong);
    PositionCase after = update(2);
    Program.Launch write = device().compile(before.kernel()).prepare(before.geometry());
    Program.Launch check = device().compile(good.kernel()).prepare(good.geometry());
    for (int firstUpdate = 3; firstUpdate <= 4; firstUpdate++) {
      Sequence sequence = device().sequence(List.of(write, check, check, write), firstUpdate);
      for (int run = 0; run < 3; run++) {
        Buffer[] fresh = upload(before);
        Buffer[] updated = upload(before);
        Buffer[] ok = upload(good);
        Buffer[] wanted = run == 1 ? upload(bad) : ok;
        Buffer[][] buffers = {fresh, ok, wanted, updated};
        long[][] starts = {new long[1], new long[3], new long[3], new long[1]};
        long[][] scalars = {before.scalars(), {}, {}, after.scalars()};
        if (run == 1) {
          assertThatThrownBy(() -> sequence.run(buffers, starts, scalars))
              .isInstanceOf(PositionException.class)
              .hasMessageContaining(good.kernel().name());
          if (firstUpdate == 3) {
            assertThat(floats(updated[0])).containsOnly(0);
          }
          mustHold(bad, wanted);
        } else {
          sequence.run(buffers, starts, scalars);
          assertThat(floats(updated[0])).containsOnly(2);
        }
        assertThat(floats(fresh[0])).containsOnly(1);
        mustHold(good, ok);
        device().free(fresh[0]);
        device().free(updated[0]);
      }
    }
  }

  private float[] floats(Buffer buffer) {
    float[] values = new float[16];
    device().read(buffer, 0, MemorySegment.ofArray(values));
    return values;
  }

  /** A matrix product that adds to each row a row of a table. */
  @Test
  void theEpilogueOfAProductChecks() {
    int m = 70;
    int n = 40;
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.READ, DType.I32, Access.Lane.BROADCAST),
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    var body = new BodyBuilder();
    int position = body.add(new Instr.Load(1, DType.I32));
    int inside = body.check(position, body.literal(DType.I32, TABLE), -1);
    int at = body.apply(ScalarOp.MUL, position, body.literal(DType.I32, n));
    int sum =
        body.apply(
            ScalarOp.ADD,
            body.add(new Instr.Load(0, DType.F32)),
            body.load(2, at, inside, DType.F32));
    var epilogue =
        new Kernel.Loop(
            2,
            0,
            false,
            accesses,
            List.of(),
            List.of(new Stage.Map(body.build(), List.of(new Stage.Store(3, sum)))));
    var kernel = new Kernel.MatMul(DType.F32, epilogue);
    long[][] strides = {
      {1, 0, 0}, {0, 1, 0}, {n, 1, 0}, {n, 1, 0}, {1, 0, 0}, {0, 1, 0}, {n, 1, 0}
    };
    var geometry = new Geometry(new int[] {m, n, 1}, new long[7], strides);
    Program.Launch launch = device().compile(kernel).prepare(geometry);
    float[] left = new float[m];
    float[] right = new float[n];
    float[] table = new float[TABLE * n];
    int[] index = new int[m];
    for (int i = 0; i < table.length; i++) {
      table[i] = i / 8f;
    }
    for (int i = 0; i < m; i++) {
      left[i] = i;
      index[i] = (int) GOOD.applyAsLong(i);
    }
    for (int j = 0; j < n; j++) {
      right[j] = j - 7;
    }
    for (boolean isBad : new boolean[] {false, true, false}) {
      index[m - 1] = isBad ? TABLE : 0;
      Buffer raw = device().allocate(4L * m * n);
      Buffer out = device().allocate(4L * m * n);
      Buffer[] buffers = {
        filled(MemorySegment.ofArray(left)),
        filled(MemorySegment.ofArray(right)),
        raw,
        raw,
        filled(MemorySegment.ofArray(index)),
        filled(MemorySegment.ofArray(table)),
        out
      };
      if (isBad) {
        assertThatThrownBy(() -> launch.run(buffers, new long[7], new long[0]))
            .isInstanceOf(PositionException.class)
            .hasMessageEndingWith(": a position is out of range in " + kernel.name());
      } else {
        launch.run(buffers, new long[7], new long[0]);
      }
      float[] actual = new float[m * n];
      device().read(out, 0, MemorySegment.ofArray(actual));
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          float added = isBad && i == m - 1 ? 0 : table[index[i] * n + j];
          assertThat(actual[i * n + j]).isEqualTo(left[i] * right[j] + added);
        }
      }
    }
  }

  private Buffer filled(MemorySegment data) {
    Buffer buffer = device().allocate(data.byteSize());
    device().write(buffer, 0, data);
    return buffer;
  }
}
