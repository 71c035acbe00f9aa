package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.io.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardizeTest {
  // Means 2 and 5, deviations sqrt(2/3) and 0.
  private static final Tensor SAMPLES = Tensors.of(new float[] {1, 5, 2, 5, 3, 5}, 3, 2);

  @Test
  void shiftsAndScalesEachFeature() {
    var standardize = Standardize.by(SAMPLES);
    float s = (float) Math.sqrt(1.5);
    assertArrayEquals(
        new float[] {-s, 0, 0, 0, s, 0}, standardize.apply(SAMPLES).toFloats(), 1e-6f);
    assertArrayEquals(
        new float[] {2 * s, -3},
        standardize.apply(Tensors.of(new float[] {4, 2}, 1, 2)).toFloats(),
        1e-6f);
    assertTrue(standardize.parameters().isEmpty());
    assertEquals(List.of("mean", "deviation"), List.copyOf(standardize.state().keySet()));
  }

  @Test
  void isSavedWithTheModel(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model");
    ModelFiles.save(Standardize.by(SAMPLES), file);
    var other = Standardize.by(SAMPLES.mul(3).add(1));
    ModelFiles.load(other, file);
    assertArrayEquals(
        Standardize.by(SAMPLES).apply(SAMPLES).toFloats(), other.apply(SAMPLES).toFloats());
  }

  @Test
  void needsFloatSamples() {
    assertThrows(IllegalArgumentException.class, () -> Standardize.by(Tensors.zeros(0, 2)));
    assertThrows(
        IllegalArgumentException.class, () -> Standardize.by(Tensors.of(new int[] {1, 2}, 2, 1)));
  }
}
