package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import java.util.List;

/** Random bits by Philox4x32-10: four words for each value of the lane's index, which counts blocks. */
final class RandomForm implements Form {
  private static final List<Access> ACCESSES =
      List.of(new Access(Access.Kind.WRITE, DType.I32, Access.Lane.CONTIGUOUS));
  private static final int ROUNDS = 10;
  private static final int INSTRUCTIONS = 100;

  private final Target target;
  private final Geometry geometry;

  /** Axis 0 of the text counts blocks, axis 1 words. */
  RandomForm(Target target, Geometry geometry) {
    this.target = target;
    int words = Math.toIntExact(geometry.points());
    this.geometry =
        new Geometry(new int[] {(words + 3) / 4, words}, geometry.offsets(), geometry.strides());
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  private LaneNest nest(CodeText text, Parameters parameters) {
    return new LaneNest(text, parameters, target, List.of(), 0);
  }

  @Override
  public Grid grid() {
    return nest(new CodeText(), new Parameters(target.dialect(), false))
        .grid(geometry, false, INSTRUCTIONS);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    LaneNest nest = nest(text, parameters);
    nest.open(new Places(text, parameters, ACCESSES));
    String key = parameters.scalar(0, DType.I64);
    String counter = parameters.scalar(1, DType.I64);
    nest.each(
        true,
        () -> {
          text.line("const u64 count = (u64) " + counter + " + (u64) i0;");
          text.line("u32 a = (u32) count, b = (u32) (count >> 32), c = 0, d = 0;");
          text.line("u32 k0 = (u32) " + key + ", k1 = (u32) ((u64) " + key + " >> 32);");
          text.directive("#pragma unroll");
          text.open("for (i32 round = 0; round < " + ROUNDS + "; round++)");
          text.line("const u64 x = (u64) a * 0xD2511F53u;");
          text.line("const u64 y = (u64) c * 0xCD9E8D57u;");
          text.line("a = (u32) (y >> 32) ^ b ^ k0;");
          text.line("b = (u32) y;");
          text.line("c = (u32) (x >> 32) ^ d ^ k1;");
          text.line("d = (u32) x;");
          text.line("k0 += 0x9E3779B9u;");
          text.line("k1 += 0xBB67AE85u;");
          text.close();
          text.line("const i64 at = " + parameters.start(0) + " + 4 * (i64) i0;");
          text.line("const i32 words = " + parameters.size(1) + " - 4 * i0;");
          text.line("a0[at] = (i32) a;");
          text.line("if (words > 1) a0[at + 1] = (i32) b;");
          text.line("if (words > 2) a0[at + 2] = (i32) c;");
          text.line("if (words > 3) a0[at + 3] = (i32) d;");
        });
    nest.close();
  }
}
