package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_int;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The classes and species of the Vector API for one kernel, by name: nothing of it is linked here. All vectors of a
 * kernel have the same number of lanes. A species is named by a type of its width, BOOL standing for bytes.
 *
 * @param lanes the lanes of a vector, a power of two up to 16
 */
public record VectorTypes(int lanes) {
  public static final ClassDesc VECTOR = vectorClass("Vector");
  static final ClassDesc MASK = vectorClass("VectorMask");
  public static final ClassDesc SPECIES = vectorClass("VectorSpecies");
  static final ClassDesc SHUFFLE = vectorClass("VectorShuffle");
  static final ClassDesc OPERATORS = vectorClass("VectorOperators");
  public static final ClassDesc ORDER = ByteOrder.class.describeConstable().orElseThrow();

  private static final int MOST_BYTES = 64;

  /** The types of a kernel on this machine; empty if it must run one element at a time. */
  static Optional<VectorTypes> of(LoopShape shape) {
    if (!VectorUnit.isUsable() || shape.isScalarOnly() || shape.lanesComputePositions()) {
      return Optional.empty();
    }
    int lanes = Math.min(MOST_BYTES, VectorUnit.lanes() * 4) / shape.widest();
    return fits(shape, lanes) ? Optional.of(new VectorTypes(lanes)) : Optional.empty();
  }

  /** Whether a number of the narrowest elements of a kernel fills a vector, of which the shortest has 64 bits. */
  static boolean fits(LoopShape shape, int lanes) {
    int narrowest =
        shape.hasElements(Byte.BYTES)
            ? Byte.BYTES
            : shape.hasElements(Short.BYTES) ? Short.BYTES : Integer.BYTES;
    return lanes * narrowest >= Long.BYTES;
  }

  private static ClassDesc vectorClass(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  /** A nested class of the operators. */
  static ClassDesc operator(String kind) {
    return OPERATORS.nested(kind);
  }

  /** The vector class of the elements of a type. */
  public static ClassDesc vector(DType type) {
    String element = Emitter.element(type).name();
    return vectorClass(
        element.charAt(0) + element.substring(1).toLowerCase(Locale.ROOT) + "Vector");
  }

  /** Pushes the species of a type. */
  public void species(CodeBuilder code, DType type) {
    code.getstatic(vector(type), "SPECIES_" + 8 * type.bytes() * lanes, SPECIES);
  }

  /** Pushes the byte order of memory. */
  public static void order(CodeBuilder code) {
    code.getstatic(
        ORDER,
        ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? "BIG_ENDIAN" : "LITTLE_ENDIAN",
        ORDER);
  }

  /** Declares the constants that {@link #halve} uses. */
  void declareShuffles(ClassBuilder builder, LoopShape shape) {
    if (!shape.kernel().laneReduces() || shape.reduced().isEmpty()) {
      return;
    }
    Set<DType> types = EnumSet.noneOf(DType.class);
    shape.reduced().forEach(t -> types.add(t.folded()));
    for (DType type : types) {
      for (int half = lanes / 2; half > 0; half /= 2) {
        builder.withField(shuffle(type, half), SHUFFLE, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
      }
    }
    builder.withMethodBody(
        ConstantDescs.CLASS_INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_STATIC,
        code -> {
          for (DType type : types) {
            for (int half = lanes / 2; half > 0; half /= 2) {
              species(code, type);
              code.loadConstant(half).loadConstant(1).loadConstant(1);
              code.invokestatic(
                  SHUFFLE,
                  "iota",
                  MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int, CD_int, ConstantDescs.CD_boolean));
              code.putstatic(GeneratedClass.loops(), shuffle(type, half), SHUFFLE);
            }
          }
          code.return_();
        });
  }

  /** Pushes the shuffle that moves lane {@code j + half} to lane j. */
  void halve(CodeBuilder code, DType type, int half) {
    code.getstatic(GeneratedClass.loops(), shuffle(type, half), SHUFFLE);
  }

  private static String shuffle(DType type, int half) {
    return "SHUFFLE_" + type.name() + "_" + half;
  }
}
