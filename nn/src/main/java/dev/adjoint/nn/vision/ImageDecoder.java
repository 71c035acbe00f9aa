package dev.adjoint.nn.vision;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Files of pixels, read whole or not at all. */
final class ImageDecoder {
  /** As in PIL, which takes more for an attack: twice a quarter of a GiB of RGB. */
  private static final long MAX_PIXELS = 178_956_970;

  private ImageDecoder() {}

  /**
   * The pixels of an image.
   *
   * @param planes the bytes of all channels, one channel after the other, row by row
   */
  record Pixels(ImageReadMode mode, int height, int width, byte[] planes) {}

  static Pixels read(Path path, ImageReadMode mode) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    PngChunks.check(path, bytes);
    try {
      return pixels(path, decode(path, bytes), mode);
    } catch (InvalidDataFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers of the JDK meet damaged files with exceptions of many kinds.
      throw new InvalidDataFileException(path, "the image cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static BufferedImage decode(Path path, byte[] bytes) throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new InvalidDataFileException(
            path,
            bytes.length == 0
                ? "the file is empty"
                : "this is no image of a format that ImageIO reads");
      }
      ImageReader reader = readers.next();
      try {
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new InvalidDataFileException(
              path, "the image has " + pixels + " pixels, more than " + MAX_PIXELS);
        }
        BufferedImage image = reader.read(0);
        // A JPEG file that ends early is a warning, and an image with a gray lower half.
        Optional<String> damage = warnings.stream().filter(w -> !isAboutProfile(w)).findFirst();
        if (damage.isPresent()) {
          throw new InvalidDataFileException(path, "the image is damaged: " + damage.get());
        }
        return image;
      } finally {
        reader.dispose();
      }
    }
  }

  /** Colour profiles are not used, so it does not matter if one is damaged. */
  private static boolean isAboutProfile(String warning) {
    return warning.toLowerCase(Locale.ROOT).contains("icc");
  }

  private static Pixels pixels(Path path, BufferedImage image, ImageReadMode mode)
      throws InvalidDataFileException {
    int height = image.getHeight();
    int width = image.getWidth();
    long size = (long) height * width;
    if (size * mode.channels() > Integer.MAX_VALUE) {
      throw new InvalidDataFileException(path, "the image is too large: " + width + "x" + height);
    }
    var pixels = new Pixels(mode, height, width, new byte[(int) size * mode.channels()]);
    boolean plain = isPlain(image);
    for (int y = 0; y < height; y++) {
      if (plain) {
        plainRow(image, y, pixels);
      } else {
        colorRow(image.getRGB(0, y, width, 1, null, 0, width), y, pixels);
      }
    }
    return pixels;
  }

  /** Whether elements are gray, or red, green and blue, of 8 or 16 bits; with a profile or without. */
  private static boolean isPlain(BufferedImage image) {
    int type = image.getColorModel().getColorSpace().getType();
    int transfer = image.getRaster().getTransferType();
    return image.getColorModel() instanceof ComponentColorModel model
        && !model.isAlphaPremultiplied()
        && (type == ColorSpace.TYPE_GRAY || type == ColorSpace.TYPE_RGB)
        && (transfer == DataBuffer.TYPE_BYTE || transfer == DataBuffer.TYPE_USHORT)
        && model.getComponentSize(0) == DataBuffer.getDataTypeSize(transfer);
  }

  /** A row as it is stored: getRGB would convert gray by a gamma, and colours by their profile, which PIL does not. */
  private static void plainRow(BufferedImage image, int y, Pixels pixels) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean gray = image.getColorModel().getNumColorComponents() == 1;
    int shift = DataBuffer.getDataTypeSize(raster.getTransferType()) - Byte.SIZE;
    int[] row = raster.getPixels(0, y, pixels.width(), 1, (int[]) null);
    for (int x = 0; x < pixels.width(); x++) {
      int first = row[x * bands] >> shift;
      int second = gray ? first : row[x * bands + 1] >> shift;
      int third = gray ? first : row[x * bands + 2] >> shift;
      put(pixels, y, x, first, second, third);
    }
  }

  private static void colorRow(int[] row, int y, Pixels pixels) {
    for (int x = 0; x < row.length; x++) {
      put(pixels, y, x, row[x] >> 16 & 0xff, row[x] >> 8 & 0xff, row[x] & 0xff);
    }
  }

  private static void put(Pixels pixels, int y, int x, int red, int green, int blue) {
    int at = y * pixels.width() + x;
    int plane = pixels.height() * pixels.width();
    byte[] planes = pixels.planes();
    switch (pixels.mode()) {
      case GRAY ->
          // 0.299, 0.587 and 0.114 of 2^16, as in PIL; equal ones stay as they are.
          planes[at] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);
      case RGB -> {
        planes[at] = (byte) red;
        planes[at + plane] = (byte) green;
        planes[at + 2 * plane] = (byte) blue;
      }
    }
  }
}
