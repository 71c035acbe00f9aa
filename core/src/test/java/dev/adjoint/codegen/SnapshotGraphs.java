package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.AttentionPart;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Op;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Small computations that between them need every form of kernel. */
final class SnapshotGraphs {
  private SnapshotGraphs() {}

  private static Tensor f32(int... dims) {
    return Tensors.zeros(Shape.of(dims)).realize();
  }

  private static Tensor rounded(Precision precision, Tensor left, Tensor right) {
    return Scope.withPrecision(precision, () -> left.matmul(right));
  }

  private static Tensor typed(DType dtype, int... dims) {
    return Tensors.zeros(Shape.of(dims)).to(dtype).realize();
  }

  /** The computations by name. */
  static Map<String, Supplier<Tensor>> all() {
    var all = new LinkedHashMap<String, Supplier<Tensor>>();
    maps(all);
    types(all);
    reductions(all);
    products(all);
    opaque(all);
    return all;
  }

  private static void maps(Map<String, Supplier<Tensor>> all) {
    all.put("map_chain", () -> f32(1000).mul(f32(1000)).add(1).relu());
    all.put("map_bias", () -> f32(30, 20).add(f32(20)));
    all.put("map_column", () -> f32(30, 20).mul(f32(30, 1)));
    all.put("map_transposed", () -> f32(30, 20).add(f32(20, 30).t()));
    all.put("map_permuted", () -> f32(4, 5, 6).permute(2, 0, 1).add(f32(6, 4, 5)));
    all.put("map_sliced", () -> f32(100).slice(0, 1, 100, 2).neg());
    all.put("map_flipped", () -> f32(10, 7).flip(0, 1).add(f32(10, 7)));
    all.put("map_arange", () -> Tensors.arange(0, 50, 1).to(DType.F32).add(f32(50)));
    all.put("map_exp", () -> f32(64).exp());
    all.put("map_log", () -> f32(64).log());
    all.put("map_tanh", () -> f32(64).tanh());
    all.put("map_gelu", () -> f32(64).gelu());
    all.put("map_where", () -> f32(64).gt(f32(64)).where(f32(64), f32(64)));
  }

  private static void types(Map<String, Supplier<Tensor>> all) {
    all.put("map_f64", () -> typed(DType.F64, 64).sqrt().div(typed(DType.F64, 64)));
    all.put("map_u8", () -> typed(DType.U8, 64).add(typed(DType.U8, 64)));
    all.put("map_i32_division", () -> typed(DType.I32, 64).floorDiv(typed(DType.I32, 64)));
    all.put("map_i64", () -> typed(DType.I64, 64).mul(typed(DType.I64, 64)).sub(3));
    all.put("map_bool", () -> typed(DType.BOOL, 64).logicalAnd(f32(64).eq(f32(64))));
    all.put("map_to_i32", () -> f32(64).to(DType.I32));
    all.put("map_to_i64", () -> typed(DType.F64, 64).to(DType.I64));
    all.put("map_from_bool", () -> typed(DType.BOOL, 64).to(DType.F32).add(1));
    all.put("map_shift", () -> typed(DType.I32, 64).shiftLeft(3).bitwiseXor(typed(DType.I32, 64)));
    all.put("map_minimum", () -> f32(64).minimum(f32(64)).maximum(f32(64)));
  }

  private static void reductions(Map<String, Supplier<Tensor>> all) {
    all.put("reduce_rows", () -> f32(30, 200).sum(1));
    all.put("reduce_columns", () -> f32(200, 30).sum(0));
    all.put("reduce_all", () -> f32(30, 200).mean());
    all.put("reduce_split", () -> f32(1 << 18).sum());
    all.put("reduce_max_f64", () -> typed(DType.F64, 30, 200).amax(1));
    all.put("reduce_argmax", () -> f32(30, 200).argmax(1));
    all.put("reduce_any", () -> typed(DType.BOOL, 30, 200).any(1));
    all.put("reduce_middle", () -> f32(5, 40, 6).sum(1));
    all.put("reduce_outer_and_lane", () -> f32(20, 5, 70).sum(0, 2));
    all.put("row_softmax", () -> f32(30, 200).softmax(1));
    all.put("row_softmax_columns", () -> f32(200, 30).softmax(0));
    all.put("row_variance", () -> f32(30, 200).var(1));
    all.put("row_log_softmax_short", () -> f32(30, 10).logSoftmax(1));
  }

  private static void products(Map<String, Supplier<Tensor>> all) {
    all.put("matmul", () -> f32(70, 50).matmul(f32(50, 90)));
    all.put("matmul_large", () -> f32(1500, 50).matmul(f32(50, 1500)));
    all.put("matmul_bias_relu", () -> f32(70, 50).matmul(f32(90, 50).t()).add(f32(90)).relu());
    all.put(
        "matmul_tf32_bias",
        () -> rounded(Precision.TF32, f32(3, 70, 50), f32(3, 90, 50).transpose(1, 2)).add(f32(90)));
    all.put("matmul_tf32_turned", () -> rounded(Precision.TF32, f32(50, 72).t(), f32(50, 90)));
    all.put(
        "matmul_bf16_factors",
        () -> rounded(Precision.TF32, typed(DType.BF16, 70, 50), typed(DType.BF16, 50, 90)));
    all.put(
        "matmul_batched_f64",
        () -> typed(DType.F64, 3, 20, 30).matmul(typed(DType.F64, 3, 30, 40)));
  }

  private static void opaque(Map<String, Supplier<Tensor>> all) {
    all.put("random_bits", () -> Tensors.rand(1001));
    all.put("gather_rows", () -> f32(10, 8).indexSelect(0, typed(DType.I32, 6)));
    all.put("gather", () -> f32(10, 8).gather(1, typed(DType.I64, 10, 3)));
    all.put("scan", () -> f32(30, 200).cumsum(1));
    all.put("scan_long", () -> f32(20_000).cumsum(0));
    all.put("scan_with_maps", () -> f32(30, 200).mul(f32(200)).cumsum(1).add(1).relu());
    all.put("argsort_long", () -> f32(3, 5000).argsort(1));
    all.put("scatter_add", () -> f32(10, 8).scatterAdd(0, typed(DType.I64, 6, 8), f32(6, 8)));
    all.put("attention", () -> f32(3, 70, 16).scaledDotProductAttention(f32(90, 16), f32(90, 8)));
    all.put(
        "attention_tf32",
        () ->
            Scope.withPrecision(
                Precision.TF32,
                () -> f32(3, 70, 16).scaledDotProductAttention(f32(90, 16), f32(90, 8))));
    all.put("attention_gradients", SnapshotGraphs::gradientsOfAttention);
    all.put("scatter_add_sorted", () -> f32(10, 8).indexAdd(0, typed(DType.I32, 100), f32(100, 8)));
  }

  private static Tensor gradientsOfAttention() {
    Tensor rows = typed(DType.F64, 70, 16);
    var inputs = Stream.of(rows, rows, rows, rows, typed(DType.F64, 70), typed(DType.F64, 70));
    var op = new Op.Attention(AttentionPart.GRADIENTS, true, 0.25);
    return new Tensor(Graph.attention(op, inputs.map(Tensor::node).toList()));
  }
}
