package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.PhiloxMath;
import dev.adjoint.kernel.ScalarMath;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;

/** Loop kernels that tests write by hand. */
public final class LoopKernels {
  static final Access.Lane SAME = Access.Lane.BROADCAST;
  static final Access.Lane STEP = Access.Lane.CONTIGUOUS;
  static final Access.Lane STRIDED = Access.Lane.STRIDED;

  private LoopKernels() {}

  static Access read(DType type, Access.Lane lane) {
    return new Access(Access.Kind.READ, type, lane);
  }

  static Access write(DType type, Access.Lane lane) {
    return new Access(Access.Kind.WRITE, type, lane);
  }

  public static Geometry geometry(int[] sizes, long[]... strides) {
    return new Geometry(sizes, new long[strides.length], strides);
  }

  /** {@code max(x * y + x, 0) * y} over some axes. */
  public static Kernel.Loop chain(int rank) {
    BodyBuilder body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, DType.F32));
    int y = body.add(new Instr.Load(1, DType.F32));
    int sum = body.apply(ScalarOp.ADD, body.apply(ScalarOp.MUL, x, y), x);
    int relu = body.apply(ScalarOp.MAX, sum, body.literal(DType.F32, 0));
    int result = body.apply(ScalarOp.MUL, relu, y);
    return new Kernel.Loop(
        rank,
        0,
        false,
        List.of(read(DType.F32, STEP), read(DType.F32, STEP), write(DType.F32, STEP)),
        List.of(),
        List.of(new Stage.Map(body.build(), List.of(new Stage.Store(2, result)))));
  }

  /** The bits that numbers of f16 or bf16 have in f32, and the elements again. */
  static Kernel.Loop widened(DType type) {
    BodyBuilder body = new BodyBuilder();
    int x = ScalarMath.load(body, 0, type);
    return bits(body, type, type, x);
  }

  /** The bits that numbers of f32 have when they are rounded to f16 or bf16, and their elements. */
  static Kernel.Loop rounded(DType type) {
    BodyBuilder body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, DType.F32));
    return bits(body, DType.F32, type, ScalarMath.round(body, x, type));
  }

  private static Kernel.Loop bits(BodyBuilder body, DType from, DType type, int value) {
    var bits = new Stage.Store(1, body.bitcast(value, DType.I32));
    var element = new Stage.Store(2, ScalarMath.element(body, value, type));
    return new Kernel.Loop(
        1,
        0,
        false,
        List.of(read(from, STEP), write(DType.I32, STEP), write(type, STEP)),
        List.of(),
        List.of(new Stage.Map(body.build(), List.of(bits, element))));
  }

  /** {@code x * y + x} of f16 or bf16. */
  static Kernel.Loop narrow(DType type) {
    BodyBuilder body = new BodyBuilder();
    int x = ScalarMath.load(body, 0, type);
    int y = ScalarMath.load(body, 1, type);
    int product = ScalarMath.binary(body, BinaryOp.MUL, x, y, type);
    int sum = ScalarMath.binary(body, BinaryOp.ADD, product, x, type);
    int element = ScalarMath.element(body, sum, type);
    return new Kernel.Loop(
        1,
        0,
        false,
        List.of(read(type, STEP), read(type, STRIDED), write(type, STEP)),
        List.of(),
        List.of(new Stage.Map(body.build(), List.of(new Stage.Store(2, element)))));
  }

  /** Random words, of a key and a counter that are scalars. */
  static Kernel.Loop philox() {
    BodyBuilder body = new BodyBuilder();
    int[] s = new int[4];
    for (int i = 0; i < s.length; i++) {
      s[i] = body.add(new Instr.Scalar(i, DType.I32));
    }
    int word = PhiloxMath.word(body, s[0], s[1], s[2], s[3], body.add(new Instr.Index(0)));
    return new Kernel.Loop(
        1,
        0,
        false,
        List.of(new Access(Access.Kind.INDEX, DType.I32, STEP), write(DType.I32, STEP)),
        Collections.nCopies(4, DType.I32),
        List.of(new Stage.Map(body.build(), List.of(new Stage.Store(1, word)))));
  }

  /** A copy over two axes, from any stride along the lanes. */
  static Kernel.Loop copy(DType type) {
    return new Kernel.Loop(
        2,
        0,
        false,
        List.of(read(type, STRIDED), write(type, STEP)),
        List.of(),
        List.of(
            new Stage.Map(
                List.of(new Instr.Load(0, type == DType.U8 ? DType.I32 : type)),
                List.of(new Stage.Store(1, 0)))));
  }

  /** One operation on values that are read, stored as it is. */
  static Kernel.Loop one(ScalarOp op, DType result, DType... types) {
    BodyBuilder body = new BodyBuilder();
    int[] values = {-1, -1, -1};
    Access[] accesses = new Access[types.length + 1];
    for (int i = 0; i < types.length; i++) {
      values[i] = body.add(new Instr.Load(i, types[i]));
      accesses[i] = read(types[i], STEP);
    }
    accesses[types.length] = write(result, STEP);
    int value = body.add(new Instr.Apply(op, result, values[0], values[1], values[2]));
    return new Kernel.Loop(
        1,
        0,
        false,
        List.of(accesses),
        List.of(),
        List.of(new Stage.Map(body.build(), List.of(new Stage.Store(types.length, value)))));
  }

  /** A reduction of the last of two axes, or of the first. */
  public static Kernel.Loop reduce(ReduceOp op, DType type, boolean laneReduces) {
    BodyBuilder body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, type));
    BodyBuilder finish = new BodyBuilder();
    int result = finish.add(new Instr.Reduced(0, type));
    return new Kernel.Loop(
        1,
        1,
        laneReduces,
        List.of(read(type, STEP), write(type, laneReduces ? SAME : STEP)),
        List.of(),
        List.of(
            new Stage.Reduce(body.build(), List.of(new Stage.Fold(op, x, type))),
            new Stage.Finish(finish.build(), List.of(new Stage.Store(1, result)))));
  }

  /** Sums of rows minus an element of each, at one of the first eight positions, which must be below scalar 0. */
  static Kernel.Loop picked() {
    BodyBuilder body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, DType.F32));
    BodyBuilder finish = new BodyBuilder();
    int label = finish.add(new Instr.Load(1, DType.I64));
    int position = finish.apply(ScalarOp.AND, label, finish.literal(DType.I64, 7));
    int inside = finish.check(position, finish.add(new Instr.Scalar(0, DType.I64)), -1);
    int picked = finish.load(2, finish.cast(position, DType.I32), inside, DType.F32);
    int result = finish.apply(ScalarOp.SUB, finish.add(new Instr.Reduced(0, DType.F32)), picked);
    return new Kernel.Loop(
        1,
        1,
        true,
        List.of(
            read(DType.F32, STEP),
            read(DType.I64, SAME),
            read(DType.F32, STEP),
            write(DType.F32, SAME)),
        List.of(DType.I64),
        List.of(
            new Stage.Reduce(body.build(), List.of(new Stage.Fold(ReduceOp.SUM, x, DType.F32))),
            new Stage.Finish(finish.build(), List.of(new Stage.Store(3, result)))));
  }

  /** {@code (x - max(x)) / sum(x - max(x))} over rows. */
  static Kernel.Loop row() {
    return rows(LoopKernels::difference);
  }

  /** The same with exponentials of the differences, which are worth to be kept. */
  public static Kernel.Loop softmax() {
    return rows(body -> ScalarMath.unary(body, UnaryOp.EXP, difference(body), DType.F32));
  }

  /** Elements divided by their sum over rows. */
  private static Kernel.Loop rows(ToIntFunction<BodyBuilder> element) {
    BodyBuilder first = new BodyBuilder();
    int x = first.add(new Instr.Load(0, DType.F32));
    BodyBuilder second = new BodyBuilder();
    int summed = element.applyAsInt(second);
    BodyBuilder third = new BodyBuilder();
    int quotient =
        third.apply(
            ScalarOp.DIV, element.applyAsInt(third), third.add(new Instr.Reduced(1, DType.F32)));
    return new Kernel.Loop(
        1,
        1,
        true,
        List.of(read(DType.F32, STEP), write(DType.F32, STEP)),
        List.of(),
        List.of(
            new Stage.Reduce(first.build(), List.of(new Stage.Fold(ReduceOp.MAX, x, DType.F32))),
            new Stage.Reduce(
                second.build(), List.of(new Stage.Fold(ReduceOp.SUM, summed, DType.F32))),
            new Stage.Map(third.build(), List.of(new Stage.Store(1, quotient)))));
  }

  private static int difference(BodyBuilder body) {
    return body.apply(
        ScalarOp.SUB,
        body.add(new Instr.Load(0, DType.F32)),
        body.add(new Instr.Reduced(0, DType.F32)));
  }
}
