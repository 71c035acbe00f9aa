package dev.adjoint.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.adjoint.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Prints micro-kernels with the Vector API as bytecode. All accumulators are local variables, as the compiler keeps only
 * those in registers, and a row of the tile loads both vectors of b once and one number of a.
 */
final class MicroKernelCompiler {
  private static final String VECTORS = "jdk.incubator.vector";
  private static final ClassDesc SPECIES = ClassDesc.of(VECTORS, "VectorSpecies");
  private static final ClassDesc VECTOR = ClassDesc.of(VECTORS, "Vector");
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void, CD_int, CD_Object, CD_int, CD_Object, CD_int, CD_Object, CD_int, CD_int, CD_Object, CD_int, CD_int);

  // The arguments of run, as local variables.
  private static final int K = 1;
  private static final int A = 2;
  private static final int A_OFFSET = 3;
  private static final int B = 4;
  private static final int B_OFFSET = 5;
  private static final int INIT = 6;
  private static final int INIT_OFFSET = 7;
  private static final int INIT_STRIDE = 8;
  private static final int C = 9;
  private static final int C_OFFSET = 10;
  private static final int C_STRIDE = 11;
  private static final int FIRST_FREE = 12;

  private final int rows;
  private final int lanes;
  private final String species;
  private final ClassDesc element;
  private final ClassDesc array;
  private final ClassDesc vector;

  private MicroKernelCompiler(DType dtype, int rows, int lanes) {
    this.rows = rows;
    this.lanes = lanes;
    species = "SPECIES_" + lanes * dtype.bytes() * 8;
    element = dtype == DType.F64 ? ConstantDescs.CD_double : ConstantDescs.CD_float;
    array = element.arrayType();
    vector = ClassDesc.of(VECTORS, dtype == DType.F64 ? "DoubleVector" : "FloatVector");
  }

  /** A micro-kernel for F32 or F64 with tiles of {@code rows} times {@code 2 * lanes}. */
  static MicroKernel compile(DType dtype, int rows, int lanes) {
    byte[] bytes = new MicroKernelCompiler(dtype, rows, lanes).classBytes();
    try {
      Class<?> type = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return (MicroKernel) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("matmul: the micro-kernel cannot be defined", e);
    }
  }

  private byte[] classBytes() {
    String name = MicroKernelCompiler.class.getPackageName() + ".GeneratedMicroKernel" + rows + "x" + 2 * lanes;
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type ->
                type.withFlags(ClassFile.ACC_FINAL)
                    .withInterfaceSymbols(ClassDesc.of(MicroKernel.class.getName()))
                    .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        MTD_void,
                        0,
                        code -> code.aload(0).invokespecial(CD_Object, ConstantDescs.INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        "rows",
                        MethodTypeDesc.of(CD_int),
                        ClassFile.ACC_PUBLIC,
                        code -> code.loadConstant(rows).ireturn())
                    .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::body));
  }

  private void body(CodeBuilder code) {
    int sums = FIRST_FREE;
    int b = sums + 2 * rows;
    int a = b + 2;
    int p = a + 1;
    for (int argument : new int[] {A, B, INIT, C}) {
      code.aload(argument).checkcast(array).astore(argument);
    }
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < 2; v++) {
        code.getstatic(vector, species, SPECIES).aload(INIT);
        rowAddress(code, INIT_OFFSET, INIT_STRIDE, r, v);
        loadVector(code, sums + 2 * r + v);
      }
    }
    Label test = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(p).labelBinding(test).iload(p).iload(K).if_icmpge(end);
    for (int v = 0; v < 2; v++) {
      code.getstatic(vector, species, SPECIES).aload(B);
      code.iload(B_OFFSET).iload(p).loadConstant(2 * lanes).imul().iadd().loadConstant(v * lanes).iadd();
      loadVector(code, b + v);
    }
    for (int r = 0; r < rows; r++) {
      code.getstatic(vector, species, SPECIES);
      code.aload(A).iload(A_OFFSET).iload(p).iadd().loadConstant(r * MicroKernels.LDA).iadd();
      loadElement(code);
      code.invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element)).astore(a);
      for (int v = 0; v < 2; v++) {
        int sum = sums + 2 * r + v;
        code.aload(a).aload(b + v).aload(sum);
        code.invokevirtual(vector, "fma", MethodTypeDesc.of(vector, VECTOR, VECTOR)).astore(sum);
      }
    }
    code.iinc(p, 1).goto_(test).labelBinding(end);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < 2; v++) {
        code.aload(sums + 2 * r + v).aload(C);
        rowAddress(code, C_OFFSET, C_STRIDE, r, v);
        code.invokevirtual(vector, "intoArray", MethodTypeDesc.of(CD_void, array, CD_int));
      }
    }
    code.return_();
  }

  private void rowAddress(CodeBuilder code, int offset, int stride, int row, int half) {
    code.iload(offset).loadConstant(row).iload(stride).imul().iadd().loadConstant(half * lanes).iadd();
  }

  private void loadVector(CodeBuilder code, int to) {
    code.invokestatic(vector, "fromArray", MethodTypeDesc.of(vector, SPECIES, array, CD_int)).astore(to);
  }

  private void loadElement(CodeBuilder code) {
    if (element.equals(ConstantDescs.CD_double)) {
      code.daload();
    } else {
      code.faload();
    }
  }
}
