package dev.adjoint.cpu.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CpuFeaturesTest {
  private static final CpuFeatures WIDE = new CpuFeatures(Isa.AVX512, true, true, 16 << 20);

  @Test
  void linuxSeesTheSameFeatures() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    assumeTrue(Files.exists(file), "only Linux lists features in a file");
    assumeTrue(CallConvention.HERE == CallConvention.SYSTEM_V, "the names are those of x86-64");
    List<String> flags =
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith("flags"))
            .map(line -> List.of(line.split("\\s+")))
            .findFirst()
            .orElseThrow();
    CpuFeatures found = CpuFeatures.find();
    boolean avx2 = flags.containsAll(List.of("avx2", "fma", "f16c", "bmi2"));
    boolean avx512 =
        avx2 && flags.containsAll(List.of("avx512f", "avx512bw", "avx512dq", "avx512vl"));
    assertThat(found.isa()).isEqualTo(avx512 ? Isa.AVX512 : avx2 ? Isa.AVX2 : Isa.NONE);
    assertThat(found.bf16()).isEqualTo(avx512 && flags.contains("avx512_bf16"));
    assertThat(found.vnni()).isEqualTo(avx512 && flags.contains("avx512_vnni"));
  }

  @Test
  void linuxSeesTheSameCache() throws IOException {
    assumeTrue(CallConvention.HERE == CallConvention.SYSTEM_V, "only x86-64 tells of caches");
    Path caches = Path.of("/sys/devices/system/cpu/cpu0/cache");
    assumeTrue(Files.exists(caches.resolve("index0/size")), "only Linux lists caches in files");
    long last = 0;
    for (int i = 0; Files.exists(caches.resolve("index" + i)); i++) {
      Path cache = caches.resolve("index" + i);
      if (Files.readString(cache.resolve("level")).strip().equals("3")) {
        String size = Files.readString(cache.resolve("size")).strip();
        assertThat(size).endsWith("K");
        last = Long.parseLong(size.substring(0, size.length() - 1)) << 10;
      }
    }
    assertThat(CpuFeatures.find().l3()).isEqualTo(last);
  }

  @Test
  void lessCanBeAskedFor() {
    assertThat(CpuFeatures.atMost(null, WIDE)).isEqualTo(WIDE);
    assertThat(CpuFeatures.atMost("avx512", WIDE)).isEqualTo(WIDE);
    assertThat(CpuFeatures.atMost("avx2", WIDE))
        .isEqualTo(new CpuFeatures(Isa.AVX2, false, false, 16 << 20));
    assertThat(CpuFeatures.atMost("none", WIDE))
        .isEqualTo(new CpuFeatures(Isa.NONE, false, false, 0));
  }

  @Test
  void whatIsNotThereCannotBeAskedFor() {
    CpuFeatures narrow = CpuFeatures.atMost("avx2", WIDE);
    assertThatThrownBy(() -> CpuFeatures.atMost("avx512", narrow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cpu: adjoint.cpu.isa=AVX512, but what can be used here is AVX2");
    assertThatThrownBy(() -> CpuFeatures.atMost("neon", WIDE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cpu: adjoint.cpu.isa=NEON, but what can be used here is AVX512");
    assertThatThrownBy(() -> CpuFeatures.atMost("sse", WIDE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cpu: adjoint.cpu.isa must be avx512, avx2, neon or none, not 'sse'");
  }
}
