package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The classes and species of the Vector API, by name: nothing of it is linked here. All vectors have the same number of lanes.
 *
 * @param lanes the lanes of a vector, a power of two up to 16
 */
public record VectorTypes(int lanes) {
  public static final ClassDesc VECTOR = vectorClass("Vector");
  public static final ClassDesc SPECIES = vectorClass("VectorSpecies");
  public static final ClassDesc ORDER = ByteOrder.class.describeConstable().orElseThrow();

  private static ClassDesc vectorClass(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
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
}
