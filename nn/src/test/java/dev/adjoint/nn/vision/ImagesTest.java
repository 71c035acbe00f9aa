package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
  @TempDir Path folder;

  private static Tensor bytes(int channels, int height, int width) {
    int[] values = new int[channels * height * width];
    Arrays.setAll(values, i -> (i * 37 + 11) % 256);
    return Tensors.of(values, channels, height, width).to(DType.U8);
  }

  private Path write(String format, BufferedImage image) throws IOException {
    Path path = folder.resolve("image." + format);
    assertThat(ImageIO.write(image, format, path.toFile())).isTrue();
    return path;
  }

  @Test
  void pngKeepsEveryByte() throws IOException {
    Path path = folder.resolve("a.png");
    Tensor color = bytes(3, 5, 7);
    Images.writePng(color, path);
    assertThat(Images.readImage(path, ImageReadMode.RGB).allEqual(color)).isTrue();
    // All 256 grays: a conversion by the gamma of a gray colour space would move most of them.
    Tensor gray = Tensors.arange(0, 256, 1, DType.I32).to(DType.U8).reshape(1, 16, 16);
    Images.writePng(gray, path);
    Tensor read = Images.readImage(path, ImageReadMode.GRAY);
    assertThat(read.dtype()).isEqualTo(DType.U8);
    assertThat(read.allEqual(gray)).isTrue();
    assertThat(Images.readImage(path, ImageReadMode.RGB).allEqual(gray.expand(3, 16, 16))).isTrue();
  }

  @Test
  void graysOfColorsAreThoseOfPil() throws IOException {
    Path path = folder.resolve("a.png");
    int[] pixels = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 200, 30, 1, 2, 3};
    Images.writePng(Tensors.of(pixels, 2, 3, 3).permute(2, 0, 1).to(DType.U8), path);
    // PIL: Image.convert("L") of (255, 0, 0), (0, 255, 0), (0, 0, 255), white, (10, 200, 30), (1,
    // 2, 3).
    assertThat(Images.readImage(path, ImageReadMode.GRAY).toInts())
        .containsExactly(76, 150, 29, 255, 124, 2);
  }

  @Test
  void readsTransparentPaletteAndSixteenBitImages() throws IOException {
    var transparent = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    transparent.setRGB(0, 0, 0x80102030);
    transparent.setRGB(1, 0, 0xffc8c9ca);
    assertThat(Images.readImage(write("png", transparent), ImageReadMode.RGB).toInts())
        .containsExactly(0x10, 0xc8, 0x20, 0xc9, 0x30, 0xca);

    byte[] level = {0, 50, (byte) 200};
    var colors = new IndexColorModel(2, 3, level, new byte[] {1, 2, 3}, new byte[] {7, 8, 9});
    var palette = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_BINARY, colors);
    palette.getRaster().setPixels(0, 0, 3, 1, new int[] {2, 0, 1});
    assertThat(Images.readImage(write("png", palette), ImageReadMode.RGB).toInts())
        .containsExactly(200, 0, 50, 3, 1, 2, 9, 7, 8);

    var deep = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 0x7f80, 0xffff});
    assertThat(Images.readImage(write("png", deep), ImageReadMode.GRAY).toInts())
        .containsExactly(0, 0x7f, 0xff);
  }

  @Test
  void readsJpeg() throws IOException {
    var image = new BufferedImage(16, 8, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 16 * 8; i++) {
      image.setRGB(i % 16, i / 16, i % 16 < 8 ? 0xc03020 : 0x2040b0);
    }
    Tensor read = Images.readImage(write("jpg", image), ImageReadMode.RGB);
    assertThat(read.shape().dims()).containsExactly(3, 8, 16);
    int[] values = read.toInts();
    int[] expected = {0xc0, 0x30, 0x20};
    for (int c = 0; c < 3; c++) {
      assertThat(values[c * 128]).isBetween(expected[c] - 6, expected[c] + 6);
    }
    var gray = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    int[] level = new int[64];
    Arrays.fill(level, 77);
    gray.getRaster().setPixels(0, 0, 8, 8, level);
    assertThat(Images.readImage(write("jpg", gray), ImageReadMode.GRAY).toInts()).containsOnly(77);
  }

  @Test
  void refusesEachDamagedPngByName() throws IOException {
    Path path = folder.resolve("damaged.png");
    Images.writePng(bytes(3, 4, 4), path);
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertRefused(path);
    }
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(path, damaged);
      assertRefused(path);
    }
  }

  @Test
  void refusesJpegThatEndsEarly() throws IOException {
    var image = new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, i * 7919);
    }
    Path path = write("jpg", image);
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length - 2; length += 97) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertRefused(path);
    }
  }

  private static void assertRefused(Path path) {
    assertThatThrownBy(() -> Images.readImage(path, ImageReadMode.RGB))
        .isInstanceOf(InvalidDataFileException.class)
        .hasMessageStartingWith(path + ": ");
  }

  @Test
  void refusesWhatIsNoImage() throws IOException {
    Path path = folder.resolve("text.png");
    assertThatThrownBy(() -> Images.readImage(path, ImageReadMode.RGB))
        .isInstanceOf(NoSuchFileException.class);
    Files.writeString(path, "no image");
    assertThatThrownBy(() -> Images.readImage(path, ImageReadMode.RGB))
        .hasMessage(path + ": this is no image of a format that ImageIO reads");
    Files.writeString(path, "");
    assertThatThrownBy(() -> Images.readImage(path, ImageReadMode.RGB))
        .hasMessage(path + ": the file is empty");
  }

  @Test
  void bytesBecomeFloatsFromZeroToOne() {
    Tensor x = Images.toTensor(Tensors.of(new int[] {0, 51, 255}, 3).to(DType.U8));
    assertThat(x.toFloats()).containsExactly(0f, 0.2f, 1f);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.toTensor(Tensors.ones(2)))
        .withMessage("toTensor: needs u8, not f32[2]");
  }

  @Test
  void invertsFloatsAndBytes() {
    assertThat(Images.invert(Tensors.of(0, 0.25f, 1)).toFloats()).containsExactly(1, 0.75f, 0);
    Tensor inverted = Images.invert(Tensors.of(0, 1, 200, 255).to(DType.U8));
    assertThat(inverted.dtype()).isEqualTo(DType.U8);
    assertThat(inverted.toInts()).containsExactly(255, 254, 55, 0);
    assertThatIllegalArgumentException().isThrownBy(() -> Images.invert(Tensors.of(1, 2)));
  }

  @Test
  void gridHasImagesInRows() {
    Tensor x = Tensors.arange(1, 1 + 5 * 3 * 2 * 4, 1, DType.F32).reshape(5, 3, 2, 4);
    int padding = 1;
    Tensor grid = Images.makeGrid(x, 3, padding, false, -1);
    assertThat(grid.shape().dims()).containsExactly(3, 2 * 3 + 1, 3 * 5 + 1);
    float[] expected = new float[3 * 7 * 16];
    Arrays.fill(expected, -1);
    float[] values = x.toFloats();
    for (int i = 0; i < values.length; i++) {
      int column = i % 4;
      int row = i / 4 % 2;
      int channel = i / 8 % 3;
      int image = i / 24;
      int down = image / 3 * 3 + padding + row;
      int right = image % 3 * 5 + padding + column;
      expected[(channel * 7 + down) * 16 + right] = values[i];
    }
    assertThat(grid.toFloats()).containsExactly(expected);
  }

  @Test
  void gridOfGrayImagesHasThreeChannelsAndOneImageNoFrame() {
    Tensor one = Tensors.rand(1, 1, 3, 3);
    Tensor grid = Images.makeGrid(one);
    assertThat(grid.allEqual(one.squeeze(0).expand(3, 3, 3))).isTrue();
    assertThat(Images.makeGrid(Tensors.rand(9, 1, 3, 3)).shape().dims())
        .containsExactly(3, 2 * 5 + 2, 8 * 5 + 2);
    Tensor normalized = Images.makeGrid(Tensors.of(2f, 4f).reshape(2, 1, 1, 1), 8, 0, true, 0);
    assertThat(normalized.toFloats()).containsExactly(0, 1, 0, 1, 0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.makeGrid(Tensors.ones(3, 4, 4)))
        .withMessageStartingWith("makeGrid: needs images [n, channels, height, width]");
  }

  @Test
  void savedFloatsAreRoundedAndBounded() throws IOException {
    Path path = folder.resolve("a.png");
    Images.saveImage(Tensors.of(-1f, 0.5f, 0.4999f, 2f).reshape(1, 2, 2), path);
    assertThat(Images.readImage(path, ImageReadMode.GRAY).toInts())
        .containsExactly(0, 128, 127, 255);
    Images.saveImage(Tensors.ones(2, 3, 4, 4), path);
    assertThat(Images.readImage(path, ImageReadMode.RGB).shape().dims()).containsExactly(3, 8, 14);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.saveImage(bytes(1, 2, 2), path))
        .withMessageStartingWith("saveImage: needs floats");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.writePng(Tensors.ones(1, 2, 2), path))
        .withMessage("writePng: needs u8 [1 or 3 channels, height, width], not f32[1, 2, 2]");
  }

  @Test
  void ownImageOfDigitBecomesOneOfMnist() throws IOException {
    // A black bar on white paper, 112 by 112 pixels, in a file of colours.
    Tensor paper = Tensors.full(Shape.of(3, 112, 112), 255, DType.U8);
    Tensor ink = paper.with(0, Index.all(), Index.range(16, 96), Index.range(48, 64));
    Path path = folder.resolve("own.png");
    Images.writePng(ink, path);
    Tensor digit =
        Compose.of(Images::invert, new Resize(28, 28))
            .apply(Images.toTensor(Images.readImage(path, ImageReadMode.GRAY)));
    assertThat(digit.shape().dims()).containsExactly(1, 28, 28);
    float[] values = digit.toFloats();
    assertThat(values[14 * 28 + 13]).isEqualTo(1f);
    assertThat(values[0]).isEqualTo(0f);
    assertThat(values[14 * 28 + 2]).isEqualTo(0f);
    // What the bar covers, as a part of the image; smoothing keeps means.
    assertThat(digit.mean().item()).isCloseTo(80 * 16 / 112.0 / 112, within(1e-6));
  }
}
