package dev.adjoint.nn.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  @TempDir Path folder;

  /** A strip of samples in which the pixel at (row, column) is (sample, row, column). */
  private void strip(String name, int width, int samples, int type) throws IOException {
    var image = new BufferedImage(width, samples, type);
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < width; i++) {
        image.setRGB(i, sample, sample << 16 | (i / 32) << 8 | i % 32);
      }
    }
    assertTrue(ImageIO.write(image, "png", folder.resolve(name).toFile()));
  }

  private void labels(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
  }

  @Test
  void aRowIsASampleWhosePixelsAreInRows() throws IOException {
    for (int part = 1; part <= 5; part++) {
      strip("data_batch_" + part + ".png", 1024, part, BufferedImage.TYPE_INT_RGB);
    }
    labels("train_lables.json", "[0,1,2,3,4,5,6,7,8,9,0,1,2,3,9]");
    TensorDataset train = Cifar10.train(folder);
    assertEquals(15, train.size());
    assertEquals(DType.U8, train.x().dtype());
    assertEquals(Shape.of(15, 3, 32, 32), train.x().shape());
    // The fourth sample of the last strip, which is sample 13.
    Batch batch = train.batch(new int[] {13});
    assertEquals(DType.F32, batch.x().dtype());
    assertEquals(3 / 255f, (float) batch.x().get(0, 0, 5, 7).item());
    assertEquals(5 / 255f, (float) batch.x().get(0, 1, 5, 7).item());
    assertEquals(7 / 255f, (float) batch.x().get(0, 2, 5, 7).item());
    assertArrayEquals(new int[] {3}, batch.y().toInts());
  }

  @Test
  void filesMustBelongTogether() throws IOException {
    labels("test_lables.json", "[1, 2]");
    assertThrows(NoSuchFileException.class, () -> Cifar10.test(folder));
    strip("test_batch.png", 1024, 2, BufferedImage.TYPE_3BYTE_BGR);
    assertEquals(2, Cifar10.test(folder).size());
    labels("test_lables.json", "[1, 2, 3]");
    assertReason("3 labels for the 2 images");
    labels("test_lables.json", "[1, 10]");
    assertReason("label 1 is 10, not a number below 10");
    labels("test_lables.json", "[1, -1]");
    assertReason("label 1 is -1");
    labels("test_lables.json", "[1, \"a\"]");
    assertReason("label 1 is a");
    labels("test_lables.json", "[1, 2");
    assertReason("no list of class numbers");
    labels("test_lables.json", "{}");
    assertReason("no list of class numbers");
    labels("test_lables.json", "[1, 2]");
    strip("test_batch.png", 1023, 2, BufferedImage.TYPE_INT_RGB);
    assertReason("not of 1023 with 3");
    strip("test_batch.png", 1024, 2, BufferedImage.TYPE_BYTE_GRAY);
    assertReason("not of 1024 with 1");
    byte[] png = Files.readAllBytes(folder.resolve("test_batch.png"));
    Files.write(folder.resolve("test_batch.png"), Arrays.copyOf(png, png.length / 2));
    assertReason("damaged image");
    Files.write(folder.resolve("test_batch.png"), new byte[100]);
    assertReason("no image");
  }

  private void assertReason(String expected) {
    var e = assertThrows(InvalidDataFileException.class, () -> Cifar10.test(folder));
    assertTrue(e.reason().contains(expected), e.reason());
  }

  @Test
  void theFilesAreTheOfficialOnes() throws IOException {
    TensorDataset test = Installed.require(Cifar10::test);
    assertArrayEquals(
        new int[] {3, 8, 8, 0, 6, 6, 1, 6, 3, 1, 0, 9}, Arrays.copyOf(test.y().toInts(), 12));
    TensorDataset train = Cifar10.train();
    assertEquals(50_000, train.size());
    assertEquals(10_000, test.size());
    int[] labels = train.y().toInts();
    assertArrayEquals(new int[] {6, 9, 9, 4, 1, 1, 2, 7, 8, 3, 4, 7}, Arrays.copyOf(labels, 12));
    int[] perClass = new int[10];
    Arrays.stream(labels).forEach(label -> perClass[label]++);
    assertArrayEquals(IntStream.generate(() -> 5000).limit(10).toArray(), perClass);
    assertEquals(10, Cifar10.classes().size());
    // The known means of red, green and blue.
    double[] means = train.x().to(DType.F32).div(255).to(DType.F64).mean(0, 2, 3).toDoubles();
    assertArrayEquals(new double[] {0.4914, 0.4822, 0.4465}, means, 1e-4);
  }
}
