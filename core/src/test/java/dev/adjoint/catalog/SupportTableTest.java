package dev.adjoint.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.ReadingOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  @Test
  void thePageNamesWhatGivesNoTensor() throws IOException {
    String page = Files.readString(PAGE);
    List<String> missing =
        Arrays.stream(ReadingOps.class.getMethods())
            .map(m -> "`" + m.getName() + "`")
            .filter(name -> !page.contains(name))
            .toList();
    assertEquals(List.of(), missing);
  }
}
