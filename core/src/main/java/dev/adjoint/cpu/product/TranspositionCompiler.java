package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.plain.VectorTypes.ORDER;
import static dev.adjoint.cpu.plain.VectorTypes.SPECIES;
import static dev.adjoint.cpu.plain.VectorTypes.VECTOR;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.NativeMemory;
import dev.adjoint.cpu.plain.Emitter;
import dev.adjoint.cpu.plain.GeneratedClass;
import dev.adjoint.cpu.plain.VectorTypes;
import dev.adjoint.cpu.plain.VectorUnit;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.stream.IntStream;

/**
 * Prints a block transposition as bytecode. With L lanes, log2 L rounds interleave row i with row i + L/2; each round is a
 * perfect shuffle of all elements, and after the last one rows have become columns.
 */
public final class TranspositionCompiler {
  private static final ClassDesc SELF =
      TranspositionCompiler.class.describeConstable().orElseThrow();
  private static final ClassDesc NATIVE_MEMORY =
      NativeMemory.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long, CD_long);

  // The arguments of run, as local variables.
  private static final int FROM = 1;
  private static final int ROW_STRIDE = 3;
  private static final int TO = 5;
  private static final int TO_STRIDE = 7;
  private static final int LOW = 9;
  private static final int HIGH = 10;
  private static final int ROWS = 11;

  // Lane numbers of the halves of two interleaved vectors, for the widest vectors of this machine.
  public static final int[] LOW_I32 = interleaved(VectorUnit.lanes(), 0);
  public static final int[] HIGH_I32 = interleaved(VectorUnit.lanes(), 1);
  public static final long[] LOW_I64 = longs(interleaved(VectorUnit.lanes() / 2, 0));
  public static final long[] HIGH_I64 = longs(interleaved(VectorUnit.lanes() / 2, 1));

  private final VectorTypes types;
  private final CodeBuilder code;

  /** Integers, since a shuffle takes its lane numbers in the type of the data. */
  private final DType bits;

  private final ClassDesc vector;

  private TranspositionCompiler(DType bits, int lanes, CodeBuilder code) {
    this.bits = bits;
    this.code = code;
    types = new VectorTypes(lanes);
    vector = VectorTypes.vector(bits);
  }

  /** A transposition of elements of 4 or 8 bytes with the widest vectors. */
  static BlockTransposition compile(int bytes) {
    int lanes = VectorUnit.lanes() * 4 / bytes;
    DType bits = bytes == 8 ? DType.I64 : DType.I32;
    return GeneratedClass.implementing(
        BlockTransposition.class,
        "Transposition" + lanes,
        RUN,
        code -> new TranspositionCompiler(bits, lanes, code).body());
  }

  private static int[] interleaved(int lanes, int half) {
    return IntStream.range(0, lanes).map(i -> half * lanes / 2 + i / 2 + i % 2 * lanes).toArray();
  }

  private static long[] longs(int[] values) {
    return IntStream.of(values).asLongStream().toArray();
  }

  private void body() {
    numbers("LOW", LOW);
    numbers("HIGH", HIGH);
    for (int i = 0; i < types.lanes(); i++) {
      types.species(code, bits);
      address(FROM, ROW_STRIDE, i);
      code.invokestatic(
          vector,
          "fromMemorySegment",
          MethodTypeDesc.of(vector, SPECIES, Emitter.SEGMENT, CD_long, ORDER));
      code.astore(ROWS + i);
    }
    int columns = shuffle();
    for (int i = 0; i < types.lanes(); i++) {
      code.aload(columns + i);
      address(TO, TO_STRIDE, i);
      code.invokevirtual(
          vector, "intoMemorySegment", MethodTypeDesc.of(CD_void, Emitter.SEGMENT, CD_long, ORDER));
    }
    code.return_();
  }

  /** Loads lane numbers into a local. */
  private void numbers(String half, int to) {
    ClassDesc array = Emitter.array(bits);
    types.species(code, bits);
    code.getstatic(SELF, half + "_" + bits.name(), array).iconst_0();
    code.invokestatic(vector, "fromArray", MethodTypeDesc.of(vector, SPECIES, array, CD_int))
        .astore(to);
  }

  /** Pushes all of memory, the address of a row in it, and the byte order. */
  private void address(int start, int stride, int row) {
    code.getstatic(NATIVE_MEMORY, "ALL", Emitter.SEGMENT);
    code.lload(start).lload(stride).loadConstant((long) row).lmul().ladd();
    code.loadConstant(NativeMemory.ADDRESS_MASK).land();
    VectorTypes.order(code);
  }

  /** Shuffles the rows; returns the first local of the result. */
  private int shuffle() {
    MethodTypeDesc select = MethodTypeDesc.of(vector, VECTOR, VECTOR);
    int lanes = types.lanes();
    int from = ROWS;
    int to = ROWS + lanes;
    for (int round = 1; round < lanes; round *= 2) {
      for (int i = 0; i < lanes / 2; i++) {
        for (int half = 0; half < 2; half++) {
          code.aload(half == 0 ? LOW : HIGH).aload(from + i).aload(from + i + lanes / 2);
          code.invokevirtual(vector, "selectFrom", select).astore(to + 2 * i + half);
        }
      }
      int swap = from;
      from = to;
      to = swap;
    }
    return from;
  }
}
