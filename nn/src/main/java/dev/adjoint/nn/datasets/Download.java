package dev.adjoint.nn.datasets;

import dev.adjoint.nn.data.Idx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Fetches files; only what has passed its checks gets the name that was asked for. */
final class Download {
  private static final long MAX_BYTES = 64 << 20;

  private Download() {}

  /**
   * Fetches an IDX file.
   *
   * @param sha256 the checksum of its contents before compression
   */
  static void idx(URI from, Path to, String sha256) throws IOException {
    Path folder = to.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path temporary = Files.createTempFile(folder, to.getFileName().toString(), ".part");
    try {
      fetch(from, temporary);
      Idx.read(temporary, sha256);
      Files.move(
          temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void fetch(URI from, Path to) throws IOException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .build()) {
      HttpRequest request = HttpRequest.newBuilder(from).timeout(Duration.ofMinutes(5)).build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body();
          OutputStream out = Files.newOutputStream(to)) {
        if (response.statusCode() != 200) {
          throw new IOException(from + ": the server answers " + response.statusCode());
        }
        copy(body, out, from);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(from + ": interrupted", e);
    }
  }

  private static void copy(InputStream body, OutputStream out, URI from) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long total = 0;
    for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
      total += n;
      if (total > MAX_BYTES) {
        throw new IOException(from + ": more than " + MAX_BYTES + " bytes");
      }
      out.write(chunk, 0, n);
    }
  }
}
