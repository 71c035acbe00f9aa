package dev.adjoint.nn.datasets;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Passengers of international airlines in thousands, in each of the 144 months from January 1949 to December 1960: series G of
 * Box and Jenkins, Time Series Analysis (1970). It is part of this module.
 */
public final class AirPassengers {
  private static final String RESOURCE = "air-passengers.csv";

  private AirPassengers() {}

  /** The totals [144], of {@link dev.adjoint.Scope#dtype()}. */
  public static Tensor load() {
    InputStream resource =
        Objects.requireNonNull(AirPassengers.class.getResourceAsStream(RESOURCE), RESOURCE);
    try (var in = new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
      return Tensors.of(
          in.lines()
              .skip(1)
              .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(',') + 1)))
              .toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }
}
