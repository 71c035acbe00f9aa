package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.UniqueElements;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What gives several results gives each as it is defined when all are computed in one plan, in every layout. */
class SeveralResultsTest {
  private static final Shape SHAPE = Shape.of(4, 6);

  private static Map<String, Function<Tensor, List<Tensor>>> calls() {
    var calls = new TreeMap<String, Function<Tensor, List<Tensor>>>();
    calls.put("sort", x -> both(x.sort(0)));
    calls.put("topk", x -> both(x.topk(3, 1)));
    calls.put("kthvalue", x -> both(x.kthvalue(2, 1, false)));
    calls.put("median", x -> both(x.median(0)));
    calls.put("mode", x -> both(x.mode(1)));
    calls.put("max", x -> both(x.max(-1)));
    calls.put("min", x -> both(x.min(-2)));
    calls.put("cummax", x -> both(x.cummax(1)));
    calls.put("cummin", x -> both(x.cummin(0)));
    calls.put("aminmax", x -> List.of(x.aminmax(1, true).min(), x.aminmax(1, true).max()));
    calls.put("varMean", x -> List.of(x.varMean(1).var(), x.varMean(1).mean()));
    calls.put("split", x -> x.split(4, 1));
    calls.put("unbind", x -> x.add(1).unbind(0));
    calls.put("maxPool1d", x -> both(x.unsqueeze(0).maxPool1dWithIndices(2, 1, 1, 1, true)));
    calls.put(
        "uniqueAll",
        x -> {
          UniqueElements all = x.round().uniqueAll();
          return List.of(all.values(), all.indices(), all.inverse(), all.counts());
        });
    return calls;
  }

  private static List<Tensor> both(ValuesAndIndices x) {
    return List.of(x.values(), x.indices());
  }

  @TestFactory
  Stream<DynamicTest> areAllAsDefined() {
    return calls().entrySet().stream()
        .map(call -> dynamicTest(call.getKey(), () -> check(call.getKey(), call.getValue())));
  }

  private static void check(String name, Function<Tensor, List<Tensor>> call) {
    boolean exact = !name.equals("varMean");
    for (DType dtype : exact ? List.of(DType.F32, DType.F16, DType.I64) : List.of(DType.F64)) {
      for (Layout layout : Layout.values()) {
        Shape stored = layout.stored(SHAPE);
        double[] values =
            Domain.of(-3, 3)
                .values((int) stored.size(), dtype, new Random(name.hashCode() + layout.ordinal()));
        Tensor x = layout.arrange(SHAPE).apply(Sample.tensor(values, dtype, stored));
        List<Tensor> results = new ArrayList<>(call.apply(x));
        List<double[]> expected = results.stream().map(Reference::evaluate).toList();
        Tensor.realize(results);
        for (int i = 0; i < results.size(); i++) {
          CatalogContract.compare(
              name + " " + dtype + " " + layout + ", result " + i,
              expected.get(i),
              results.get(i).toDoubles(),
              expected.get(i),
              exact ? Tolerance.exact() : Tolerance.composed(),
              results.get(i).dtype());
        }
        assertTrue(results.size() > 1, name);
      }
    }
  }
}
