package dev.adjoint.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
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
}
