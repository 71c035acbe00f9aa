import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.train.Trainer;
import dev.adjoint.nn.vision.Compose;
import dev.adjoint.nn.vision.Grayscale;
import dev.adjoint.nn.vision.ImageReadMode;
import dev.adjoint.nn.vision.Images;
import dev.adjoint.nn.vision.Resize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;

/**
 * What a picture of your own shows: bin/adjoint examples/cases/OwnImage.java [PNG...]. Clothes are dark on a white ground, and
 * fill a square. Without a picture the script draws a few.
 */
void main(String[] args) throws IOException {
  for (String given : args) {
    if (!Files.isRegularFile(Path.of(given))) {
      printUsageAndExit(given);
    }
  }
  Sequential model = trained();
  if (args.length > 0) {
    for (String file : args) {
      show(Path.of(file).getFileName().toString(), model, Path.of(file));
    }
    return;
  }
  Path file = Files.createTempFile("own", ".png");
  try {
    for (var drawing : DRAWINGS.entrySet()) {
      draw(drawing.getValue(), file);
      show(drawing.getKey(), model, file);
    }
  } finally {
    Files.delete(file);
  }
}

/** Learns from the first 12,000 images, which are those that come with the engine. */
Sequential trained() throws IOException {
  Random.seed(1);
  Dataset images = FashionMnist.train().subset(IntStream.range(0, 12_000).toArray());
  var model =
      Sequential.of(new Linear(784, 128), Activation.RELU, new Dropout(0.2), new Linear(128, 10));
  new Trainer(model, new Adam(model.parameters(), 2e-3), Losses::crossEntropy)
      .verbose(false)
      .fit(new DataLoader(images, 64).shuffle(1), 5);
  return model;
}

/** The pixels of a file become what the model has learned from: grey, light on dark, 28 by 28, from 0 to 1. */
void show(String name, Sequential model, Path file) throws IOException {
  Tensor picture = Images.toTensor(Images.readImage(file, ImageReadMode.RGB));
  Tensor x = PREPARE.apply(picture).reshape(1, 784);
  Tensor confidences = model.predict(x).softmax(1).squeeze(0);
  int kind = confidences.argmax(0).itemInt();
  IO.println(
      "%s: %s, confidence %.3f"
          .formatted(name, FashionMnist.classes().get(kind), confidences.select(0, kind).item()));
}

static final Compose PREPARE = Compose.of(new Grayscale(), Images::invert, new Resize(28, 28));

/** Outlines on a square of 280: the corners x, y one after the other. */
static final Map<String, int[]> DRAWINGS =
    new TreeMap<>(
        Map.of(
            "drawing of trousers",
            new int[] {
              95, 0, 185, 0, 195, 140, 200, 279, 155, 279, 142, 90, 138, 90, 125, 279, 80, 279, 85,
              140
            },
            "drawing of a T-shirt",
            new int[] {
              100, 5, 120, 20, 160, 20, 180, 5, 235, 35, 275, 120, 235, 135, 210, 90, 210, 275, 70,
              275, 70, 90, 45, 135, 5, 120, 45, 35
            },
            "drawing of a bag",
            new int[] {10, 110, 70, 110, 90, 50, 190, 50, 210, 110, 270, 110, 275, 260, 5, 260}));

/** A dark blue shape on white paper, into a PNG file. */
void draw(int[] corners, Path file) throws IOException {
  int n = corners.length / 2;
  int[] xs = IntStream.range(0, n).map(i -> corners[2 * i]).toArray();
  int[] ys = IntStream.range(0, n).map(i -> corners[2 * i + 1]).toArray();
  var paper = new BufferedImage(280, 280, BufferedImage.TYPE_INT_RGB);
  Graphics2D pen = paper.createGraphics();
  pen.setColor(Color.WHITE);
  pen.fillRect(0, 0, 280, 280);
  pen.setColor(new Color(40, 60, 110));
  pen.fillPolygon(xs, ys, n);
  pen.dispose();
  ImageIO.write(paper, "png", file.toFile());
}

/** On the standard output if it was asked for, else after what is wrong. */
void printUsageAndExit(String given) {
  boolean asked = given.matches("-h|--help");
  if (!asked) {
    System.err.println("OwnImage: no such file: " + given);
  }
  (asked ? System.out : System.err)
      .print(
          """
          usage: bin/adjoint examples/cases/OwnImage.java [PNG...]

          PNG   a picture of a piece of clothing, dark on white, that fills a square; without any the script draws some
          """);
  System.exit(asked ? 0 : 2);
}
