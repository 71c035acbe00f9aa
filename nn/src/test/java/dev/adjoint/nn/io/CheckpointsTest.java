package dev.adjoint.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.optim.AveragedModel;
import dev.adjoint.nn.optim.GradScaler;
import dev.adjoint.nn.optim.ReduceOnPlateau;
import dev.adjoint.nn.optim.SGD;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  private final Linear model = new Linear(1, 1, false);
  private final Checkpoint checkpoint = new Checkpoint(model, new SGD(model.parameters(), 0.1));

  private void set(float value) {
    model.parameters().getFirst().set(Tensors.of(new float[] {value}, 1, 1));
    Tensor.realize(List.of());
  }

  private double value() {
    return model.parameters().getFirst().item();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("run"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void keepsTheLastOnes() throws IOException {
    var checkpoints = new Checkpoints(folder.resolve("run"), 2);
    assertEquals(Optional.empty(), checkpoints.loadNewest(checkpoint));
    for (int i = 1; i <= 4; i++) {
      set(i);
      checkpoints.save(checkpoint);
    }
    assertEquals(
        List.of(
            "checkpoint-000003.safetensors",
            "checkpoint-000003.safetensors.sha256",
            "checkpoint-000004.safetensors",
            "checkpoint-000004.safetensors.sha256"),
        names());
    set(0);
    assertEquals(
        Optional.of(folder.resolve("run").resolve("checkpoint-000004.safetensors")),
        checkpoints.loadNewest(checkpoint));
    assertEquals(4, value());
  }

  @Test
  void passesOverWhatIsDamaged() throws IOException {
    var checkpoints = new Checkpoints(folder.resolve("run"), 5);
    for (int i = 1; i <= 3; i++) {
      set(i);
      checkpoints.save(checkpoint);
    }
    Path third = folder.resolve("run").resolve("checkpoint-000003.safetensors");
    byte[] content = Files.readAllBytes(third);
    // A flipped bit of a weight: a valid file with another value.
    content[content.length - 20] ^= 1;
    Files.write(third, content);
    checkpoints.loadNewest(checkpoint);
    assertEquals(2, value());
    Files.delete(folder.resolve("run").resolve("checkpoint-000002.safetensors.sha256"));
    checkpoints.loadNewest(checkpoint);
    assertEquals(1, value());
    Files.write(folder.resolve("run").resolve("checkpoint-000001.safetensors"), new byte[0]);
    set(7);
    assertEquals(Optional.empty(), checkpoints.loadNewest(checkpoint));
    assertEquals(7, value());
    assertThrows(IllegalArgumentException.class, () -> new Checkpoints(folder, 0));
  }

  @Test
  void keepsOtherPartsWithAState() throws IOException {
    var optimizer = new SGD(model.parameters(), 0.1);
    var scaler = new GradScaler();
    var plateau = new ReduceOnPlateau(optimizer);
    var average = new AveragedModel(model);
    set(1);
    average.update();
    plateau.step(3);
    scaler.scale(8);
    Path file = folder.resolve("parts.safetensors");
    var whole =
        new Checkpoint(model, optimizer)
            .with("scaler", scaler)
            .with("plateau", plateau)
            .with("average", average);
    whole.save(file);
    set(5);
    average.update();
    plateau.step(2);
    scaler.scale(16);
    whole.load(file);
    assertEquals(1, value());
    assertEquals(1, average.updates());
    assertEquals(1, average.inPlace(this::value));
    assertEquals(3, plateau.best());
    assertEquals(8, scaler.scale());

    scaler.scale(32);
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> new Checkpoint(model, optimizer).load(file));
    assertTrue(e.getMessage().contains("belongs to none of"), e.getMessage());
    // The second part refuses what is saved for it, so the first is as before.
    var wrong =
        new Checkpoint(model, optimizer)
            .with("scaler", scaler)
            .with("plateau", new GradScaler())
            .with("average", average);
    assertThrows(IllegalArgumentException.class, () -> wrong.load(file));
    assertEquals(32, scaler.scale());
    assertThrows(IllegalArgumentException.class, () -> whole.with("scaler", plateau));
    assertThrows(IllegalArgumentException.class, () -> whole.with("model", plateau));
    assertThrows(IllegalArgumentException.class, () -> whole.with("a.b", plateau));
  }
}
