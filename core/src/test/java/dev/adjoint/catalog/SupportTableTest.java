package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/ops.md shows the operations of the catalog; {@code -Dadjoint.docs=write} writes them there. */
class SupportTableTest {
  private static final Path PAGE = Path.of("..", "docs", "ops.md");
  private static final String BEGIN = "<!-- From here on written by SupportTableTest. -->\n";

  @Test
  void thePageShowsTheCatalog() throws IOException {
    String page = Files.readString(PAGE);
    String prose = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
    String table = new SupportTable().markdown();
    if ("write".equals(System.getProperty("adjoint.docs"))) {
      Files.writeString(PAGE, prose + table);
    } else {
      assertEquals(
          prose + table,
          page,
          "stale: mvn test -pl core -Dtest=SupportTableTest -Dadjoint.docs=write");
    }
  }
}
