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
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Prints micro-kernels with the Vector API as bytecode. All accumulators are local variables, as the compiler keeps only
 * those in registers. A step over k loads the vectors of b once and one number of a per row.
 *
 * <p>Only the first address of a step is masked: what is added to it is known not to leave memory, so nothing is checked.
 */
final class MicroKernelCompiler {
  private static final ClassDesc NATIVE_MEMORY =
      NativeMemory.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long,
          CD_long);

  // The arguments of run, as local variables.
  private static final int K = 1;
  private static final int A = 2;
  private static final int A_ROW = 4;
  private static final int A_STEP = 6;
  private static final int B = 8;
  private static final int B_STEP = 10;
  private static final int INIT = 12;
  private static final int INIT_ROW = 14;
  private static final int C = 16;
  private static final int C_ROW = 18;
  private static final int FREE = 20;

  private final DType dtype;
  private final int rows;
  private final int vectors;
  private final VectorTypes types;
  private final ClassDesc vector;
  private final Emitter emitter;
  private final CodeBuilder code;

  private MicroKernelCompiler(DType dtype, int rows, int vectors, int lanes, CodeBuilder code) {
    this.dtype = dtype;
    this.rows = rows;
    this.vectors = vectors;
    this.code = code;
    types = new VectorTypes(lanes);
    vector = VectorTypes.vector(dtype);
    emitter = new Emitter(code, FREE);
  }

  /** A micro-kernel for F32 or F64 with tiles of {@code rows} times {@code vectors * lanes}. */
  static MicroKernel compile(DType dtype, int rows, int vectors, int lanes) {
    return GeneratedClass.implementing(
        MicroKernel.class,
        "MicroKernel" + rows + "x" + vectors * lanes,
        RUN,
        code -> new MicroKernelCompiler(dtype, rows, vectors, lanes, code).body());
  }

  private void body() {
    for (int stride : new int[] {A_ROW, INIT_ROW, C_ROW}) {
      code.lload(stride).loadConstant(NativeMemory.STRIDE_MASK).land().lstore(stride);
    }
    int[] sums = references(rows * vectors);
    int at = emitter.allocate(TypeKind.LONG);
    eachOfTile(INIT, INIT_ROW, at, (sum, offset) -> load(at, offset, sums[sum]));
    // Not a counted loop: HotSpot would unroll that, load ahead for several steps, and run out of
    // registers.
    code.lload(B).iload(K).i2l().lload(B_STEP).lmul().ladd();
    int end = emitter.storeNew(TypeKind.LONG);
    Label head = code.newLabel();
    Label exit = code.newLabel();
    code.labelBinding(head).lload(B).lload(end).lcmp().ifeq(exit);
    step(sums, references(vectors), at);
    code.goto_(head).labelBinding(exit);
    eachOfTile(
        C,
        C_ROW,
        at,
        (sum, offset) -> {
          code.aload(sums[sum]).getstatic(NATIVE_MEMORY, "ALL", Emitter.SEGMENT);
          code.lload(at).loadConstant(offset).ladd();
          VectorTypes.order(code);
          emitter.invoke(vector, "intoMemorySegment", CD_void, Emitter.SEGMENT, CD_long, ORDER);
        });
    code.return_();
  }

  private void step(int[] sums, int[] b, int at) {
    code.lload(B).loadConstant(NativeMemory.ADDRESS_MASK).land().lstore(at);
    for (int v = 0; v < vectors; v++) {
      load(at, v * bytes(), b[v]);
    }
    add(B, B_STEP);
    code.lload(A).loadConstant(NativeMemory.ADDRESS_MASK).land().lstore(at);
    add(A, A_STEP);
    int a = references(1)[0];
    for (int r = 0; r < rows; r++) {
      types.species(code, dtype);
      code.getstatic(NATIVE_MEMORY, "ALL", Emitter.SEGMENT);
      emitter.layout(dtype);
      code.lload(at);
      emitter.get(dtype);
      emitter.call(vector, "broadcast", vector, SPECIES, Emitter.descriptor(dtype));
      code.astore(a);
      for (int v = 0; v < vectors; v++) {
        int sum = sums[r * vectors + v];
        code.aload(a).aload(b[v]).aload(sum);
        emitter.invoke(vector, "fma", vector, VECTOR, VECTOR);
        code.astore(sum);
      }
      if (r < rows - 1) {
        add(at, A_ROW);
      }
    }
  }

  private interface Element {
    void write(int sum, long offset);
  }

  /** Writes code for each vector of the tile, with the address of its row in a variable. */
  private void eachOfTile(int start, int stride, int at, Element element) {
    code.lload(start).loadConstant(NativeMemory.ADDRESS_MASK).land().lstore(at);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        element.write(r * vectors + v, v * bytes());
      }
      if (r < rows - 1) {
        add(at, stride);
      }
    }
  }

  private void load(int at, long offset, int to) {
    types.species(code, dtype);
    code.getstatic(NATIVE_MEMORY, "ALL", Emitter.SEGMENT).lload(at).loadConstant(offset).ladd();
    VectorTypes.order(code);
    emitter.call(vector, "fromMemorySegment", vector, SPECIES, Emitter.SEGMENT, CD_long, ORDER);
    code.astore(to);
  }

  private void add(int variable, int stride) {
    code.lload(variable).lload(stride).ladd().lstore(variable);
  }

  private long bytes() {
    return (long) types.lanes() * dtype.bytes();
  }

  private int[] references(int count) {
    int[] slots = new int[count];
    for (int i = 0; i < count; i++) {
      slots[i] = emitter.allocate(TypeKind.REFERENCE);
    }
    return slots;
  }
}
