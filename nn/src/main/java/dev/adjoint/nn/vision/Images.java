package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Images from files and into files, as tensors [channels, height, width].
 *
 * {@snippet :
 * // A photo of a digit on paper, as MNIST has it: light on dark, 28 by 28.
 * var prepare = Compose.of(Images::invert, new Resize(28, 28));
 * Tensor digit = prepare.apply(Images.toTensor(Images.readImage(path, ImageReadMode.GRAY)));
 * }
 */
public final class Images {
  private static final int NROW = 8;
  private static final int PADDING = 2;

  private Images() {}

  /**
   * The pixels of a PNG or JPEG file, u8 [channels, height, width], on the current device; of other formats where ImageIO has a
   * reader for them. As in PIL, colour profiles and the orientation of cameras are ignored.
   *
   * @throws IOException if the file cannot be read, or it is damaged or no such image; the message names the file
   */
  public static Tensor readImage(Path path, ImageReadMode mode) throws IOException {
    ImageDecoder.Pixels pixels = ImageDecoder.read(path, mode);
    return Tensors.fromSegment(
        MemorySegment.ofArray(pixels.planes()),
        DType.U8,
        mode.channels(),
        pixels.height(),
        pixels.width());
  }

  /**
   * Floats (of {@link Scope#dtype()}) from 0 to 1 of bytes from 0 to 255, in any shape.
   *
   * @throws IllegalArgumentException if this is not u8
   */
  public static Tensor toTensor(Tensor bytes) {
    if (bytes.dtype() != DType.U8) {
      throw OpError.of("toTensor", "needs u8, not " + bytes.dtype() + bytes.shape());
    }
    return bytes.to(Scope.dtype()).div(255);
  }

  /**
   * The negative: {@code 1 - x} of floats, {@code 255 - x} of bytes.
   *
   * @throws IllegalArgumentException if this is neither floats nor u8
   */
  public static Tensor invert(Tensor x) {
    if (x.dtype() != DType.U8 && !x.dtype().isFloat()) {
      throw OpError.of("invert", "needs floats or u8, not " + x.dtype());
    }
    // All bits turned round are 255 - x.
    return x.dtype() == DType.U8 ? x.bitwiseNot() : x.rsub(1);
  }

  /**
   * Writes a PNG file; what was in it before is replaced in one step.
   *
   * @param image u8 [1 or 3 channels, height, width]
   * @throws IllegalArgumentException if it is no such tensor
   * @throws IOException if the file cannot be written
   */
  public static void writePng(Tensor image, Path path) throws IOException {
    if (image.dtype() != DType.U8
        || image.rank() != 3
        || (image.dim(0) != 1 && image.dim(0) != 3)
        || image.size() == 0) {
      throw OpError.of(
          "writePng",
          "needs u8 [1 or 3 channels, height, width], not " + image.dtype() + image.shape());
    }
    int channels = image.dim(0);
    int width = image.dim(2);
    var written =
        new BufferedImage(
            width,
            image.dim(1),
            channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    int[] pixels = image.permute(1, 2, 0).toInt().toInts();
    written.getRaster().setPixels(0, 0, width, image.dim(1), pixels);
    var bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(written, "png", bytes)) {
      throw new IOException("writePng: ImageIO has no writer of PNG");
    }
    AtomicFile.write(
        path,
        channel -> {
          ByteBuffer left = ByteBuffer.wrap(bytes.toByteArray());
          while (left.hasRemaining()) {
            channel.write(left);
          }
        });
  }

  /** Images side by side: 8 to a row, 2 dark pixels between them, see {@link #makeGrid(Tensor, int, int, boolean, double)}. */
  public static Tensor makeGrid(Tensor images) {
    return makeGrid(images, NROW, PADDING, false, 0);
  }

  /**
   * The images of a batch [n, channels, height, width] side by side, as one image; grey ones get three channels. As in
   * torchvision, one image alone is not surrounded.
   *
   * @param nrow how many images are in a row
   * @param padding how many pixels are between images and around all
   * @param normalize whether the smallest value of all becomes 0 and the largest 1
   * @param padValue the value of the pixels between images
   * @throws IllegalArgumentException if there is no image, or a number does not fit
   */
  public static Tensor makeGrid(
      Tensor images, int nrow, int padding, boolean normalize, double padValue) {
    if (images.rank() != 4 || images.size() == 0 || nrow < 1 || padding < 0) {
      throw OpError.of(
          "makeGrid",
          "needs images [n, channels, height, width], a row of at least one and no negative padding, not "
              + images.shape()
              + ", "
              + nrow
              + " and "
              + padding);
    }
    if (normalize && !images.dtype().isFloat()) {
      throw OpError.of("makeGrid", "can normalize floats, not " + images.dtype());
    }
    int n = images.dim(0);
    Tensor x = images.dim(1) == 1 ? images.expand(n, 3, images.dim(2), images.dim(3)) : images;
    if (normalize) {
      Tensor low = x.min();
      x = x.sub(low).div(x.max().sub(low).clampMin(1e-5));
    }
    if (n == 1) {
      return x.squeeze(0);
    }
    int columns = Math.min(nrow, n);
    int rows = Math.ceilDiv(n, columns);
    int[] missing = {0, 0, 0, 0, 0, 0, 0, rows * columns - n};
    int[] before = {padding, 0, padding, 0};
    int[] after = {0, padding, 0, padding};
    Tensor tiles = x.pad(missing, "constant", padValue).pad(before, "constant", padValue);
    int height = tiles.dim(2);
    int width = tiles.dim(3);
    return tiles
        .reshape(rows, columns, tiles.dim(1), height, width)
        .permute(2, 0, 3, 1, 4)
        .reshape(tiles.dim(1), rows * height, columns * width)
        .pad(after, "constant", padValue);
  }

  /**
   * Writes floats from 0 to 1 as a PNG file: one image [channels, height, width], or the {@linkplain #makeGrid(Tensor) grid} of a
   * batch. Values are rounded to the nearest byte, and bounded.
   *
   * @throws IllegalArgumentException if these are no images of floats
   * @throws IOException if the file cannot be written
   */
  public static void saveImage(Tensor images, Path path) throws IOException {
    if (!images.dtype().isFloat() || (images.rank() != 3 && images.rank() != 4)) {
      throw OpError.of(
          "saveImage",
          "needs floats [n, channels, height, width] or [channels, height, width], not "
              + images.dtype()
              + images.shape());
    }
    Tensor image = images.rank() == 4 ? makeGrid(images) : images;
    writePng(image.mul(255).add(0.5).clamp(0, 255).to(DType.U8), path);
  }

  /** Images of one size, one after the other along a new first axis. */
  static Tensor batch(List<ImageDecoder.Pixels> images) {
    ImageDecoder.Pixels first = images.getFirst();
    byte[] all = new byte[Math.multiplyExact(images.size(), first.planes().length)];
    int at = 0;
    for (ImageDecoder.Pixels image : images) {
      System.arraycopy(image.planes(), 0, all, at, image.planes().length);
      at += image.planes().length;
    }
    return Tensors.fromSegment(
        MemorySegment.ofArray(all),
        DType.U8,
        images.size(),
        first.mode().channels(),
        first.height(),
        first.width());
  }
}
