import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;

/**
 * Makes the subset of Fashion-MNIST in data-fashion-mnist: the first 12,000 training and 2,000 test images of the official files,
 * in their order. The output depends on the input alone.
 *
 * <p>java examples/tools/FashionMnistSubset.java /usr/share/datasets/fashion-mnist
 * data-fashion-mnist/src/main/resources/fashion-mnist
 */
void main(String[] args) throws IOException {
  if (args.length != 2) {
    boolean asked = args.length == 1 && args[0].matches("-h|--help");
    (asked ? System.out : System.err)
        .println(
            "usage: java examples/tools/FashionMnistSubset.java FOLDER_OF_THE_OFFICIAL_FILES TARGET_FOLDER");
    System.exit(asked ? 0 : 2);
  }
  Path from = Path.of(args[0]);
  Path to = Files.createDirectories(Path.of(args[1]));
  cutPart(from, to, "train", 12_000);
  cutPart(from, to, "t10k", 2_000);
}

void cutPart(Path from, Path to, String part, int samples) throws IOException {
  copyFirst(from, to, part + "-images-idx3-ubyte.gz", samples, 28, 28);
  byte[] labels = copyFirst(from, to, part + "-labels-idx1-ubyte.gz", samples);
  int[] perClass = new int[10];
  for (byte label : labels) {
    perClass[label]++;
  }
  IO.println(part + ": samples per class " + Arrays.toString(perClass));
}

byte[] copyFirst(Path from, Path to, String name, int samples, int... sampleShape)
    throws IOException {
  int magic = 0x0800 + 1 + sampleShape.length;
  ByteBuffer header = ByteBuffer.allocate(8 + 4 * sampleShape.length).putInt(magic).putInt(samples);
  try (var in =
      new DataInputStream(new GZIPInputStream(Files.newInputStream(from.resolve(name)), 1 << 16))) {
    if (in.readInt() != magic || in.readInt() < samples) {
      throw new IOException(name + ": not the official file");
    }
    int bytes = samples;
    for (int size : sampleShape) {
      if (in.readInt() != size) {
        throw new IOException(name + ": not the official file");
      }
      header.putInt(size);
      bytes *= size;
    }
    byte[] data = in.readNBytes(bytes);
    Files.write(to.resolve(name), gzip(header.array(), data));
    return data;
  }
}

// Written out, because GZIPOutputStream has no setting for the effort.
byte[] gzip(byte[]... contents) throws IOException {
  var file = new ByteArrayOutputStream();
  file.write(new byte[] {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 2, (byte) 0xff});
  var crc = new CRC32();
  int length = 0;
  var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
  try (OutputStream out = new DeflaterOutputStream(file, deflater)) {
    for (byte[] content : contents) {
      out.write(content);
      crc.update(content);
      length += content.length;
    }
  }
  deflater.end();
  file.write(
      ByteBuffer.allocate(8)
          .putInt(Integer.reverseBytes((int) crc.getValue()))
          .putInt(Integer.reverseBytes(length))
          .array());
  return file.toByteArray();
}
