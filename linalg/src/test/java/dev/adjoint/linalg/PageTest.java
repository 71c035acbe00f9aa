package dev.adjoint.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** docs/ops.md names every function of this module. */
class PageTest {
  @Test
  void thePageNamesAllFunctions() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "ops.md"));
    String host = page.substring(page.indexOf("On the host"), page.indexOf("\n## "));
    assertThat(
            Arrays.stream(Linalg.class.getMethods())
                .filter(m -> Modifier.isStatic(m.getModifiers())))
        .extracting(Method::getName)
        .allSatisfy(name -> assertThat(host).containsPattern("[`.]" + name + "`"));
  }
}
