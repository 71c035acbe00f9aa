package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Module;

/**
 * The U-Net (Ronneberger et al. 2015) with padding and batch norm, with the names of milesial's implementation (Pytorch-UNet):
 * images [n, channels, height, width] of at least 16 x 16 pixels become logits [n, classes, height, width].
 *
 * <p>{@code inc}, four halves of the resolution {@code down1} to {@code down4}, four doublings {@code up1} to {@code up4}, each
 * joined with what had its resolution before, and {@code outc}.
 */
public final class UNet extends Module {
  private final int channels;
  private final DoubleConv inc;
  private final Down down1;
  private final Down down2;
  private final Down down3;
  private final Down down4;
  private final Up up1;
  private final Up up2;
  private final Up up3;
  private final Up up4;
  private final OutConv outc;

  /**
   * A network that doubles resolutions by transposed convolutions, with 64 channels at full resolution: 31,037,698 parameters for
   * 3 channels and 2 classes.
   */
  public UNet(int nChannels, int nClasses) {
    this(nChannels, nClasses, false);
  }

  /** A network with 64 channels at full resolution. */
  public UNet(int nChannels, int nClasses, boolean bilinear) {
    this(nChannels, nClasses, bilinear, 64);
  }

  /** A network whose convolutions in front of batch norms have no biases, as that implementation has it since 2022. */
  public UNet(int nChannels, int nClasses, boolean bilinear, int width) {
    this(nChannels, nClasses, bilinear, width, false);
  }

  /**
   * A network.
   *
   * @param bilinear whether resolutions are doubled by bilinear interpolation and not by transposed convolutions
   * @param width the number of channels at full resolution, which doubles with each half
   * @param bias whether convolutions in front of batch norms have biases, as in older checkpoints
   */
  public UNet(int nChannels, int nClasses, boolean bilinear, int width, boolean bias) {
    channels = Require.positive("uNet", "the number of channels", nChannels);
    int factor = bilinear ? 2 : 1;
    inc = new DoubleConv(nChannels, width, width, bias);
    down1 = new Down(width, 2 * width, bias);
    down2 = new Down(2 * width, 4 * width, bias);
    down3 = new Down(4 * width, 8 * width, bias);
    down4 = new Down(8 * width, 16 * width / factor, bias);
    up1 = new Up(16 * width, 8 * width / factor, bilinear, bias);
    up2 = new Up(8 * width, 4 * width / factor, bilinear, bias);
    up3 = new Up(4 * width, 2 * width / factor, bilinear, bias);
    up4 = new Up(2 * width, width, bilinear, bias);
    outc = new OutConv(width, nClasses);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Require.images("uNet", x, channels, 16);
    Tensor x1 = inc.apply(x);
    Tensor x2 = down1.apply(x1);
    Tensor x3 = down2.apply(x2);
    Tensor x4 = down3.apply(x3);
    Tensor y = up1.join(down4.apply(x4), x4);
    return outc.apply(up4.join(up3.join(up2.join(y, x3), x2), x1));
  }

  private static final class OutConv extends Module {
    private final Conv2d conv;

    OutConv(int in, int out) {
      conv = new Conv2d(in, out, 1);
    }

    @Override
    protected Tensor forward(Tensor x) {
      return conv.apply(x);
    }
  }
}
