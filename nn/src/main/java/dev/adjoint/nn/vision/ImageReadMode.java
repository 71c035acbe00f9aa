package dev.adjoint.nn.vision;

/** Which channels of an image file are read; transparency is ignored. */
public enum ImageReadMode {
  /** One channel; colours become {@code 0.299 r + 0.587 g + 0.114 b}, rounded as PIL does. */
  GRAY(1),

  /** Red, green and blue, which are equal for a grey image. */
  RGB(3);

  private final int channels;

  ImageReadMode(int channels) {
    this.channels = channels;
  }

  /** The number of channels. */
  public int channels() {
    return channels;
  }
}
