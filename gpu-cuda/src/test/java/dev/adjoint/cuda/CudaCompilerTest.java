package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.codegen.CSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads that need kernels at the same time. */
class CudaCompilerTest {
  private static final int THREADS = 4;

  /** A compiler that is done with a text when it has been given as many others, by other threads. */
  private static final class Meeting implements KernelCompiler {
    final AtomicInteger compilations = new AtomicInteger();
    private final CyclicBarrier all;

    Meeting(int texts) {
      all = new CyclicBarrier(texts);
    }

    @Override
    public String identity() {
      return "meeting";
    }

    @Override
    public byte[] compile(String text) {
      compilations.incrementAndGet();
      try {
        all.await(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new CudaException("the other texts are not compiled meanwhile: " + e);
      }
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int argumentBytes() {
      return 4096;
    }
  }

  /** The functions of texts for which a thread each asks. */
  private static List<Long> functions(KernelCompiler compiler, List<String> texts)
      throws Exception {
    var session = new CudaSession(new FakeDriver(), 0, FakeDriver.info(), "cuda:0");
    var cuda = new CudaCompiler(session, compiler, null);
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      var asked = new ArrayList<Future<Long>>();
      for (String text : texts) {
        var source = new CSource("f", text, List.of(), false, false, false);
        asked.add(threads.submit(() -> cuda.compile(source)));
      }
      var functions = new ArrayList<Long>();
      for (Future<Long> function : asked) {
        functions.add(function.get());
      }
      return functions;
    }
  }

  @Test
  void differentTextsAreCompiledSideBySide() throws Exception {
    var compiler = new Meeting(THREADS);
    assertThat(functions(compiler, List.of("a", "b", "c", "d"))).doesNotHaveDuplicates();
    assertThat(compiler.compilations).hasValue(THREADS);
  }

  @Test
  void equalTextsAreCompiledOnce() throws Exception {
    var compiler = new Meeting(1);
    assertThat(functions(compiler, List.of("a", "a", "a", "a")).stream().distinct()).hasSize(1);
    assertThat(compiler.compilations).hasValue(1);
  }
}
