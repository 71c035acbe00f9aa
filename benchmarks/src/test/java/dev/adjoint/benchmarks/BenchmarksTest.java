package dev.adjoint.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.schedule.Engine;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every benchmark runs, so that none breaks unseen. What it computes is tested where the operation is. */
class BenchmarksTest {
  @ParameterizedTest
  @EnumSource
  void matrixProducts(MatMulBench.Product product) {
    var ours = new MatMulBench.Ours();
    ours.work = product;
    ours.make();
    new MatMulBench().adjoint(ours);
    Tensor result = ours.a.matmul(ours.b);
    assertEquals(product.bytesWritten(), (long) result.dtype().bytes() * result.size());
    assertEquals(product.flops(), 2.0 * ours.a.size() * ours.b.dim(1));
  }

  @ParameterizedTest
  @EnumSource
  void elementwiseFunctions(ElementwiseBench.Vectors vectors) {
    var ours = new ElementwiseBench.Ours();
    ours.work = vectors;
    ours.make();
    new ElementwiseBench().adjoint(ours);
    assertTrue(vectors.bytesWritten() == 0 || vectors.bytesWritten() == 4 * ours.x.size());
  }

  @ParameterizedTest
  @EnumSource
  void results(ResultBench.Result result) {
    var ours = new ResultBench.Ours();
    ours.work = result;
    ours.make();
    new ResultBench().adjoint(ours);
    assertEquals(result.bytesWritten(), 4 * ours.result().size());
    boolean kept = result.name().endsWith("KEPT");
    assertEquals(kept, ours.variable.allEqual(ours.result()));
  }

  @ParameterizedTest
  @EnumSource
  void sums(ReductionBench.Sum sum) {
    var ours = new ReductionBench.Ours();
    ours.work = sum;
    ours.make();
    new ReductionBench().adjoint(ours);
    assertEquals(sum.bytesRead(), 4 * ours.x.size());
  }

  @ParameterizedTest
  @EnumSource
  void rowFunctions(SoftmaxBench.RowFunction function) {
    var ours = new SoftmaxBench.Ours();
    ours.work = function;
    ours.make();
    new SoftmaxBench().adjoint(ours);
    assertEquals(function.bytesRead(), 4 * ours.x.size());
  }

  @ParameterizedTest
  @EnumSource
  void functions(FunctionBench.Function function) {
    var ours = new FunctionBench.Ours();
    ours.work = function;
    ours.make();
    new FunctionBench().adjoint(ours);
    Tensor result = ours.function.get()[0];
    assertTrue(Double.isFinite(result.sum().item()), function.title());
  }

  @ParameterizedTest
  @EnumSource
  void trainingStepsLearnTheirBatch(TrainingStepBench.Batch batch) {
    var ours = new TrainingStepBench.Ours();
    ours.work = batch;
    ours.make();
    var benchmark = new TrainingStepBench();
    double first = benchmark.adjoint(ours);
    double last = first;
    for (int i = 0; i < 4; i++) {
      last = benchmark.adjoint(ours);
    }
    assertTrue(last < first, first + " became " + last);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LSTM_LENGTHS", "LSTM_NEW"})
  void networksLearnTheirBatch(NetworkStepBench.Network network) {
    Random.seed(12);
    var ours = new NetworkStepBench.Ours();
    ours.work = network;
    ours.make();
    var benchmark = new NetworkStepBench();
    double first = benchmark.adjoint(ours);
    double last = first;
    for (int i = 0; i < 4; i++) {
      last = benchmark.adjoint(ours);
    }
    assertTrue(last < first, first + " became " + last);
    assertTrue(network.flops() > 0);
  }

  @Test
  void lengthsThatCameBeforeNeedNoPlan() {
    var ours = new NetworkStepBench.Ours();
    ours.work = NetworkStepBench.Network.LSTM_LENGTHS;
    ours.make();
    int[] lengths = IntStream.range(0, 21).map(ours.work::length).sorted().toArray();
    assertArrayEquals(IntStream.rangeClosed(40, 60).toArray(), lengths);
    var benchmark = new NetworkStepBench();
    double first = benchmark.adjoint(ours);
    for (int i = 1; i <= lengths.length; i++) {
      benchmark.adjoint(ours);
    }
    long before = Engine.statistics().plans();
    double last = first;
    for (int i = 1; i <= lengths.length; i++) {
      last = benchmark.adjoint(ours);
    }
    assertEquals(0, Engine.statistics().plans() - before);
    assertTrue(last < first, first + " became " + last);
  }

  @Test
  void eachStepOfNewShapesIsPlanned() {
    var ours = new NetworkStepBench.Ours();
    ours.work = NetworkStepBench.Network.LSTM_NEW;
    ours.make();
    var benchmark = new NetworkStepBench();
    long before = Engine.statistics().plans();
    for (int i = 0; i < 10; i++) {
      benchmark.adjoint(ours);
    }
    assertEquals(10, Engine.statistics().plans() - before);
    int shapes = 21 * 41;
    long different =
        IntStream.range(0, 2 * shapes)
            .mapToObj(i -> List.of(ours.work.length(i), ours.work.sequences(i), ours.work.start(i)))
            .distinct()
            .count();
    assertEquals(2 * shapes, different);
  }

  @ParameterizedTest
  @EnumSource
  void loadersGiveFloatsThatANetworkLearnsFrom(LoaderBench.Batches batches) {
    Random.seed(12);
    var ours = new LoaderBench.Ours();
    ours.work = batches;
    ours.make();
    var benchmark = new LoaderBench();
    Tensor x = benchmark.adjoint(ours).x();
    assertEquals(batches.bytesWritten(), 4 * x.size());
    assertEquals(1, x.max().item());
    assertTrue(x.ne(benchmark.adjoint(ours).x()).any().itemBoolean());
    var training = new LoaderBench.Training();
    training.work = batches;
    training.make();
    assertTrue(benchmark.limit(training) > 0);
  }

  @ParameterizedTest
  @EnumSource
  void checkpointsAreReadAsAWhole(CheckpointBench.Loading loading) throws IOException {
    var saved = new CheckpointBench.Saved();
    saved.work = loading;
    saved.make();
    try {
      var benchmark = new CheckpointBench();
      long bytes = benchmark.adjoint(saved).stream().mapToLong(x -> 4 * x.size()).sum();
      assertEquals(loading.bytesRead(), bytes, 1e-3 * bytes);
      var plain = new CheckpointBench.Plain();
      plain.make(saved);
      assertEquals(bytes, benchmark.limit(plain, saved), 1e-3 * bytes);
    } finally {
      saved.delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyNewEpisodesNeedAPlan(EpisodeStepBench.Kind kind) {
    var ours = new EpisodeStepBench.Ours();
    ours.work = kind;
    ours.make();
    var benchmark = new EpisodeStepBench();
    benchmark.adjoint(ours);
    long before = Engine.statistics().plans();
    for (int i = 0; i < 3; i++) {
      benchmark.adjoint(ours);
    }
    boolean renewed = kind.name().startsWith("NEW");
    assertEquals(renewed ? 3 : 0, Engine.statistics().plans() - before);
    assertTrue(kind.nodes() > 0);
  }

  @ParameterizedTest
  @EnumSource
  void theScriptPlaysEveryEpisode(ReinforceBench.Script script) {
    var ours = new ReinforceBench.Ours();
    ours.work = script;
    ours.make();
    double total = new ReinforceBench().adjoint(ours);
    assertTrue(Double.isFinite(total) && total > 0, "the sum of the losses is " + total);
  }

  @ParameterizedTest
  @EnumSource
  void streams(Limits.Stream stream) {
    for (int threads = 1; threads <= 3; threads++) {
      int bytes = Limits.WorkingSet.MIB_12.bytesEach(stream.arrays(), threads);
      assertEquals(0, bytes % Limits.UNROLLED, "not a whole number of unrolled steps");
      assertEquals(
          12 << 20,
          bytes * stream.arrays() * threads,
          (double) Limits.UNROLLED * stream.arrays() * threads);
    }
  }
}
