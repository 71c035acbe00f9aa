package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which reductions are cut, into which launches, and that this changes no bit. */
class SplitReductionTest {
  /** The number of the value that is reduced. */
  private static final int INPUT = 0;

  /** That of the first result. */
  private static final int RESULT = 1;

  /** That of the first scratch value. */
  private static final int SCRATCH = 10;

  /** The sizes in bytes of the scratch values that were taken. */
  private final List<Long> scratch = new ArrayList<>();

  private int scratch(long bytes) {
    scratch.add(bytes);
    return SCRATCH + scratch.size() - 1;
  }

  private List<Step> split(Lowering.Result whole) {
    return SplitReduction.steps(whole, this::scratch);
  }

  /** Sums of an f32 value whose axes lie in memory one after the other. */
  private static Lowering.Result sums(int[] parallel, int... reduced) {
    long[] strides = new long[parallel.length + reduced.length];
    long stride = 1;
    for (int a = strides.length - 1; a >= 0; a--) {
      strides[a] = stride;
      stride *= a < parallel.length ? parallel[a] : reduced[a - parallel.length];
    }
    return folds(Space.of(parallel, reduced), strides, DType.F32);
  }

  /** Sums of the same value in some types. */
  private static Lowering.Result folds(Space space, long[] strides, DType... types) {
    var operands = new ArrayList<Operand>();
    operands.add(new Operand(Access.Kind.READ, DType.F32, INPUT, new Affine(0, strides)));
    var body = new ArrayList<Instr>();
    var folds = new ArrayList<Stage.Fold>();
    var results = new ArrayList<Instr>();
    var stores = new ArrayList<Stage.Store>();
    body.add(new Instr.Load(0, DType.F32));
    for (int f = 0; f < types.length; f++) {
      body.add(new Instr.Apply(ScalarOp.CAST, types[f], 0, -1, -1));
      folds.add(new Stage.Fold(ReduceOp.SUM, f + 1, types[f]));
      results.add(new Instr.Reduced(f, types[f]));
      operands.add(new Operand(Access.Kind.WRITE, types[f], RESULT + f, space.row()));
      stores.add(new Stage.Store(f + 1, f));
    }
    return new Lowering.Result(
        space,
        operands,
        new Scalars(),
        List.of(new Stage.Reduce(body, folds), new Stage.Finish(results, stores)));
  }

  private static int[] sizes(Step step) {
    return step.geometry().sizes();
  }

  private static boolean ofBlocks(Step step) {
    return ((Stage.Reduce) ((Kernel.Loop) step.kernel()).stages().getFirst()).ofBlocks();
  }

  @Test
  void onlyLongReductionsAreCut() {
    assertEquals(1, split(sums(new int[] {2}, (1 << 15) - 1)).size());
    assertEquals(List.of(), scratch);
    assertEquals(2, split(sums(new int[] {2}, 1 << 15)).size());
  }

  @Test
  void onlyReductionsWithFewResultsAreCut() {
    assertEquals(1, split(sums(new int[] {256}, 1 << 15)).size());
    assertEquals(List.of(), scratch);
    assertEquals(2, split(sums(new int[] {255}, 1 << 15)).size());
  }

  @Test
  void aMapOverTheRowKeepsItWhole() {
    Lowering.Result sums = sums(new int[] {2}, 1 << 16);
    Stage map =
        new Stage.Map(List.of(new Instr.Reduced(0, DType.F32)), List.of(new Stage.Store(1, 0)));
    List<Stage> stages = List.of(sums.stages().getFirst(), map);
    var row = new Lowering.Result(sums.space(), sums.operands(), sums.scalars(), stages);
    assertEquals(1, split(row).size());
  }

  @Test
  void piecesAreReducedSideBySideAndThenTheirResults() {
    List<Step> steps = split(sums(new int[] {2}, 1 << 16));
    assertEquals(2, steps.size());
    assertEquals(List.of(2L * 8 * Float.BYTES), scratch);
    Step pieces = steps.getFirst();
    assertArrayEquals(new int[] {2 * 8, 1 << 13}, sizes(pieces));
    assertArrayEquals(new int[] {INPUT, SCRATCH}, pieces.values());
    assertFalse(ofBlocks(pieces));
    Step last = steps.getLast();
    assertArrayEquals(new int[] {2, 8}, sizes(last));
    assertArrayEquals(new int[] {SCRATCH, RESULT}, last.values());
    assertTrue(ofBlocks(last));
  }

  @Test
  void theRestIsAPieceOfItsOwn() {
    List<Step> steps = split(sums(new int[] {2}, (1 << 16) + 5));
    assertEquals(3, steps.size());
    assertEquals(List.of(2L * 9 * Float.BYTES), scratch);
    assertArrayEquals(new int[] {2, 8, 1 << 13}, sizes(steps.get(0)));
    Step rest = steps.get(1);
    assertArrayEquals(new int[] {2, 5}, sizes(rest));
    assertArrayEquals(new int[] {INPUT, SCRATCH}, rest.values());
    assertArrayEquals(new long[] {1 << 16, 8}, rest.geometry().offsets());
    assertArrayEquals(new int[] {2, 9}, sizes(steps.get(2)));
  }

  @Test
  void piecesGrowWithTheReduction() {
    List<Step> steps = split(sums(new int[] {1}, 1 << 27));
    assertEquals(List.of(256L * Float.BYTES), scratch);
    assertArrayEquals(new int[] {256, 1 << 19}, sizes(steps.getFirst()));
  }

  @Test
  void eachFoldHasResultsOfItsType() {
    Space space = Space.of(new int[] {2}, new int[] {1 << 16});
    List<Step> steps = split(folds(space, new long[] {1 << 16, 1}, DType.F32, DType.I64));
    assertEquals(List.of(2L * 8 * Float.BYTES, 2L * 8 * Long.BYTES), scratch);
    assertArrayEquals(new int[] {INPUT, SCRATCH, SCRATCH + 1}, steps.getFirst().values());
    assertArrayEquals(
        new int[] {SCRATCH, SCRATCH + 1, RESULT, RESULT + 1}, steps.getLast().values());
  }

  @Test
  void axesThatDoNotLieOneAfterTheOtherAreCutWhereBlocksEnd() {
    // Columns of a matrix of 1024 rows: 8 columns are 8 blocks, and 4 columns are left.
    Space space = Space.of(new int[] {1}, new int[] {100, 1024});
    List<Step> steps = split(folds(space, new long[] {0, 1, 100}, DType.F32));
    assertEquals(List.of(13L * Float.BYTES), scratch);
    assertArrayEquals(new int[] {12, 8, 1024}, sizes(steps.get(0)));
    assertArrayEquals(new int[] {1, 4, 1024}, sizes(steps.get(1)));
    assertArrayEquals(new int[] {1, 13}, sizes(steps.get(2)));
  }

  @Test
  void whereNoBlockEndsAtAnAxisTheReductionStaysWhole() {
    Space space = Space.of(new int[] {1}, new int[] {40_000, 3});
    assertEquals(1, split(folds(space, new long[] {0, 1, 40_000}, DType.F32)).size());
    assertEquals(List.of(), scratch);
  }

  @Test
  void cutsChangeNoBit() {
    sameBits(sums(new int[] {2}, 1 << 16), 2);
    sameBits(sums(new int[] {3}, 50_000), 3);
    sameBits(sums(new int[] {2}, 3, 20_000), 3);
    sameBits(
        folds(
            Space.of(new int[] {2}, new int[] {100, 1024}),
            new long[] {102_400, 1, 100},
            DType.F32,
            DType.F64),
        3);
  }

  /** Compares the results of a reduction with those of the launches that it is cut into. */
  private void sameBits(Lowering.Result whole, int launches) {
    scratch.clear();
    List<Step> steps = split(whole);
    assertEquals(launches, steps.size());
    int results = whole.operands().size() - 1;
    MemorySegment[] expected = memory(whole);
    MemorySegment[] actual = memory(whole);
    run(LoopSteps.of(whole), expected);
    steps.forEach(step -> run(step, actual));
    for (int r = RESULT; r < RESULT + results; r++) {
      assertEquals(-1, expected[r].mismatch(actual[r]), "result " + r);
    }
  }

  /** The memory of all values, with numbers in that of the input. */
  private MemorySegment[] memory(Lowering.Result whole) {
    var random = new Random(5);
    float[] input =
        new float
            [(int) Arrays.stream(whole.space().sizes()).asLongStream().reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    MemorySegment[] memory = new MemorySegment[SCRATCH + scratch.size()];
    memory[INPUT] = MemorySegment.ofArray(input);
    for (int r = RESULT; r < SCRATCH; r++) {
      memory[r] = MemorySegment.ofArray(new byte[64]);
    }
    for (int s = 0; s < scratch.size(); s++) {
      memory[SCRATCH + s] = MemorySegment.ofArray(new byte[Math.toIntExact(scratch.get(s))]);
    }
    return memory;
  }

  private static void run(Step step, MemorySegment[] memory) {
    int[] values = step.values();
    MemorySegment[] operands =
        Arrays.stream(values).mapToObj(v -> memory[v]).toArray(MemorySegment[]::new);
    assertTrue(
        LoopInterpreter.run(
            (Kernel.Loop) step.kernel(),
            step.geometry(),
            operands,
            new long[values.length],
            new long[0]));
  }
}
