package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The sources stand on floors: a file uses files of its own floor and of those below. Two files that use each other belong to one
 * thing, which is listed here. A file is written as its path below {@code dev/adjoint}, a package with a slash at the end.
 */
class FloorsTest {
  /** From the lowest on; a file is on the floor that names it, else on that of its package. */
  private static final List<List<String>> FLOORS =
      List.of(
          // What all others speak of: types, sizes, functions, errors and blocks of memory.
          List.of("DType", "Precision", "device/Buffer", "graph/Axes"),
          List.of(
              "graph/AttentionPart",
              "graph/BinaryOp",
              "graph/Factorization",
              "graph/ReduceOp",
              "graph/ScanOp",
              "graph/ScatterOp",
              "graph/UnaryOp"),
          List.of("graph/Call", "graph/OpError", "graph/Origin", "graph/Recording"),
          List.of("Shape"),
          List.of("kernel/"),
          List.of("device/"),
          List.of("codegen/"),
          // The rooms of the CPU device.
          List.of("cpu/memory/"),
          List.of("cpu/asm/"),
          List.of("cpu/work/"),
          List.of("cpu/loop/"),
          List.of("cpu/plain/"),
          List.of("cpu/product/"),
          List.of("cpu/"),
          List.of("Device", "DeviceKind", "DeviceKinds", "Devices"),
          List.of("graph/", "StaleTensorException"),
          List.of("schedule/"),
          // One thing: a tensor is all interfaces of its operations.
          List.of("/", "ops/"),
          List.of("fft/"),
          List.of("reference/"),
          List.of("tool/"));

  /** Uses of a floor above. A device hands its memory what gives it back, and tells who holds it. */
  private static final Set<String> UPWARDS =
      Set.of("Device uses schedule/Storages", "Devices uses schedule/Storages");

  /** Files that are one thing. */
  private static final Set<Set<String>> CIRCLES =
      Set.of(
          // A device is found by its name.
          Set.of("Device", "DeviceKind", "DeviceKinds", "Devices"),
          // A kernel has stages, whose order of folds it defines.
          Set.of("kernel/Kernel", "kernel/Stage"),
          // The value of a variable is a node that knows its variable. That of a product asks its
          // inputs how few bits they need.
          Set.of("graph/Cell", "graph/Node", "graph/Significance"),
          // A pool and where its blocks come from.
          Set.of("device/BlockHeap", "device/Pool", "device/PooledBuffer", "device/SmallRuns"),
          // A group keeps what it is computed from.
          Set.of("schedule/Cone", "schedule/Group"),
          // A sealed type whose case is code, and three parts of one pass.
          Set.of(
              "schedule/IndexedLowering",
              "schedule/Lowered",
              "schedule/Lowering",
              "schedule/ScalarLowering"),
          // Printing gives a launch, which has the text.
          Set.of("codegen/CLaunch", "codegen/CSource"),
          // What a processor has, and how it is asked.
          Set.of("cpu/memory/CpuFeatures", "cpu/memory/CpuId"),
          // The pages that a system gives.
          Set.of(
              "cpu/memory/CodePages",
              "cpu/memory/OwnCodePages",
              "cpu/memory/SharedCodePages",
              "cpu/memory/WindowsCodePages"),
          // One assembler in parts.
          Set.of(
              "cpu/asm/GeneralEncoder",
              "cpu/asm/Immediates",
              "cpu/asm/VectorEncoder",
              "cpu/asm/X86"),
          // The code for matrices, and that of each processor.
          Set.of("cpu/asm/A64MatrixCode", "cpu/asm/MatrixCode", "cpu/asm/X86MatrixCode"),
          // One writer in parts, and another.
          Set.of(
              "cpu/loop/BodyAccesses",
              "cpu/loop/BodyWriter",
              "cpu/loop/ColumnFolds",
              "cpu/loop/ElementLoops",
              "cpu/loop/LaneLoops",
              "cpu/loop/LoopWriter",
              "cpu/loop/PartialResults",
              "cpu/loop/RowExtremes",
              "cpu/loop/RowFolds",
              "cpu/loop/RowParts",
              "cpu/loop/FoldResults",
              "cpu/loop/RowTree",
              "cpu/loop/StridedAccesses"),
          Set.of("cpu/plain/ScalarBody", "cpu/plain/ScalarWriter"),
          // A plan of a product, and what does its parts.
          Set.of("cpu/product/Gemm", "cpu/product/GemmPart"));

  /** Comments, and all that is in quotes. */
  private static final Pattern NO_CODE =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*+\"|'(?:\\\\.|[^'\\\\])++'|/\\*[\\s\\S]*?\\*/|//[^\n]*");

  private static final Pattern QUALIFIED = Pattern.compile("\\bdev\\.adjoint\\.([\\w.]+)");
  private static final Pattern TYPE = Pattern.compile("(?<![\\w.])[A-Z]\\w*");

  /** For each file, those that it uses. */
  private static final Map<String, Set<String>> USES = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    Path root = Path.of("src/main/java/dev/adjoint");
    Path sources = Files.isDirectory(root) ? root : Path.of("core").resolve(root);
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .map(file -> sources.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.endsWith(".java") && !name.endsWith("package-info.java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .forEach(name -> texts.put(name, code(sources.resolve(name + ".java"))));
    }
    texts.forEach((name, code) -> USES.put(name, uses(name, code, texts.keySet())));
    assertTrue(USES.size() > 200, "sources are missing: " + USES.keySet());
  }

  private static String code(Path file) {
    try {
      return NO_CODE.matcher(Files.readString(file)).replaceAll(" ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> uses(String name, String code, Set<String> files) {
    Set<String> found = new TreeSet<>();
    Matcher qualified = QUALIFIED.matcher(code);
    while (qualified.find()) {
      String path = qualified.group(1).replace('.', '/');
      while (!path.isEmpty() && !files.contains(path)) {
        path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
      }
      found.add(path);
    }
    String place = name.substring(0, name.lastIndexOf('/') + 1);
    Matcher type = TYPE.matcher(code);
    while (type.find()) {
      found.add(place + type.group());
    }
    found.retainAll(files);
    found.remove(name);
    return found;
  }

  private static int floor(String file) {
    String place = file.substring(0, file.lastIndexOf('/') + 1);
    for (String wanted : List.of(file, place.isEmpty() ? "/" : place)) {
      for (int floor = 0; floor < FLOORS.size(); floor++) {
        if (FLOORS.get(floor).contains(wanted)) {
          return floor;
        }
      }
    }
    throw new AssertionError(file + " is on no floor");
  }

  @Test
  void noFileUsesAFloorAbove() {
    Set<String> upwards = new TreeSet<>();
    USES.forEach(
        (file, uses) ->
            uses.stream()
                .filter(used -> floor(used) > floor(file))
                .forEach(used -> upwards.add(file + " uses " + used)));
    assertEquals(new TreeSet<>(UPWARDS), upwards);
  }

  @Test
  void noFilesUseEachOtherButThoseThatAreOneThing() {
    Map<String, Set<String>> reached = new TreeMap<>();
    USES.keySet().forEach(file -> reached.put(file, reached(file)));
    Set<Set<String>> circles = new HashSet<>();
    for (String file : USES.keySet()) {
      Set<String> circle = new TreeSet<>(reached.get(file));
      circle.removeIf(other -> !reached.get(other).contains(file));
      if (circle.size() > 1 && floor(file) != floor("Tensor")) {
        circles.add(circle);
      }
    }
    assertEquals(CIRCLES, circles);
  }

  /** All that a file uses, directly or not, by uses of its own floor and of those below. */
  private static Set<String> reached(String from) {
    Set<String> seen = new HashSet<>();
    var open = new ArrayDeque<String>(List.of(from));
    while (!open.isEmpty()) {
      String file = open.pop();
      for (String used : USES.get(file)) {
        if (floor(used) <= floor(file) && seen.add(used)) {
          open.push(used);
        }
      }
    }
    return seen;
  }
}
