package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.io.InvalidDataFileException;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;

  private Path image(String name, int level, int height, int width) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    Images.writePng(Tensors.full(Shape.of(3, height, width), level, DType.U8), path);
    return path;
  }

  private ImageFolder four() throws IOException {
    image("dog/2.png", 30, 4, 5);
    image("dog/10.PNG", 20, 4, 5);
    image("cat/z.png", 10, 4, 5);
    image("dog/a/1.png", 40, 4, 5);
    Files.writeString(root.resolve("dog/notes.txt"), "no image");
    Files.writeString(root.resolve("README"), "no class");
    return new ImageFolder(root);
  }

  @Test
  void classesAndImagesAreInTheOrderOfTheirNames() throws IOException {
    ImageFolder images = four();
    assertThat(images.classes()).containsExactly("cat", "dog");
    assertThat(images.samples().stream().map(sample -> root.relativize(sample.path()).toString()))
        .containsExactly(
            Path.of("cat", "z.png").toString(),
            Path.of("dog", "10.PNG").toString(),
            Path.of("dog", "2.png").toString(),
            Path.of("dog", "a", "1.png").toString());
    assertThat(images.targets()).containsExactly(0, 1, 1, 1);
    assertThat(images.toString()).isEqualTo("ImageFolder(" + root + ", 4 images of 2 classes)");
  }

  @Test
  void batchHasImagesAsFloatsAndTheirClasses() throws IOException {
    ImageFolder images = four();
    Batch batch = images.batch(new int[] {2, 0});
    assertThat(batch.x().shape().dims()).containsExactly(2, 3, 4, 5);
    assertThat(batch.x().dtype()).isEqualTo(DType.F32);
    assertThat(batch.x().select(0, 0).toFloats()).containsOnly(30 / 255f);
    assertThat(batch.x().select(0, 1).toFloats()).containsOnly(10 / 255f);
    assertThat(batch.y().dtype()).isEqualTo(DType.I32);
    assertThat(batch.y().toInts()).containsExactly(1, 0);
    assertThat(images.mode(ImageReadMode.GRAY).batch(new int[] {1}).x().shape().dims())
        .containsExactly(1, 1, 4, 5);
    assertThatThrownBy(() -> images.batch(new int[] {4}))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> images.batch(new int[0]))
        .withMessage("imageFolder: a batch needs at least one image");
  }

  @Test
  void imagesOfDifferentSizesNeedAPreparation() throws IOException {
    ImageFolder images = four();
    Path large = image("cat/large.png", 50, 8, 6);
    ImageFolder five = new ImageFolder(root);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> five.batch(new int[] {1, 0}))
        .withMessageContaining("cat")
        .withMessageContaining(large + " is [3, 8, 6]")
        .withMessageContaining("z.png is [3, 4, 5]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> five.prepare(x -> x.mul(2)).batch(new int[] {1, 0}))
        .withMessageContaining(large + " is [3, 8, 6]");
    Batch batch = five.prepare(new Resize(2, 2)).prepare(x -> x.mul(255)).batch(new int[] {1, 0});
    assertThat(batch.x().shape().dims()).containsExactly(2, 3, 2, 2);
    assertThat(batch.x().round().toInts()).contains(10, 50).hasSize(24);
    assertThat(images.size()).isEqualTo(4);
  }

  @Test
  void damagedImageIsAnErrorThatNamesIt() throws IOException {
    ImageFolder images = four();
    Path path = images.samples().get(1).path();
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length / 2] ^= 1;
    Files.write(path, bytes);
    assertThat(images.batch(new int[] {0}).size()).isEqualTo(1);
    for (int prefetch : new int[] {0, 2}) {
      DataLoader loader = new DataLoader(images, 2).prefetch(prefetch);
      assertThatThrownBy(() -> loader.iterator().next())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageStartingWith(path + ": ")
          .hasCauseInstanceOf(InvalidDataFileException.class);
    }
  }

  @Test
  void decodesOnThreadsThatReadAhead() throws IOException {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    ImageFolder images =
        four()
            .prepare(
                x -> {
                  threads.add(Thread.currentThread().getName());
                  return x;
                });
    List<int[]> seen = new ArrayList<>();
    for (Batch batch : new DataLoader(images, 2).prefetch(2)) {
      seen.add(batch.x().select(1, 0).select(1, 0).select(1, 0).mul(255).round().toInts());
    }
    assertThat(seen.get(0)).containsExactly(10, 20);
    assertThat(seen.get(1)).containsExactly(30, 40);
    assertThat(threads).hasSize(2).allMatch(name -> name.startsWith("adjoint-prefetch-"));
  }

  @Test
  void drawsAreTheSameWithAndWithoutReadingAheadAndAfterResuming() throws IOException {
    ImageFolder images = four();
    List<List<Float>> all = new ArrayList<>();
    for (int prefetch : new int[] {0, 1, 4}) {
      List<Float> values = new ArrayList<>();
      var random = new Random(3);
      DataLoader loader =
          new DataLoader(images, 1)
              .shuffle(1)
              .prepare(new RandomErasing(1).random(random))
              .prepare(x -> x.add(1))
              .prefetch(prefetch);
      for (Batch batch : loader) {
        values.add((float) batch.x().sum().item());
      }
      all.add(values);
    }
    assertThat(all.get(0)).hasSize(4).doesNotHaveDuplicates();
    assertThat(all.get(1)).isEqualTo(all.get(0));
    assertThat(all.get(2)).isEqualTo(all.get(0));

    var random = new Random(3);
    DataLoader first =
        new DataLoader(images, 1)
            .shuffle(1)
            .prepare(new RandomErasing(1).random(random))
            .prefetch(3);
    var epoch = first.iterator();
    epoch.next();
    epoch.next();
    DataLoader.State state = first.state();
    Random.State draws = random.state();
    var resumedRandom = new Random(0);
    resumedRandom.restore(draws);
    DataLoader second =
        new DataLoader(images, 1)
            .shuffle(1)
            .prepare(new RandomErasing(1).random(resumedRandom))
            .prepare(x -> x.add(1));
    second.resume(state);
    List<Float> rest = new ArrayList<>();
    second.forEach(batch -> rest.add((float) batch.x().sum().item()));
    assertThat(rest).isEqualTo(all.get(0).subList(2, 4));
  }

  @Test
  void refusesFoldersWithoutClassesOrImages() throws IOException {
    assertThatThrownBy(() -> new ImageFolder(root.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> new ImageFolder(root))
        .hasMessage(root + ": there is no folder of a class");
    Path empty = Files.createDirectory(root.resolve("empty"));
    assertThatThrownBy(() -> new ImageFolder(root))
        .hasMessage(empty + ": there are no images of this class");
    Path unread = Files.writeString(empty.resolve("a.webp"), "RIFF");
    assertThatThrownBy(() -> new ImageFolder(root))
        .hasMessage(unread + ": ImageIO has no reader for .webp files");
  }

  @Test
  void manyPreparedImagesAreOneBatch() throws IOException {
    for (int i = 0; i < 100; i++) {
      image("all/" + (100 + i) + ".png", i, 3, 4);
    }
    int[] indices = new int[100];
    for (int i = 0; i < 100; i++) {
      indices[i] = 99 - i;
    }
    Tensor x = new ImageFolder(root).prepare(new Resize(2, 2)).batch(indices).x();
    int[] first = x.select(1, 0).select(1, 0).select(1, 0).mul(255).round().toInts();
    for (int i = 0; i < 100; i++) {
      assertThat(first[i]).isEqualTo(99 - i);
    }
  }

  @Test
  void trainsAModel() throws IOException {
    for (int i = 0; i < 8; i++) {
      image("dark/" + i + ".png", 10 + 10 * i, 6, 6 + i % 2);
      image("light/" + i + ".png", 170 + 10 * i, 6 + i % 2, 6);
    }
    ImageFolder images = new ImageFolder(root).mode(ImageReadMode.GRAY).prepare(new Resize(6, 6));
    var random = new Random(2);
    DataLoader training =
        new DataLoader(images, 4)
            .shuffle(1)
            .prefetch(2)
            .prepare(
                Compose.of(
                    new RandomCrop(6, 1).paddingMode("edge").random(random),
                    new RandomHorizontalFlip().random(random),
                    new Normalize(0.5, 0.5)));
    DataLoader test = new DataLoader(images, 16).prepare(new Normalize(0.5, 0.5));
    var model = Sequential.of(new Flatten(), new Linear(36, 2));
    Trainer trainer =
        new Trainer(model, new SGD(model.parameters(), 0.1), Losses::crossEntropy)
            .metrics(new Accuracy())
            .verbose(false);
    trainer.fit(training, 10);
    assertThat(trainer.evaluate(test).get("accuracy")).isEqualTo(1);
  }
}
