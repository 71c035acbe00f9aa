package dev.adjoint.cpu.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodeMemoryTest {
  /** {@code mov eax, <number>; ret}, whose number begins at byte 1. */
  private static final byte[] RETURN = {(byte) 0xb8, 0, 0, 0, 0, (byte) 0xc3};

  @BeforeAll
  static void linux() {
    assumeTrue(System.getProperty("os.name").startsWith("Linux"), "both kinds of pages are tried");
    assumeTrue(CallConvention.HERE == CallConvention.SYSTEM_V, "the code is written for x86-64");
  }

  private static CodeMemory memory(String pages) {
    return new CodeMemory(pages.equals("shared") ? new SharedCodePages() : new OwnCodePages());
  }

  /** Code of some size that returns a number. */
  private static Code returning(CodeMemory memory, int number, int size) {
    byte[] code = Arrays.copyOf(RETURN, size);
    for (int i = 0; i < 4; i++) {
      code[1 + i] = (byte) (number >> (8 * i));
    }
    return memory.put("return", code, size);
  }

  private static long result(Code code) {
    return code.call(0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "own"})
  void allSixArgumentsArrive(String pages) {
    // lea rax, [rdi+2*rsi]; lea rax, [rax+4*rdx]; lea rax, [rax+8*rcx]; shl r8, 4; add rax, r8; shl
    // r9, 5; add rax, r9; ret
    int[] sum = {
      0x48, 0x8d, 0x04, 0x77, 0x48, 0x8d, 0x04, 0x90, 0x48, 0x8d, 0x04, 0xc8, 0x49, 0xc1, 0xe0, 4,
      0x4c, 0x01, 0xc0, 0x49, 0xc1, 0xe1, 5, 0x4c, 0x01, 0xc8, 0xc3
    };
    byte[] code = new byte[100];
    for (int i = 0; i < sum.length; i++) {
      code[i] = (byte) sum[i];
    }
    assertThat(memory(pages).put("sum", code, sum.length).call(1, 10, 100, 1000, 10000, 100000))
        .isEqualTo(1 + 20 + 400 + 8000 + 160000 + 3200000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "own"})
  void codesOfManySizesLieSideBySide(String pages) {
    CodeMemory memory = memory(pages);
    List<Code> codes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      codes.add(returning(memory, i, 6 + i * 37));
    }
    codes.add(returning(memory, 200, 300_000));
    for (int i = 0; i <= 200; i++) {
      assertThat(result(codes.get(i))).isEqualTo(i);
      assertThat(codes.get(i).address() % 64).isZero();
    }
  }

  /** The numbers differ, so code that ran in the place of other code would be seen. */
  @ParameterizedTest
  @ValueSource(strings = {"shared", "own"})
  void droppedCodeMakesRoom(String pages) {
    CodeMemory memory = memory(pages);
    List<Code> kept = new ArrayList<>();
    int count = pages.equals("shared") ? 100_000 : 10_000;
    long early = 0;
    for (int i = 0; i < count; i++) {
      Code code = returning(memory, i, 300);
      assertThat(result(code) == i).isTrue();
      if (i % 500 == 0) {
        kept.add(code);
      }
      if (i == 1000) {
        early = memory.limit();
      }
    }
    assertThat(memory.limit()).isEqualTo(early);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(result(kept.get(i))).isEqualTo(500L * i);
    }
  }

  @Test
  void codeThatIsNeededMakesTheMemoryGrow() {
    CodeMemory memory = memory("shared");
    List<Code> codes = new ArrayList<>();
    long first = memory.limit();
    for (int i = 0; i < 100; i++) {
      codes.add(returning(memory, i, 100_000));
    }
    assertThat(memory.limit()).isGreaterThan(first);
    for (int i = 0; i < 100; i++) {
      assertThat(result(codes.get(i))).isEqualTo(i);
    }
    assertThatThrownBy(() -> memory.put("huge", new byte[300 << 20], 300 << 20))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageStartingWith("cpu: no room for 314572800 bytes of machine code beside ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "own"})
  void manyThreadsMakeAndCallCodeAtOnce(String pages)
      throws InterruptedException, ExecutionException {
    CodeMemory memory = memory(pages);
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread << 20;
        wrong.add(
            threads.submit(
                () -> {
                  int differ = 0;
                  for (int i = first; i < first + 3000; i++) {
                    Code code = returning(memory, i, 700);
                    for (int call = 0; call < 10; call++) {
                      differ += result(code) == i ? 0 : 1;
                    }
                  }
                  return differ;
                }));
      }
      for (Future<Integer> each : wrong) {
        assertThat(each.get()).isZero();
      }
    }
  }

  /** No address can be written and executed, as the system sees it. */
  @ParameterizedTest
  @ValueSource(strings = {"shared", "own"})
  void codeIsNotWritable(String pages) throws IOException {
    Code code = returning(memory(pages), 7, 100);
    assertThat(result(code)).isEqualTo(7);
    assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
        .filteredOn(line -> holds(line, code.address()))
        .singleElement()
        .asString()
        .containsPattern(" r-x[ps] ");
  }

  private static boolean holds(String mapping, long address) {
    String[] words = mapping.split("[- ]", 3);
    return Long.parseUnsignedLong(words[0], 16) <= address
        && address < Long.parseUnsignedLong(words[1], 16);
  }

  @Test
  void machineCodeCanBeForbiddenSilently() throws IOException, InterruptedException {
    assertThat(inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Dadjoint.cpu.code=off"))
        .containsExactly("usable: false, isa: NONE");
  }

  @Test
  void whereNativeAccessIsForbiddenOneWarningSaysSo() throws IOException, InterruptedException {
    assertThat(inAnotherJvm("--illegal-native-access=deny", "-Dadjoint.cpu.memory=100000"))
        .containsOnlyOnce(
            "WARNING: cpu: machine code cannot be used, because native access is forbidden:"
                + " plain loops run, slower")
        .contains("usable: false, isa: NONE");
  }

  /** Linux can be told to let no memory become executable later. Files in memory still may be; a map for perf has none. */
  @Test
  void whereTheSystemRefusesOneWarningSaysSo() throws IOException, InterruptedException {
    List<String> shared =
        inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Xint", "-Dhardened=true");
    assumeTrue(shared.getFirst().equals("hardened: true"), "Linux 6.3 can be told to refuse");
    assertThat(shared).contains("usable: true, isa: " + CpuFeatures.HERE.isa());
    List<String> own =
        inAnotherJvm(
            "--enable-native-access=ALL-UNNAMED", "-Xint", "-Dhardened=true", "-Dadjoint.perf=map");
    assertThat(own)
        .containsOnlyOnce(
            "WARNING: cpu: machine code cannot be used, because the system refuses to make memory"
                + " executable: plain loops run, slower")
        .contains("usable: false, isa: NONE");
  }

  /** The codes lie in pages of their own, as perf finds no names for memory of files. */
  @Test
  void perfMapNamesCode() throws IOException, InterruptedException {
    List<String> lines = inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Dadjoint.perf=map");
    assertThat(lines).contains("usable: true, isa: " + CpuFeatures.HERE.isa());
    long pid = Long.parseLong(lines.getLast());
    Path map = Path.of("/tmp/perf-" + pid + ".map");
    assertThat(Files.readAllLines(map))
        .anyMatch(line -> line.matches("[0-9a-f]+000 6 probe"))
        .anyMatch(line -> line.matches("[0-9a-f]+000 d xgetbv"));
    Files.delete(map);
  }

  private static List<String> inAnotherJvm(String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), CodeMemoryTest.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return lines;
  }

  /** Prints what can be used, for a test in another JVM. */
  public static void main(String[] args) {
    if (Boolean.getBoolean("hardened")) {
      // prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN)
      long result = CodePages.call(Pages.function("prctl"), 65, 1, 0, 0, 0, 0);
      System.out.println("hardened: " + ((int) result == 0));
    }
    System.out.println("usable: " + CodeMemory.isUsable() + ", isa: " + CpuFeatures.HERE.isa());
    if (CodeMemory.isUsable()) {
      System.out.println(ProcessHandle.current().pid());
    }
  }
}
