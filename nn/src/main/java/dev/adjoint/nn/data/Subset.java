package dev.adjoint.nn.data;

/** Chosen samples of a data set. */
final class Subset implements Dataset {
  private final Dataset all;
  private final int[] indices;

  Subset(Dataset all, int[] indices) {
    this.all = all;
    this.indices = indices;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Batch batch(int[] numbers) {
    int[] chosen = new int[numbers.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = indices[numbers[i]];
    }
    return all.batch(chosen);
  }
}
