package dev.adjoint.nn.text;

/** One text or two as numbers of tokens, and of the types that tell them apart. */
public final class Encoding {
  private final int[] ids;
  private final int[] typeIds;

  Encoding(int[] ids, int[] typeIds) {
    this.ids = ids;
    this.typeIds = typeIds;
  }

  /** The numbers of the tokens. */
  public int[] ids() {
    return ids.clone();
  }

  /** For each token, to which text it belongs: usually 0 for the first and 1 for the second. */
  public int[] typeIds() {
    return typeIds.clone();
  }
}
