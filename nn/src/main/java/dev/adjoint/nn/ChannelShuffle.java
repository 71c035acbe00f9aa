package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** Channels of [n, channels, ...] taken in turn from each group of them, {@link Tensor#channelShuffle}. */
public final class ChannelShuffle extends Module {
  private final int groups;

  /**
   * With a number of groups.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ChannelShuffle(int groups) {
    this.groups = Checks.positive("channelShuffle", "the number of groups", groups);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.channelShuffle(groups);
  }

  @Override
  public String label() {
    return "ChannelShuffle(" + groups + ")";
  }
}
