package dev.adjoint.nn.datasets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * CIFAR-10: 50,000 training and 10,000 test images of ten kinds of things, 32 by 32 pixels of three colours each (Krizhevsky
 * 2009), equally many of each kind.
 *
 * <p>Inputs of batches are of {@link Scope#dtype()}, [n, 3, 32, 32], from 0 to 1; the channels are red, green and blue. They are
 * kept as bytes, 0 to 255, which {@link TensorDataset#x} gives. Targets are class numbers, i32 [n].
 *
 * <p>The files are those of {@code bin/fetch-data cifar10}: images of which each row is a sample, row by row of its pixels, and
 * lists of class numbers. One such image is in memory at a time.
 */
public final class Cifar10 {
  private static final DataFolder FOLDER = new DataFolder("CIFAR-10", "cifar10", Optional.empty());
  private static final List<String> TRAIN =
      List.of(
          "data_batch_1.png",
          "data_batch_2.png",
          "data_batch_3.png",
          "data_batch_4.png",
          "data_batch_5.png");
  // So are the files called.
  private static final String TRAIN_LABELS = "train_lables.json";
  private static final List<String> TEST = List.of("test_batch.png");
  private static final String TEST_LABELS = "test_lables.json";
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Cifar10() {}

  /** What the class numbers mean. */
  public static List<String> classes() {
    return CLASSES;
  }

  /**
   * The training images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public static TensorDataset train() throws IOException {
    return train(FOLDER.require(names(TRAIN, TRAIN_LABELS)));
  }

  /**
   * The test images.
   *
   * @throws IOException if no files are found, or they are damaged
   */
  public static TensorDataset test() throws IOException {
    return test(FOLDER.require(names(TEST, TEST_LABELS)));
  }

  /**
   * The training images in a folder, from {@code data_batch_1.png} to {@code data_batch_5.png} and {@code train_lables.json}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset train(Path folder) throws IOException {
    return read(folder, TRAIN, TRAIN_LABELS);
  }

  /**
   * The test images in a folder, from {@code test_batch.png} and {@code test_lables.json}.
   *
   * @throws IOException if the files are not there, or they are damaged
   */
  public static TensorDataset test(Path folder) throws IOException {
    return read(folder, TEST, TEST_LABELS);
  }

  private static String[] names(List<String> strips, String labels) {
    var names = new ArrayList<>(strips);
    names.add(labels);
    return names.toArray(String[]::new);
  }

  private static TensorDataset read(Path folder, List<String> strips, String labels)
      throws IOException {
    int[] classes = labels(DataFolder.require(folder, labels));
    var parts = new ArrayList<Tensor>();
    int samples = 0;
    for (String strip : strips) {
      Tensor part = strip(DataFolder.require(folder, strip));
      samples += part.dim(0);
      parts.add(part);
    }
    if (samples != classes.length) {
      throw new InvalidDataFileException(
          folder.resolve(labels),
          classes.length + " labels for the " + samples + " images of " + strips);
    }
    Tensor x = parts.size() == 1 ? parts.getFirst() : Tensors.cat(parts, 0);
    return new TensorDataset(x, Tensors.of(classes))
        .prepare(bytes -> bytes.to(Scope.dtype()).div(255));
  }

  /** The samples in the rows of an image, u8 [n, 3, 32, 32]. */
  private static Tensor strip(Path file) throws IOException {
    Raster pixels = decode(file).getRaster();
    if (pixels.getWidth() != SIDE * SIDE || pixels.getNumBands() != CHANNELS) {
      throw new InvalidDataFileException(
          file,
          "a row is a sample of "
              + SIDE * SIDE
              + " pixels with 3 colours, not of "
              + pixels.getWidth()
              + " with "
              + pixels.getNumBands());
    }
    int samples = pixels.getHeight();
    byte[] bytes = new byte[samples * CHANNELS * SIDE * SIDE];
    int[] row = new int[SIDE * SIDE];
    int at = 0;
    for (int sample = 0; sample < samples; sample++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        for (int value : pixels.getSamples(0, sample, row.length, 1, channel, row)) {
          bytes[at++] = (byte) value;
        }
      }
    }
    return Tensors.of(bytes, samples, CHANNELS, SIDE, SIDE);
  }

  private static BufferedImage decode(Path file) throws IOException {
    try (InputStream in = DataFolder.open(file)) {
      @Nullable BufferedImage image = ImageIO.read(in);
      if (image == null) {
        throw new InvalidDataFileException(file, "no image");
      }
      return image;
    } catch (InvalidDataFileException e) {
      throw e;
    } catch (IOException | IndexOutOfBoundsException e) {
      // What the decoder throws at damaged files.
      throw new InvalidDataFileException(file, "damaged image: " + e.getMessage(), e);
    }
  }

  /** The class numbers in a list. */
  private static int[] labels(Path file) throws IOException {
    try (InputStream in = DataFolder.open(file);
        JsonParser json = new JsonFactory().createParser(in)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new InvalidDataFileException(file, "no list of class numbers");
      }
      var labels = new ArrayList<Integer>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
            || json.getLongValue() < 0
            || json.getLongValue() >= CLASSES.size()) {
          throw new InvalidDataFileException(
              file, "label " + labels.size() + " is " + json.getText() + ", not a number below 10");
        }
        labels.add(json.getIntValue());
      }
      return labels.stream().mapToInt(Integer::intValue).toArray();
    } catch (StreamReadException e) {
      throw new InvalidDataFileException(file, "no list of class numbers: " + e.getMessage(), e);
    }
  }
}
