package dev.adjoint.benchmarks;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes what was measured as JSON, with the time of every iteration. */
final class JsonReport {
  private JsonReport() {}

  /** Writes a file. */
  static void write(Path file, Machine machine, Map<String, Double> limits, List<Row> rows)
      throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeObjectFieldStart("machine");
      json.writeStringField("processor", machine.processor());
      json.writeStringField("jdk", machine.jdk());
      json.writeNumberField("threads", machine.threads());
      json.writeNumberField("load", machine.load());
      json.writeStringField("date", machine.date().toString());
      json.writeStringField("libtorch", Libtorch.version());
      json.writeEndObject();
      json.writeObjectFieldStart("limits");
      for (Map.Entry<String, Double> limit : limits.entrySet()) {
        json.writeNumberField(limit.getKey(), limit.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("benchmarks");
      for (Row row : rows) {
        write(json, row);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, Row row) throws IOException {
    json.writeStartObject();
    json.writeStringField("suite", row.suite());
    json.writeStringField("work", row.work().name());
    json.writeStringField("title", row.work().title());
    json.writeStringField("device", row.device());
    write(json, "adjoint", row.adjoint());
    Timing peer = row.libtorch();
    if (peer != null) {
      write(json, "libtorch", peer);
    }
    int nodes = row.work().nodes();
    if (nodes > 0) {
      json.writeNumberField("nodes", nodes);
    }
    if (row.limitNanos() > 0) {
      json.writeNumberField("limitNanos", row.limitNanos());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String side, Timing timing) throws IOException {
    json.writeObjectFieldStart(side);
    json.writeNumberField("medianNanos", timing.median());
    double[] nanos = timing.nanos();
    json.writeFieldName("nanos");
    json.writeArray(nanos, 0, nanos.length);
    json.writeEndObject();
  }
}
