package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table and the numbers in it. */
class TableTest {
  private static final Machine MACHINE =
      new Machine("Abacus", "Java 25", List.of("cpu"), 2, 0.25, LocalDate.of(2026, 1, 2));
  private static final Work PRODUCT = MatMulBench.Product.SQUARE_1024;

  private static Timing millis(double... values) {
    double[] nanos = values.clone();
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] *= 1e6;
    }
    return new Timing(nanos);
  }

  @Test
  void theMedianIsNotMovedByOneDisturbance() {
    assertThat(millis(5, 4, 900).median()).isEqualTo(5e6);
    assertThat(millis(6, 4).median()).isEqualTo(5e6);
  }

  @Test
  void timesHaveThreeDigitsAndAUnit() {
    assertThat(Timing.text(4.4)).isEqualTo("4.40 ns");
    assertThat(Timing.text(12_340)).isEqualTo("12.3 us");
    assertThat(Timing.text(123_400_000)).isEqualTo("123 ms");
    assertThat(Timing.text(2.5e9)).isEqualTo("2.50 s");
  }

  @Test
  void aRowComparesWithThePeerAndWithTheLimit() {
    var row = new Row("MatMulBench", PRODUCT, "cpu", millis(5), millis(10), 4e6);
    assertThat(row.ratio()).isEqualTo(2);
    assertThat(row.fraction()).isEqualTo(0.8);
    assertThat(row.rate()).isEqualTo("429 GFLOP/s");
  }

  @Test
  void aLimitThatIsFarAwayIsAMultiple() {
    Work batch = LoaderBench.Batches.MLP;
    var near = new Row("LoaderBench", batch, "cpu", millis(1), null, 9e6);
    var far = new Row("LoaderBench", batch, "cpu", millis(1), null, 123.4e6);
    assertThat(new Table(MACHINE, Map.of(), List.of(near, far)).markdown())
        .contains(" GB/s | 900 % |", " GB/s | 123x |");
  }

  @Test
  void workOnGraphsIsTimedByTheNode() {
    Work work = EpisodeStepBench.Kind.SAME_100;
    var row = new Row("EpisodeStepBench", work, "cpu", millis(work.nodes() / 500.0), null, 0);
    assertThat(row.rate()).isEqualTo("2.00 us/node");
  }

  @Test
  void textHasOneLineForEachRow() {
    var table =
        new Table(
            MACHINE,
            Map.of("FMA, 2 threads, GFLOP/s", 545.0),
            List.of(
                new Row("MatMulBench", PRODUCT, "cpu", millis(5), millis(10), 4e6),
                new Row("FirstStep", FirstStep.Start.MLP, "cpu", millis(900), null, 0)));
    List<String> lines = table.text().lines().toList();
    assertThat(lines.getFirst())
        .contains("Abacus", "2 threads", "Java 25", "2026-01-02")
        .doesNotContain("load");
    assertThat(lines.get(1)).isEqualTo("  FMA, 2 threads: 545 GFLOP/s");
    assertThat(lines.get(4))
        .matches("matmul 1024 x 1024 x 1024 +5\\.00 ms +10\\.0 ms +2\\.00x +429 GFLOP/s +80 %");
    assertThat(lines.get(5)).matches("JVM start .* +900 ms +- +-");
  }

  @Test
  void theLoadIsRounded() {
    double load = Runtime.getRuntime().availableProcessors() + 0.87451171875;
    var busy = new Machine("Abacus", "Java 25", List.of("cpu"), 2, load, LocalDate.of(2026, 1, 2));
    assertThat(new Table(busy, Map.of(), List.of()).markdown())
        .containsPattern(
            "measured under a load of ([0-9]\\.87|[0-9]{2}\\.9|[0-9]{3,}) of other programs\\.");
  }

  @Test
  void markdownHasAllColumnsInEachLine() {
    var table =
        new Table(
            MACHINE,
            Map.of(),
            List.of(new Row("MatMulBench", PRODUCT, "cpu", millis(5), millis(10), 4e6)));
    assertThat(table.markdown())
        .contains("| matmul 1024 x 1024 x 1024 | 5.00 ms | 10.0 ms | 2.00x | 429 GFLOP/s | 80 % |");
    assertThat(table.markdown().lines().filter(line -> line.startsWith("|")))
        .allSatisfy(line -> assertThat(line.chars().filter(c -> c == '|').count()).isEqualTo(7));
  }

  @Test
  void aTableWithoutAPeerHasNoColumnsForIt() {
    var row = new Row("LoaderBench", LoaderBench.Batches.MLP, "cpu", millis(1), null, 9e6);
    List<String> lines = new Table(MACHINE, Map.of(), List.of(row)).markdown().lines().toList();
    assertThat(lines.get(0)).isEqualTo("|  | Adjoint | rate | of limit |");
    assertThat(lines.get(2)).startsWith("| batch of 128 images for the MLP | 1.00 ms | ");
  }

  @Test
  void aTableOfSeveralDevicesNamesThem() {
    var machine =
        new Machine(
            "Abacus", "Java 25", List.of("cpu", "opencl:0"), 2, 0.25, LocalDate.of(2026, 1, 2));
    var rows =
        List.of(
            new Row("MatMulBench", PRODUCT, "cpu", millis(5), millis(10), 4e6),
            new Row("MatMulBench", PRODUCT, "opencl:0", millis(20), millis(10), 0));
    String text = new Table(machine, Map.of(), rows).text();
    assertThat(text).contains(PRODUCT.title() + ", cpu ").contains(PRODUCT.title() + ", opencl:0 ");
    assertThat(text).contains("Adjoint on cpu, opencl:0;");
    assertThat(text).containsPattern("libtorch *speed-up").containsPattern("Adjoint +of cpu");
    assertThat(text).containsPattern(", cpu +5\\.00 ms +1\\.00x +10\\.0 ms");
    assertThat(text).containsPattern(", opencl:0 +20\\.0 ms +4\\.00x +10\\.0 ms");
  }
}
