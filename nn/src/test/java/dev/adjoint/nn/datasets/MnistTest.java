package dev.adjoint.nn.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.net.httpserver.HttpServer;
import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.IdxFiles;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  private static final Path SUBSET =
      Path.of("..", "data-fashion-mnist", "src", "main", "resources", "fashion-mnist");

  @TempDir Path folder;

  @Test
  void theSubsetIsTheBeginningOfTheOfficialFiles() throws IOException {
    TensorDataset train = FashionMnist.train(SUBSET);
    TensorDataset test = FashionMnist.test(SUBSET);
    assertEquals(12_000, train.size());
    assertEquals(2_000, test.size());
    assertEquals(DType.U8, train.x().dtype());
    Batch first = train.batch(upTo(10));
    assertArrayEquals(new int[] {9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, first.y().toInts());
    assertArrayEquals(new int[] {9, 2, 1, 1, 6, 1, 4, 6, 5, 7}, test.batch(upTo(10)).y().toInts());
    assertEquals(Shape.of(10, 784), first.x().shape());
    assertEquals(DType.F32, first.x().dtype());
    int[] perClass = new int[10];
    Arrays.stream(train.y().toInts()).forEach(label -> perClass[label]++);
    assertArrayEquals(
        new int[] {1122, 1220, 1201, 1212, 1181, 1204, 1244, 1192, 1195, 1229}, perClass);
  }

  @Test
  void pixelsBecomeNumbersFromZeroToOne() throws IOException {
    TensorDataset test = FashionMnist.test(SUBSET);
    int[] indices = {1999, 0};
    double[] x = test.batch(indices).x().toDoubles();
    int[] all = test.x().toInts();
    for (int i = 0; i < 784; i++) {
      assertEquals(all[1999 * 784 + i] / 255.0, x[i], 1e-7);
      assertEquals(all[i] / 255.0, x[784 + i], 1e-7);
    }
    assertEquals(Shape.of(2, 1, 28, 28), test.reshape(1, 28, 28).batch(indices).x().shape());
  }

  private static int[] upTo(int n) {
    return IntStream.range(0, n).toArray();
  }

  private void write(Part images, Part labels) throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), images.file());
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), IdxFiles.gzip(labels.file()));
  }

  private record Part(int type, int[] dims, byte... data) {
    byte[] file() {
      return IdxFiles.idx(type, dims, data);
    }
  }

  @Test
  void filesMustBelongTogether() throws IOException {
    var images = new Part(8, new int[] {2, 1, 3}, new byte[6]);
    write(images, new Part(8, new int[] {2}, (byte) 0, (byte) 9));
    assertEquals(2, Mnist.train(folder).size());
    write(images, new Part(8, new int[] {2}, (byte) 0, (byte) 10));
    assertReason("label 10 of sample 1");
    write(images, new Part(8, new int[] {3}, new byte[3]));
    assertReason("labels of these images are u8 [2], not u8[3]");
    write(new Part(8, new int[] {2, 3}, new byte[6]), new Part(8, new int[] {2}, new byte[2]));
    assertReason("images are u8 [n, height, width], not u8[2, 3]");
    Files.delete(folder.resolve("train-images-idx3-ubyte"));
    assertThrows(NoSuchFileException.class, () -> FashionMnist.train(folder));
  }

  private void assertReason(String expected) {
    var e = assertThrows(InvalidDataFileException.class, () -> FashionMnist.train(folder));
    assertTrue(e.reason().contains(expected), e.reason());
  }

  private static final MnistFiles.Checksums NONE = new MnistFiles.Checksums("", "");

  /** A jar with the training files of a data set. */
  private URLClassLoader jar(byte[] images, byte[] labels) throws IOException {
    Path jar = folder.resolve("data.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("tiny/train-images-idx3-ubyte.gz"));
      out.write(images);
      out.putNextEntry(new JarEntry("tiny/train-labels-idx1-ubyte.gz"));
      out.write(labels);
    }
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }

  @Test
  void aJarOnTheClassPathMayHaveASubset() throws IOException {
    var files =
        new MnistFiles(
            new DataFolder("Tiny", "tiny", Optional.empty()), "", "call someone", NONE, NONE);
    byte[] images = IdxFiles.idx(8, new int[] {2, 1, 3}, new byte[] {1, 2, 3, 4, 5, 6});
    byte[] labels = IdxFiles.idx(8, new int[] {2}, (byte) 7, (byte) 0);
    try (URLClassLoader loader = jar(IdxFiles.gzip(images), labels)) {
      TensorDataset train = files.subset(MnistFiles.Part.TRAIN, loader).orElseThrow();
      assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, train.x().toInts());
      assertArrayEquals(new int[] {7, 0}, train.y().toInts());
      assertEquals(Optional.empty(), files.subset(MnistFiles.Part.TEST, loader));
    }
    byte[] cut = Arrays.copyOf(images, images.length - 1);
    try (URLClassLoader loader = jar(cut, labels)) {
      var e =
          assertThrows(
              InvalidDataFileException.class, () -> files.subset(MnistFiles.Part.TRAIN, loader));
      assertEquals(Path.of("tiny", "train-images-idx3-ubyte.gz"), e.path());
    }
    // A folder is as good as a jar.
    Path tiny = Files.createDirectories(folder.resolve("tiny"));
    Files.write(tiny.resolve("train-images-idx3-ubyte.gz"), images);
    Files.write(tiny.resolve("train-labels-idx1-ubyte.gz"), labels);
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      assertEquals(2, files.subset(MnistFiles.Part.TRAIN, loader).orElseThrow().size());
    }
  }

  private static <T> T withCache(Path cache, Callable<T> action) throws Exception {
    assumeFalse("1".equals(System.getenv("ADJOINT_DOWNLOAD")), "tests never use the network");
    String before = System.setProperty("adjoint.data", cache.toString());
    try {
      return action.call();
    } finally {
      if (before == null) {
        System.clearProperty("adjoint.data");
      } else {
        System.setProperty("adjoint.data", before);
      }
    }
  }

  @Test
  void theCacheComesFirstAndIsChecked() throws Exception {
    var images = new Part(8, new int[] {1, 1, 1}, (byte) 7);
    Path cache = folder.resolve("cache");
    Path files = Files.createDirectories(cache.resolve("fashion-mnist"));
    Files.write(files.resolve("train-images-idx3-ubyte"), images.file());
    Files.write(
        files.resolve("train-labels-idx1-ubyte"), new Part(8, new int[] {1}, (byte) 1).file());
    var e =
        assertThrows(
            InvalidDataFileException.class, () -> withCache(cache, () -> FashionMnist.train()));
    assertEquals(files.resolve("train-images-idx3-ubyte"), e.path());
    assertTrue(e.reason().contains("SHA-256"), e.reason());
  }

  @Test
  void withoutFilesThereIsAdvice() throws Exception {
    Path cache = folder.resolve("empty");
    var e = assertThrows(NoSuchFileException.class, () -> withCache(cache, () -> Mnist.train()));
    assertEquals(
        cache.resolve("mnist").resolve("train-images-idx3-ubyte")
            + ": no files of MNIST in "
            + cache.resolve("mnist")
            + "; to get them: bin/fetch-data mnist, or call Mnist.download()",
        e.getMessage());
    assertEquals(10, FashionMnist.classes().size());
    assertEquals("7", Mnist.classes().get(7));
  }

  /** The mean of all pixels, which are from 0 to 1. */
  private static double mean(TensorDataset images) {
    return images.x().to(DType.F64).mean().item() / 255;
  }

  private static void assertContents(
      MnistFiles.Part part, DataFolder folder, String imageMd5, String labelMd5)
      throws IOException {
    Path files = folder.require(part.images(), part.labels());
    assertEquals(imageMd5, md5(DataFolder.require(files, part.images())));
    assertEquals(labelMd5, md5(DataFolder.require(files, part.labels())));
  }

  private static String md5(Path file) throws IOException {
    try (InputStream in = DataFolder.open(file)) {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(digest.digest(in.readAllBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void allOfFashionMnistIsTheOfficialOne() throws IOException {
    var place =
        new DataFolder(
            "Fashion-MNIST",
            "fashion-mnist",
            Optional.of(Path.of("/usr/share/datasets/fashion-mnist")));
    Installed.require(() -> place.require("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"));
    TensorDataset train = FashionMnist.train();
    TensorDataset test = FashionMnist.test();
    assertEquals(60_000, train.size());
    assertEquals(10_000, test.size());
    assertEquals(0.2860405969887955, mean(train), 1e-12);
    assertContents(
        MnistFiles.Part.TRAIN,
        place,
        "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "9018921c3c673c538a1fc5bad174d6f9");
    assertContents(
        MnistFiles.Part.TEST,
        place,
        "8181f5470baa50b63fa0f6fddb340f0a",
        "15d484375f8d13e6eb1aabb0c3f46965");
  }

  @Test
  void allOfMnistIsTheOfficialOne() throws IOException {
    var place = new DataFolder("MNIST", "mnist", Optional.empty());
    Installed.require(() -> place.require("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"));
    TensorDataset train = Mnist.train();
    TensorDataset test = Mnist.test();
    assertEquals(60_000, train.size());
    assertEquals(10_000, test.size());
    assertArrayEquals(new int[] {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, train.batch(upTo(10)).y().toInts());
    assertArrayEquals(new int[] {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}, test.batch(upTo(10)).y().toInts());
    assertEquals(0.1306604762738429, mean(train), 1e-12);
    assertContents(
        MnistFiles.Part.TRAIN,
        place,
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624");
    assertContents(
        MnistFiles.Part.TEST,
        place,
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637");
  }

  @Test
  void aDownloadIsCheckedBeforeItGetsItsName() throws Exception {
    byte[] content = IdxFiles.idx(8, new int[] {3}, (byte) 1, (byte) 2, (byte) 3);
    byte[] zipped = IdxFiles.gzip(content);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/file");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/file",
        exchange -> {
          exchange.sendResponseHeaders(200, zipped.length);
          exchange.getResponseBody().write(zipped);
          exchange.close();
        });
    server.start();
    try {
      URI base =
          URI.create(
              "http://"
                  + server.getAddress().getHostString()
                  + ":"
                  + server.getAddress().getPort()
                  + "/");
      Path target = folder.resolve("new").resolve("file.gz");
      assertThrows(IOException.class, () -> Download.idx(base.resolve("none"), target, sha256));
      assertFalse(Files.exists(target));
      String other = "0".repeat(64);
      assertThrows(
          InvalidDataFileException.class, () -> Download.idx(base.resolve("file"), target, other));
      assertFalse(Files.exists(target));
      Download.idx(base.resolve("moved"), target, sha256);
      assertArrayEquals(zipped, Files.readAllBytes(target));
      try (Stream<Path> files = Files.list(target.getParent())) {
        assertEquals(1, files.count());
      }
    } finally {
      server.stop(0);
    }
  }
}
