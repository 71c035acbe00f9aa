package dev.adjoint.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.adjoint.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * Prints a block transposition as bytecode. With L lanes, log2 L rounds interleave row i with row i + L/2; each round is a
 * perfect shuffle of all elements, and after the last one rows have become columns.
 */
final class TranspositionCompiler {
  private static final String VECTORS = "jdk.incubator.vector";
  private static final ClassDesc SELF = ClassDesc.of(TranspositionCompiler.class.getName());
  private static final ClassDesc SPECIES = ClassDesc.of(VECTORS, "VectorSpecies");
  private static final ClassDesc VECTOR = ClassDesc.of(VECTORS, "Vector");
  private static final ClassDesc MEMORY = ClassDesc.of(MemorySegment.class.getName());
  private static final ClassDesc ORDER = ClassDesc.of(ByteOrder.class.getName());
  private static final MethodTypeDesc FROM_MEMORY =
      MethodTypeDesc.of(CD_void, MEMORY, CD_long, CD_long, CD_Object, CD_int, CD_int);
  private static final MethodTypeDesc FROM_ARRAY =
      MethodTypeDesc.of(CD_void, CD_Object, CD_int, CD_int, CD_Object, CD_int, CD_int);

  // Lane numbers of the halves of two interleaved vectors, for the widest vectors of this machine.
  static final int[] LOW_F32 = interleaved(VectorUnit.lanes(), 0);
  static final int[] HIGH_F32 = interleaved(VectorUnit.lanes(), 1);
  static final long[] LOW_F64 = longs(interleaved(VectorUnit.lanes() / 2, 0));
  static final long[] HIGH_F64 = longs(interleaved(VectorUnit.lanes() / 2, 1));

  private final int lanes;
  private final boolean wide;
  private final String species;

  /** The float vectors of the panels. */
  private final ClassDesc floats;

  /** Integer vectors of the same width, since a shuffle takes its lane numbers in the type of the data. */
  private final ClassDesc integers;

  private final ClassDesc floatArray;
  private final ClassDesc integerArray;

  private TranspositionCompiler(DType dtype, int lanes) {
    this.lanes = lanes;
    wide = dtype == DType.F64;
    species = "SPECIES_" + lanes * dtype.bytes() * 8;
    floats = ClassDesc.of(VECTORS, wide ? "DoubleVector" : "FloatVector");
    integers = ClassDesc.of(VECTORS, wide ? "LongVector" : "IntVector");
    floatArray = (wide ? ConstantDescs.CD_double : ConstantDescs.CD_float).arrayType();
    integerArray = (wide ? CD_long : CD_int).arrayType();
  }

  /** A transposition for F32 or F64 with the widest vectors. */
  static BlockTransposition compile(DType dtype) {
    int lanes = VectorUnit.lanes() * 4 / dtype.bytes();
    byte[] bytes = new TranspositionCompiler(dtype, lanes).classBytes();
    try {
      Class<?> type = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return (BlockTransposition) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("matmul: the block transposition cannot be defined", e);
    }
  }

  private static int[] interleaved(int lanes, int half) {
    return IntStream.range(0, lanes).map(i -> half * lanes / 2 + i / 2 + i % 2 * lanes).toArray();
  }

  private static long[] longs(int[] values) {
    return IntStream.of(values).asLongStream().toArray();
  }

  private byte[] classBytes() {
    String name = TranspositionCompiler.class.getPackageName() + ".GeneratedTransposition" + lanes;
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type ->
                type.withFlags(ClassFile.ACC_FINAL)
                    .withInterfaceSymbols(ClassDesc.of(BlockTransposition.class.getName()))
                    .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        MTD_void,
                        0,
                        code -> code.aload(0).invokespecial(CD_Object, ConstantDescs.INIT_NAME, MTD_void).return_())
                    .withMethodBody("fromMemory", FROM_MEMORY, ClassFile.ACC_PUBLIC, this::fromMemory)
                    .withMethodBody("fromArray", FROM_ARRAY, ClassFile.ACC_PUBLIC, this::fromArray));
  }

  // Arguments: 1 memory, 2 start, 4 rowBytes, 6 to, 7 at, 8 stride.
  private void fromMemory(CodeBuilder code) {
    int rows = indices(code, 9);
    for (int i = 0; i < lanes; i++) {
      code.getstatic(integers, species, SPECIES).aload(1);
      code.lload(2).lload(4).loadConstant((long) i).lmul().ladd();
      code.invokestatic(ORDER, "nativeOrder", MethodTypeDesc.of(ORDER));
      code.invokestatic(
          integers, "fromMemorySegment", MethodTypeDesc.of(integers, SPECIES, MEMORY, CD_long, ORDER));
      code.astore(rows + i);
    }
    store(code, shuffle(code, rows), 6);
  }

  // Arguments: 1 from, 2 start, 3 ld, 4 to, 5 at, 6 stride.
  private void fromArray(CodeBuilder code) {
    int rows = indices(code, 7);
    for (int i = 0; i < lanes; i++) {
      code.getstatic(floats, species, SPECIES).aload(1).checkcast(floatArray);
      code.iload(2).iload(3).loadConstant(i).imul().iadd();
      code.invokestatic(floats, "fromArray", MethodTypeDesc.of(floats, SPECIES, floatArray, CD_int));
      code.invokevirtual(floats, wide ? "reinterpretAsLongs" : "reinterpretAsInts", MethodTypeDesc.of(integers));
      code.astore(rows + i);
    }
    store(code, shuffle(code, rows), 4);
  }

  /** Loads both vectors of lane numbers into locals; returns the next free local. */
  private int indices(CodeBuilder code, int free) {
    for (String half : new String[] {"LOW", "HIGH"}) {
      code.getstatic(integers, species, SPECIES).getstatic(SELF, half + (wide ? "_F64" : "_F32"), integerArray);
      code.iconst_0();
      code.invokestatic(integers, "fromArray", MethodTypeDesc.of(integers, SPECIES, integerArray, CD_int));
      code.astore(free++);
    }
    return free;
  }

  /** Shuffles the rows in the locals from {@code rows} on; returns the first local of the result. */
  private int shuffle(CodeBuilder code, int rows) {
    MethodTypeDesc select = MethodTypeDesc.of(integers, VECTOR, VECTOR);
    int from = rows;
    int to = rows + lanes;
    for (int round = 1; round < lanes; round *= 2) {
      for (int i = 0; i < lanes / 2; i++) {
        for (int half = 0; half < 2; half++) {
          code.aload(rows - 2 + half).aload(from + i).aload(from + i + lanes / 2);
          code.invokevirtual(integers, "selectFrom", select).astore(to + 2 * i + half);
        }
      }
      int swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  /** Stores vectors as the columns; the locals from {@code to} on hold the array, where to begin and the stride. */
  private void store(CodeBuilder code, int vectors, int to) {
    for (int i = 0; i < lanes; i++) {
      code.aload(vectors + i);
      code.invokevirtual(integers, wide ? "reinterpretAsDoubles" : "reinterpretAsFloats", MethodTypeDesc.of(floats));
      code.aload(to).checkcast(floatArray);
      code.iload(to + 1).iload(to + 2).loadConstant(i).imul().iadd();
      code.invokevirtual(floats, "intoArray", MethodTypeDesc.of(CD_void, floatArray, CD_int));
    }
    code.return_();
  }
}
