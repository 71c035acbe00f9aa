package dev.adjoint.check;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All results: a table with a column per device or peer, and a JSON file that is replaced as a whole with each result, so that
 * a check that is stopped leaves what it has.
 */
final class Report implements Results {
  private final String machine;
  private final @Nullable Path json;
  private final Map<Part, String> parts = new LinkedHashMap<>();
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * A report without results, which is written.
   *
   * @param machine a description
   * @param json where to write it, or null
   * @throws IOException if it cannot be written
   */
  Report(String machine, @Nullable Path json) throws IOException {
    this.machine = machine;
    this.json = json;
    write();
  }

  /** Sets what became of a part so far. */
  synchronized void part(Part part, String state) {
    parts.put(part, state);
    System.err.println(part + ": " + state);
    save();
  }

  @Override
  public synchronized void add(Measurement measurement) {
    System.err.printf(
        Locale.ROOT,
        "  %-10s %-44s %12.4g %s%n",
        measurement.who(),
        measurement.what(),
        measurement.value(),
        measurement.unit());
    set(measurement);
  }

  /** Adds a result, in place of what was known before, without a word. */
  synchronized void set(Measurement measurement) {
    int before = 0;
    while (before < measurements.size() && !measurement.replaces(measurements.get(before))) {
      before++;
    }
    if (before < measurements.size()) {
      measurements.set(before, measurement);
    } else {
      measurements.add(measurement);
    }
    save();
  }

  @Override
  public synchronized void leftOut(String text) {
    leftOut.add(text);
    System.err.println("  left out: " + text);
    save();
  }

  @Override
  public synchronized void problem(String text) {
    problems.add(text);
    System.err.println("  PROBLEM " + text);
    save();
  }

  synchronized boolean isGood() {
    return problems.isEmpty();
  }

  /** One line per thing measured, then what was left out, then what is wrong. */
  synchronized String table() {
    Set<String> columns = new LinkedHashSet<>();
    Set<String> rows = new LinkedHashSet<>();
    for (Measurement m : measurements) {
      columns.add(m.who());
      rows.add(m.row());
    }
    var text = new StringBuilder(String.format("%-52s", ""));
    columns.forEach(column -> text.append(String.format(" %16s", column)));
    for (String row : rows) {
      text.append(String.format("%n%-52s", row));
      for (String column : columns) {
        String cell =
            measurements.stream()
                .filter(m -> m.who().equals(column) && m.row().equals(row))
                .map(m -> String.format(Locale.ROOT, "%.4g", m.value()))
                .findFirst()
                .orElse("-");
        text.append(String.format(" %16s", cell));
      }
    }
    parts.forEach((part, state) -> text.append(String.format("%n%s: %s", part, state)));
    leftOut.forEach(each -> text.append(String.format("%nleft out: %s", each)));
    problems.forEach(problem -> text.append(String.format("%nPROBLEM %s", problem)));
    return text.append(System.lineSeparator()).toString();
  }

  /** Writes what there is; a disk that is full must not end the check. */
  private void save() {
    try {
      write();
    } catch (IOException e) {
      System.err.println("  cannot write " + json + ": " + e);
    }
  }

  private void write() throws IOException {
    if (json == null) {
      return;
    }
    Path whole = json.toAbsolutePath();
    Path next = whole.resolveSibling(whole.getFileName() + ".part");
    try (JsonGenerator to = new JsonFactory().createGenerator(next.toFile(), JsonEncoding.UTF8)) {
      write(to.useDefaultPrettyPrinter());
    }
    Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void write(JsonGenerator to) throws IOException {
    to.writeStartObject();
    to.writeStringField("machine", machine);
    to.writeObjectFieldStart("parts");
    for (Map.Entry<Part, String> part : parts.entrySet()) {
      to.writeStringField(part.getKey().toString(), part.getValue());
    }
    to.writeEndObject();
    to.writeArrayFieldStart("measurements");
    for (Measurement m : measurements) {
      to.writeStartObject();
      to.writeStringField("who", m.who());
      to.writeStringField("what", m.what());
      to.writeFieldName("value");
      if (Double.isFinite(m.value())) {
        to.writeNumber(m.value());
      } else {
        to.writeNull();
      }
      to.writeStringField("unit", m.unit());
      to.writeEndObject();
    }
    to.writeEndArray();
    write(to, "leftOut", leftOut);
    write(to, "problems", problems);
    to.writeEndObject();
  }

  private static void write(JsonGenerator to, String name, List<String> texts) throws IOException {
    to.writeArrayFieldStart(name);
    for (String text : texts) {
      to.writeString(text);
    }
    to.writeEndArray();
  }
}
